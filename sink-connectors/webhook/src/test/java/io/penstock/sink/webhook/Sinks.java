package io.penstock.sink.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes sinks the way the server does, and delivers. */
final class Sinks {

  private static final WebhookSinkProvider PROVIDER = new WebhookSinkProvider();

  private Sinks() {}

  static Map<String, Object> raw(String url, Object... more) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("url", url);
    for (int i = 0; i < more.length; i += 2) {
      raw.put((String) more[i], more[i + 1]);
    }
    return raw;
  }

  static Settings settings(Map<String, Object> raw, Problems problems) {
    Settings settings = PROVIDER.spec().read(raw, "$.onSuccess[0]", problems);
    if (problems.isEmpty()) {
      PROVIDER.check(settings, problems);
    }
    return settings;
  }

  static Settings valid(Map<String, Object> raw) {
    Problems problems = new Problems();
    Settings settings = settings(raw, problems);
    assertThat(problems.list()).isEmpty();
    return settings;
  }

  static Sink sink(String url, Object... more) {
    return PROVIDER.create(valid(raw(url, more)), Path.of(""));
  }

  static Sink open(String url, Object... more) {
    Sink sink = sink(url, more);
    sink.open(new SinkContext("test", 8L << 20, Failpoints.NONE));
    return sink;
  }

  static SinkRecord record(String id, String text) {
    return new SinkRecord(
        Event.builder().id(id).dataContentType("text/plain").text(text).build(), null, 0);
  }

  /** Records with ids 0, 1 and so on, whose payloads are these. */
  static List<SinkRecord> records(String... texts) {
    List<SinkRecord> records = new ArrayList<>();
    for (String text : texts) {
      records.add(record(String.valueOf(records.size()), text));
    }
    return records;
  }

  static List<SinkOutcome> await(CompletionStage<List<SinkOutcome>> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static List<SinkOutcome> deliver(Sink sink, String... texts) {
    return await(sink.deliver(records(texts)));
  }

  static String text(SinkOutcome outcome) {
    if (outcome instanceof SinkOutcome.Retry retry) {
      return "retry " + retry.text();
    }
    if (outcome instanceof SinkOutcome.Throttled throttled) {
      return "throttled " + throttled.text();
    }
    if (outcome instanceof SinkOutcome.Reject reject) {
      return "reject " + reject.text();
    }
    return outcome instanceof SinkOutcome.Delivered ? "delivered" : "not tried";
  }
}
