package io.penstock.source.http;

import static io.penstock.testkit.contract.RecordingOwner.NOTHING;
import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The source http")
class HttpSourceTest {

  @TempDir private Path folder;
  private final StateStore state = new MemoryStateStore();
  private final List<HttpSource> open = new ArrayList<>();
  private RecordingOwner owner = new RecordingOwner();

  private HttpSource open(Map<String, Object> settings) {
    HttpSource source = TestSource.make(settings);
    open.add(source);
    source.open(context());
    return source;
  }

  private TestSourceContext context() {
    return TestSourceContext.of("shop", owner).withState(state).withFolder(folder);
  }

  private void close(HttpSource source) {
    open.remove(source);
    source.close();
  }

  @AfterEach
  void closeAll() {
    open.forEach(HttpSource::close);
  }

  private static TestAnswer post(HttpSource source, String json) {
    return TestAnswer.to(TestRequest.json(json), TestSource.route(source));
  }

  @Test
  void answersWhenTheEventsAreOnDisk() {
    CountDownLatch hold = new CountDownLatch(1);
    HttpSource source = TestSource.make(Map.of());
    open.add(source);
    source.open(
        context()
            .withFailpoints(
                name -> {
                  if (name.equals("ingest-before-sync")) {
                    await().until(() -> hold.getCount() == 0);
                  }
                }));
    CompletableFuture<TestAnswer> answer =
        TestAnswer.begin(TestRequest.json("{\"n\":1}"), TestSource.route(source));

    assertThat(answer).isNotDone();
    assertThat(owner.poll(source, PLENTY, Duration.ofMillis(20))).isEmpty();
    hold.countDown();
    assertThat(TestAnswer.get(answer).status()).isEqualTo(202);
    assertThat(answer.join().body()).isEqualTo("{\"accepted\":1}");
    assertThat(answer.join().headers()).containsEntry("Content-Type", "application/json");
    owner.pollUntil(source, "the event", () -> owner.count() == 1);
    assertThat(owner.texts(HttpSource.LANE)).containsExactly("{\"n\":1}");
  }

  @Test
  void takesNothingBeforeItIsOpenAndAfterItIsClosed() {
    HttpSource source = TestSource.make(Map.of());
    assertNotReady(post(source, "{}"));
    source.open(context());
    assertThat(post(source, "{}").status()).isEqualTo(202);
    source.close();
    source.close();
    assertNotReady(post(source, "{}"));
  }

  private static void assertNotReady(TestAnswer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("Retry-After", "1");
    assertThat(answer.body()).startsWith("{\"error_code\":\"not_ready\",\"message\":\"");
  }

