package io.penstock.httpclient;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what a token endpoint answers (RFC 6749, 5.1). */
final class TokenAnswer {

  private static final JsonFactory JSON = new JsonFactory();

  /** Where the answer doesn't say: a token that is refused earlier is renewed then. */
  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  private static final long MAX_LIFETIME_SECONDS = Duration.ofDays(30).toSeconds();
  private static final String CODE = "HTTP_LOGIN";

  private TokenAnswer() {}

  /** The token of an answer 2xx, or what is wrong with it; shows nothing of the answer. */
  static TokenCache.Fetched read(byte[] body, HttpTarget endpoint) {
    String token = null;
    Duration lifetime = DEFAULT_LIFETIME;
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return unusable("with no JSON object", endpoint);
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if ("access_token".equals(name) && json.currentToken() == JsonToken.VALUE_STRING) {
          token = json.getText();
        } else if ("expires_in".equals(name)) {
          lifetime = lifetime(json);
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) { // no JSON, or bytes that are no text at all
      return unusable("with no JSON object", endpoint);
    }
    return answer(token, lifetime, endpoint);
  }

  /** Some servers send the number as a text. */
  private static Duration lifetime(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return DEFAULT_LIFETIME;
    }
    long seconds = json.getValueAsLong(DEFAULT_LIFETIME.toSeconds());
    json.skipChildren();
    return Duration.ofSeconds(Math.max(0, Math.min(seconds, MAX_LIFETIME_SECONDS)));
  }

  private static TokenCache.Fetched answer(
      @Nullable String token, Duration lifetime, HttpTarget endpoint) {
    if (token == null || token.isEmpty()) {
      return unusable("without an access_token", endpoint);
    }
    if (!HeaderRules.isValue(token)) {
      return unusable("with an access_token that fits into no header", endpoint);
    }
    return new TokenCache.Fetched(new TokenCache.Answer.Token(token), lifetime);
  }

  private static TokenCache.Fetched unusable(String how, HttpTarget endpoint) {
    HttpResult failed =
        new HttpResult.Failed(
            HttpResult.Cause.CONNECTION,
            CODE,
            "can't log in: " + endpoint.origin() + " answered " + how);
    return new TokenCache.Fetched(new TokenCache.Answer.Unavailable(failed), Duration.ZERO);
  }

  /**
   * How a request ends whose token could not be fetched. Nothing is refused for good, whatever the
   * token endpoint said: it was not the events that it saw.
   */
  static HttpResult failed(HttpResult result) {
    if (result instanceof HttpResult.Overloaded overloaded) {
      return new HttpResult.Overloaded(
          overloaded.status(), overloaded.retryAfter(), "can't log in: " + overloaded.text());
    }
    String text =
        result instanceof HttpResult.Failed failed
            ? failed.text()
            : result instanceof HttpResult.Refused refused ? refused.text() : "";
    return new HttpResult.Failed(HttpResult.Cause.CONNECTION, CODE, "can't log in: " + text);
  }
}
