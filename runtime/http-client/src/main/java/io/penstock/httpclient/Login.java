package io.penstock.httpclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What a request is given to log in with. Belongs to the caller's event loop. */
sealed interface Login {

  /** Nothing. */
  record Nothing() implements Login {}

  /** Always the same header. */
  record Fixed(String name, String value) implements Login {
    @Override
    public String toString() {
      return "Fixed[" + name + "]";
    }
  }

  /** A token. */
  record Bearer(TokenCache tokens) implements Login {}

  /** The login of a caller. */
  static Login of(Credentials credentials, HttpCaller caller, LongSupplier nanoTime) {
    if (credentials instanceof Credentials.Fixed fixed) {
      return new Fixed(fixed.header(), fixed.value());
    }
    if (credentials instanceof Credentials.Client client) {
      return new Bearer(new TokenCache(new TokenRequest(client, caller), nanoTime));
    }
    return new Nothing();
  }

  /** Fetches tokens. */
  record TokenRequest(Credentials.Client client, HttpCaller caller) implements TokenCache.Fetcher {

    private static final int MAX_BYTES = 64 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @Override
    public void fetch(Consumer<TokenCache.Fetched> whenDone) {
      var unused =
          caller
              .sendForToken(client.tokenEndpoint(), request(), MAX_BYTES, TIMEOUT)
              .result()
              .thenAccept(result -> whenDone.accept(read(result)));
    }

    private OutgoingRequest request() {
      Map<String, String> form = new HashMap<>(client.form());
      RequestHeaders headers =
          new RequestHeaders()
              .add("content-type", "application/x-www-form-urlencoded")
              .add("accept", "application/json");
      if (client.place() == Credentials.Place.BODY) {
        form.put("client_id", client.clientId());
        form.put("client_secret", client.clientSecret());
      } else {
        headers.add(
            "authorization",
            "Basic " + Base64.getEncoder().encodeToString(client.login().getBytes(UTF_8)));
      }
      String body =
          form.entrySet().stream()
              .map(f -> URLEncoder.encode(f.getKey(), UTF_8) + "=" + encoded(f.getValue()))
              .collect(Collectors.joining("&"));
      return new OutgoingRequest(headers, body.getBytes(UTF_8));
    }

    private static String encoded(String value) {
      return URLEncoder.encode(value, UTF_8);
    }

    private TokenCache.Fetched read(HttpResult result) {
      if (result instanceof HttpResult.Accepted accepted) {
        return TokenAnswer.read(accepted.body(), client.tokenEndpoint());
      }
      return new TokenCache.Fetched(
          new TokenCache.Answer.Unavailable(TokenAnswer.failed(result)), Duration.ZERO);
    }
  }
}
