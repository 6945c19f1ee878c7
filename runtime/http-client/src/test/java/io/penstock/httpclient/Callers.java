package io.penstock.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes callers the way sinks and functions do, and calls. */
final class Callers {

  static final int MAX_ANSWER_BYTES = 100_000;
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Callers() {}

  static Map<String, Object> raw(String url, Object... more) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("url", url);
    for (int i = 0; i < more.length; i += 2) {
      raw.put((String) more[i], more[i + 1]);
    }
    return raw;
  }

  static HttpEndpoint endpoint(Map<String, Object> raw) {
    Problems problems = new Problems();
    Settings settings = HttpSettings.SPEC.read(raw, "$.sink", problems);
    HttpSettings.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return HttpSettings.read(settings, Path.of(""), name -> null);
  }

  static HttpCaller reading(String url, Object... more) {
    return HttpCaller.open(
        endpoint(raw(url, more)), 4, new HttpCaller.Answers.Read(MAX_ANSWER_BYTES));
  }

  static HttpCaller ignoring(String url, Object... more) {
    return HttpCaller.open(endpoint(raw(url, more)), 4, new HttpCaller.Answers.Ignored());
  }

  static HttpCall send(HttpCaller caller, String text, Duration timeout) {
    return caller.send(
        () ->
            new OutgoingRequest(
                new RequestHeaders().add("content-type", "text/plain"),
                text.getBytes(StandardCharsets.UTF_8)),
        timeout);
  }

  static HttpResult call(HttpCaller caller, String text) {
    return await(send(caller, text, TIMEOUT));
  }

  static HttpResult await(HttpCall call) {
    try {
      return call.result().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static String text(HttpResult result) {
    if (result instanceof HttpResult.Failed failed) {
      return failed.code() + " " + failed.text();
    }
    if (result instanceof HttpResult.Refused refused) {
      return refused.code() + " " + refused.text();
    }
    if (result instanceof HttpResult.Overloaded overloaded) {
      return overloaded.status() + " " + overloaded.text();
    }
    HttpResult.Accepted accepted = (HttpResult.Accepted) result;
    return accepted.status() + " " + new String(accepted.body(), StandardCharsets.UTF_8);
  }

  /** The form fields of a request's body. */
  static List<String> fields(String form) {
    return List.of(form.split("&", -1));
  }
}