  @Test
  void saysWhatIsWrongAsJson() {
    HttpSource source = open(Map.of());
    TestAnswer bad = post(source, "{\"secret\": }");
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.body())
        .isEqualTo(
            "{\"error_code\":\"bad_request\",\"message\":\"the body: not JSON, at byte 11\"}");
    TestAnswer far =
        TestAnswer.to(TestRequest.json("{}").from("10.0.0.7"), TestSource.route(source));
    assertThat(far.status()).isEqualTo(403);
    assertThat(far.body()).contains("\"error_code\":\"forbidden\"", "apiKey");
    TestAnswer quoted =
        TestAnswer.to(
            TestRequest.of("application/cloudevents+\"x\\", ""), TestSource.route(source));
    assertThat(quoted.body()).contains("cloudevents+\\\"x\\\\ is not understood");
    assertThat(owner.poll(source, PLENTY, Duration.ZERO)).isEmpty();
  }

  @Test
  void asksForAKeyBeforeAnythingElse() {
    HttpSource source = TestSource.make(Map.of("apiKey", Map.of("keys", "0123456789abcdef")));
    TestAnswer answer = post(source, "no json");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers()).containsEntry("WWW-Authenticate", "ApiKey");
  }

  @Test
  void passesOnEventsWithAnIdThatWasThere() {
    HttpSource source = open(Map.of("attributes", Map.of("id", "X-Id")));
    for (int i = 0; i < 2; i++) {
      TestAnswer.to(TestRequest.json("{}").with("X-Id", "same"), TestSource.route(source));
    }
    owner.pollUntil(source, "both", () -> owner.count() == 2);
    assertThat(owner.taken(HttpSource.LANE)).allMatch(r -> r.event().id().equals("same"));
  }

  @Test
  void refusesWhatIsBeyondTheBacklogUntilEventsAreSettled() {
    HttpSource source = open(Map.of("maxBacklog", "1MiB", "maxBody", "256KiB"));
    String large = "\"" + "x".repeat(100_000) + "\"";
    int accepted = 0;
    TestAnswer answer;
    while ((answer = post(source, large)).status() == 202) {
      accepted++;
    }
    int kept = accepted;
    assertThat(kept).isBetween(9, 10);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.headers()).containsEntry("Retry-After", "5");
    assertThat(answer.body()).contains("backlog_full");
    assertThat(source.lag(HttpSource.LANE)).isEqualTo(kept);

    owner.pollUntil(source, "all", () -> owner.count() == kept);
    assertThat(post(source, large).status()).as("taken is not settled").isEqualTo(429);
    owner.settleAll();
    source.commit(owner.commits());
    assertThat(post(source, large).status()).isEqualTo(202);
  }

  @Test
  void refusesABatchThatNeverFits() {
    HttpSource source = open(Map.of("arrays", "batch", "maxBacklog", "1MiB", "maxBody", "256KiB"));
    TestAnswer answer = post(source, "[" + "1,".repeat(9_000) + "1]");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("too_large");
  }

  @Test
  void removesFilesThatAreSettled() throws IOException {
    HttpSource source = open(Map.of("maxBacklog", "1MiB", "maxBody", "64KiB"));
    for (int i = 0; i < 12; i++) {
      post(source, "\"" + "x".repeat(60_000) + "\"");
    }
    long before = files();
    assertThat(before).isGreaterThan(4);
    owner.pollUntil(source, "all", () -> owner.count() == 12);
    owner.settleAll();
    close(source);
    assertThat(files()).isEqualTo(1);

    owner = new RecordingOwner();
    HttpSource again = open(Map.of());
    assertThat(owner.lastStart(HttpSource.LANE).position()).isEqualTo(12);
    post(again, "13");
    owner.pollUntil(again, "the next", () -> owner.count() == 1);
    assertThat(owner.taken(HttpSource.LANE).get(0).position()).isEqualTo(12);
    assertThat(again.seek(HttpSource.LANE, new SeekTarget.Earliest()).position()).isGreaterThan(0);
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void goesOnAfterWhatWasCommittedWhenItsFilesAreGone() throws IOException {
    HttpSource source = open(Map.of());
    post(source, "1");
    post(source, "2");
    owner.pollUntil(source, "both", () -> owner.count() == 2);
    owner.settleAll();
    close(source);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    owner = new RecordingOwner();
    HttpSource again = open(Map.of());
    post(again, "3");
    owner.pollUntil(again, "the next", () -> owner.count() == 1);
    assertThat(owner.taken(HttpSource.LANE).get(0).position()).isEqualTo(2);
  }

  @Test
  void takesNoNewEventForOneThatWasSettledBeforeItsFilesWereGone() throws IOException {
    HttpSource source = open(Map.of());
    for (int i = 0; i < 4; i++) {
      post(source, "1");
    }
    owner.pollUntil(source, "all", () -> owner.count() == 4);
    source.commit(
        Map.of(HttpSource.LANE, new LaneCommit(1, PositionRanges.builder().add(2, 4).build())));
    owner.answerRevocations(known -> CompletableFuture.completedFuture(Map.of()));
    close(source);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    // Also after a second start, before anything was committed.
    for (int start = 0; start < 2; start++) {
      owner = new RecordingOwner();
      HttpSource again = open(Map.of());
      assertThat(owner.lastStart(HttpSource.LANE))
          .isEqualTo(new LaneStart(HttpSource.LANE, 1, PositionRanges.empty()));
      for (int i = 0; i < 2; i++) {
        post(again, "2");
      }
      owner.answerRevocations(known -> CompletableFuture.completedFuture(Map.of()));
      close(again);
    }
  }

  @Test
  void beginsWithTheFirstEventThatIsKeptWhenThePositionIsOlder() {
    HttpSource source = open(Map.of("maxBacklog", "1MiB", "maxBody", "256KiB"));
    for (int i = 0; i < 8; i++) {
      post(source, "\"" + "x".repeat(100_000) + "\"");
    }
    owner.pollUntil(source, "all", () -> owner.count() == 8);
    owner.settleAll();
    source.commit(owner.commits());
    source.commit(
        Map.of(HttpSource.LANE, new LaneCommit(1, PositionRanges.builder().add(2, 4).build())));
    owner.answerRevocations(known -> CompletableFuture.completedFuture(Map.of()));
    close(source);

    owner = new RecordingOwner();
    HttpSource again = open(Map.of("maxBacklog", "1MiB", "maxBody", "256KiB"));
    assertThat(owner.lastStart(HttpSource.LANE).position()).isEqualTo(7);
    owner.pollUntil(again, "the newest", () -> owner.count() == 1);
  }

  @Test
  void neverHoldsMoreThanItMay() {
    HttpSource source = TestSource.make(Map.of("maxBody", "2MiB"));
    assertThatThrownBy(() -> source.open(context().withBufferBytes(1 << 20)))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContainingAll("maxBody is 2MiB", "1MiB", "delivery.memory");
  }

  @Test
  void handsOverNoMoreThanIsAskedFor() {
    HttpSource source = open(Map.of());
    for (int i = 0; i < 10; i++) {
      post(source, "\"" + "x".repeat(1_000) + "\"");
    }
    assertThat(owner.poll(source, NOTHING, Duration.ZERO)).isEmpty();
    owner.poll(source, new Demand(3, Long.MAX_VALUE, Set.of()), Duration.ZERO);
    assertThat(owner.count()).isEqualTo(3);
    owner.poll(source, new Demand(100, 1_500, Set.of()), Duration.ZERO);
    assertThat(owner.count()).isEqualTo(5);
  }

  @Test
  void tellsTheEngineWhenTheDiskFails() throws IOException {
    HttpSource source = open(Map.of("maxBacklog", "1MiB", "maxBody", "256KiB"));
    post(source, "\"" + "x".repeat(140_000) + "\"");
    owner.pollUntil(source, "the first", () -> owner.count() == 1);
    Path kept = Files.move(folder, folder.resolveSibling("moved"));
    // The next one needs a file of its own.
    TestAnswer answer = post(source, "\"" + "x".repeat(140_000) + "\"");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("storage_failed").doesNotContain(folder.toString());
    assertThatThrownBy(() -> source.poll(PLENTY, Duration.ZERO))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
        .hasMessageContaining(folder.toString());
    Files.move(kept, folder);
    assertThat(post(source, "2").status()).isEqualTo(202);
    owner.pollUntil(source, "the second", () -> owner.count() == 2);
  }

  @Test
  void isNotOpenedWithPositionsItCannotRead() {
    state.put("http/shop/positions", "9\n".getBytes(StandardCharsets.UTF_8));
    HttpSource source = TestSource.make(Map.of());
    assertThatThrownBy(() -> source.open(context()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContainingAll("shop", "http/shop/positions");
    source.close();
  }

  @Test
  void findsEventsByWhenTheyWereReceived() {
    AtomicLong nowMs = new AtomicLong();
    HttpSource source = TestSource.make(Map.of(), () -> Instant.ofEpochMilli(nowMs.get()));
    open.add(source);
    source.open(context());
    for (int i = 0; i < 10; i++) {
      nowMs.set(1_000 + i * 100);
      post(source, String.valueOf(i));
    }
    assertThat(seek(source, 0)).isZero();
    assertThat(seek(source, 1_400)).isEqualTo(4);
    assertThat(seek(source, 1_401)).isEqualTo(5);
    owner.pollUntil(source, "from there on", () -> owner.count() == 5);
    assertThat(owner.texts(HttpSource.LANE)).containsExactly("5", "6", "7", "8", "9");
    assertThat(seek(source, 5_000)).isEqualTo(10);
  }

  private long seek(HttpSource source, long toMs) {
    LaneStart start = source.seek(HttpSource.LANE, new SeekTarget.At(Instant.ofEpochMilli(toMs)));
    owner.moved(start);
    return start.position();
  }

  @Test
  void namesItsOneLane() {
    HttpSource source = open(Map.of());
    assertThatThrownBy(() -> source.seek(new Lane("1"), new SeekTarget.Latest()))
        .hasMessageContaining("its one lane is '0'");
    assertThatThrownBy(() -> source.seek(HttpSource.LANE, new SeekTarget.Position(1)))
        .hasMessageContaining("from 0 to 0");
  }
}
