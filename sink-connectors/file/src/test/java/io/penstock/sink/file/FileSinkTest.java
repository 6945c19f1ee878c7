package io.penstock.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink as its file describes it. */
class FileSinkTest {

  private static final SinkContext CONTEXT = new SinkContext("demo", 1 << 20, Failpoints.NONE);

  @TempDir Path folder;

  private static Settings settings(Map<String, Object> raw) {
    Problems problems = new Problems();
    Settings settings = new FileSinkProvider().spec().read(raw, "$.onSuccess[0]", problems);
    assertThat(problems.list()).isEmpty();
    return settings;
  }

  private static SinkRecord record(String text) {
    return new SinkRecord(Event.builder().id(text).text(text).build(), null, 0);
  }

  private static List<SinkOutcome> deliver(Sink sink, String... texts) {
    List<SinkRecord> records = java.util.Arrays.stream(texts).map(FileSinkTest::record).toList();
    return sink.deliver(records).toCompletableFuture().join();
  }

  @Test
  void it_is_found_by_the_service_loader() {
    assertThat(ServiceLoader.load(SinkProvider.class))
        .anyMatch(provider -> provider instanceof FileSinkProvider);
    assertThat(new FileSinkProvider().type()).isEqualTo("file");
  }

  @Test
  void a_config_with_defaults() {
    Settings settings = settings(Map.of("path", "out/events.jsonl"));
    assertThat(settings.get(FileSinkProvider.FORMAT)).isEqualTo(LineFormat.EVENT);
    assertThat(settings.get(FileSinkProvider.FSYNC)).isTrue();
    assertThat(new FileSinkProvider().destination(settings)).isEqualTo("file:out/events.jsonl");
    Sink sink = new FileSinkProvider().create(settings, folder);
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(sink.ordering()).isEqualTo(Sink.Ordering.KEPT);
    sink.open(CONTEXT);
    assertThat(deliver(sink, "1")).containsExactly(SinkOutcome.Delivered.INSTANCE);
    sink.close();
    assertThat(folder.resolve("out/events.jsonl"))
        .hasContent(
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"penstock\",\"type\":\"event\","
                + "\"data\":1}\n");
  }

  @Test
  void a_config_with_every_key() {
    Path file = folder.resolve("absolute.txt");
    Settings settings = settings(Map.of("path", file.toString(), "format", "data", "fsync", false));
    assertThat(new FileSinkProvider().spec().keys()).hasSize(3);
    Sink sink = new FileSinkProvider().create(settings, Path.of("elsewhere"));
    sink.open(CONTEXT);
    deliver(sink, "a", "b");
    sink.close();
    assertThat(file).hasContent("a\nb\n");
  }

  @Test
  void standard_output_is_made_without_touching_it() {
    Sink sink = new FileSinkProvider().create(settings(Map.of("path", "-")), folder);
    sink.open(CONTEXT);
    assertThat(deliver(sink)).isEmpty();
    sink.close();
  }

  @Test
  void a_stream_gets_whole_lines_and_stays_open() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Sink sink = new FileSink("stream", LineFormat.DATA, f -> new StreamOutput(stream));
    sink.open(CONTEXT);
    deliver(sink, "a", "b");
    sink.close();
    assertThat(stream.toString(UTF_8)).isEqualTo("a\nb\n");
  }

  @Test
  void a_file_that_can_not_be_opened_is_worth_another_try() throws IOException {
    Path blocker = Files.writeString(folder.resolve("blocker"), "x");
    Sink sink =
        new FileSinkProvider().create(settings(Map.of("path", "blocker/out.jsonl")), folder);
    assertThatThrownBy(() -> sink.open(CONTEXT))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
        .hasMessageContaining("connector demo can't open " + folder.resolve("blocker/out.jsonl"));
    Files.delete(blocker);
    sink.open(CONTEXT);
    sink.close();
  }

  @Test
  void a_call_that_fails_is_tried_again_from_its_first_record() {
    Sink sink =
        new FileSink(
            "out.jsonl",
            LineFormat.DATA,
            failpoints ->
                new LineOutput() {
                  @Override
                  public void add(byte[] lines) throws IOException {
                    throw new IOException("No space left on device");
                  }

                  @Override
                  public void close() {}
                });
    sink.open(CONTEXT);
    List<SinkOutcome> outcomes = deliver(sink, "two\nlines", "a", "b");
    assertThat(outcomes.get(0)).isInstanceOf(SinkOutcome.Reject.class);
    assertThat(outcomes.get(1))
        .isEqualTo(
            new SinkOutcome.Retry(
                Duration.ZERO, "can't write to out.jsonl: No space left on device"));
    assertThat(outcomes.get(2)).isEqualTo(SinkOutcome.NotTried.INSTANCE);
    sink.close();
  }

  @Test
  void a_sink_that_is_not_open_says_so() {
    Sink sink = new FileSinkProvider().create(settings(Map.of("path", "x")), folder);
    sink.close();
    assertThatThrownBy(() -> deliver(sink, "a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not open");
  }
}
