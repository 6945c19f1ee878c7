package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.SourceVerdict.GivenUp;
import io.penstock.connector.SourceVerdict.Stopped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ends that come about in the store: the sinks of the function are told of each. */
class ReportsTest extends SourceBench {

  private static final String TASK = "{\"function\":\"resize\",\"id\":\"a\",\"data\":{\"w\":1}}";

  @BeforeEach
  void haveSinks() {
    hasSinks = true;
    reopenWith(Map.of());
  }

  private void assertDelivery(String id, String delivery) {
    assertThat(show(id)).contains("\"delivery\":\"" + delivery + "\"");
  }

  private SourceRecord takeReport() {
    SourceRecord report = takeOne();
    assertThat(report.verdict()).isNotNull();
    return report;
  }

  @Test
  void whatWaitsAndIsStoppedIsTold() {
    submit(TASK);
    act("a", "stop", 200);
    assertDelivery("a", "owed");
    SourceRecord report = takeReport();
    assertThat(report.verdict()).isInstanceOf(Stopped.class);
    assertThat(report.route()).isEqualTo("resize");
    assertThat(report.event().id()).isEqualTo("a/stopped");
    assertThat(report.event().type()).isEqualTo("io.penstock.task.stopped.v1");
    assertThat(report.event().subject()).contains("resize");
    assertThat(report.event().text()).isEqualTo("{\"w\":1}");
    assertThat(report.event().extensions())
        .containsEntry("penstocktask", "a")
        .containsEntry("penstockstoppedby", "default");
    assertThat(take(10)).isEmpty();
    settled(report, Settlement.DELIVERED);
    assertState("a", "stopped");
    assertDelivery("a", "delivered");
    assertThat(take(10)).isEmpty();
  }

  @Test
  void whatRunsAndIsStoppedIsToldWhenItHasLeftOff() {
    submit(TASK);
    SourceRecord record = start();
    assertThat(ask("POST", "/tasks/a/stop?reason=no longer needed", "").status()).isEqualTo(200);
    assertThat(take(10)).isEmpty();
    settled(record, Settlement.DROPPED);
    SourceRecord report = takeReport();
    assertThat(report.verdict()).isInstanceOf(Stopped.class);
    assertThat(report.event().extensions()).containsEntry("penstockcause", "no longer needed");
  }

  @Test
  void aReasonIsOneLine() {
    submit(TASK);
    for (String reason : List.of("two\nlines", "x".repeat(201))) {
      assertThat(ask("POST", "/tasks/a/stop?reason=" + reason, "").status()).isEqualTo(400);
    }
    assertThat(ask("POST", "/actions/delete", "{\"reason\":\"old\"}").status()).isEqualTo(400);
    assertState("a", "enqueued");
    assertThat(ask("POST", "/actions/stop", "{\"reason\":\"all of it\"}").status()).isEqualTo(200);
    assertThat(show("a")).contains("\"cause\":\"all of it\"");
  }

  @Test
  void whatIsWithTheEngineAndWasStoppedIsToldWhenItIsBack() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, new AttemptEnd.Retried(Duration.ofMillis(200), "X", "failed"));
    act("a", "stop", 200);
    assertDelivery("a", "owed");
    assertThat(take(10)).isEmpty();
    settled(record, Settlement.DROPPED);
    settled(takeReport(), Settlement.DEAD_LETTERED);
    assertDelivery("a", "deadLettered");
  }

  @Test
  void whatFailsForGoodWhileItIsToStopIsToldOnce() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "stop", 200);
    ended(record, new AttemptEnd.GivenUp("X", "broken"));
    settled(record, Settlement.DEAD_LETTERED);
    assertState("a", "stopped");
    assertDelivery("a", "deadLettered");
    assertThat(take(10)).isEmpty();
  }

  @Test
  void whatIsDoneOrFailsInTheEngineIsNot() {
    submit(TASK);
    done(start());
    submit("{\"function\":\"resize\",\"id\":\"b\"}");
    SourceRecord record = start();
    ended(record, new AttemptEnd.GivenUp("X", "broken"));
    settled(record, Settlement.DEAD_LETTERED);
    assertThat(take(10)).isEmpty();
    assertDelivery("b", "deadLettered");
  }

  @Test
  void whatExpiresIsTold() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"maxAge\":\"5s\"}");
    pass(Duration.ofSeconds(6));
    assertState("a", "expired");
    SourceRecord report = takeReport();
    assertThat(report.verdict())
        .isEqualTo(new GivenUp("EXPIRED", "it waited for longer than its greatest age"));
    assertThat(report.event().id()).isEqualTo("a");
    settled(report, Settlement.DEAD_LETTERED);
    assertDelivery("a", "deadLettered");
  }

  @Test
  void whatIsTooOldAfterAnAttemptIsTold() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"maxAge\":\"15s\"}");
    SourceRecord record = start();
    ended(record, new AttemptEnd.Retried(Duration.ofSeconds(30), "X", "failed"));
    source.release(record, Duration.ofSeconds(30));
    settle();
    pass(Duration.ofSeconds(16));
    assertState("a", "failed");
    SourceRecord report = takeReport();
    assertThat(report.verdict())
        .isEqualTo(new GivenUp("EXPIRED", "it waited for longer than its greatest age"));
    assertThat(report.previousAttempts()).isEqualTo(1);
  }

  @Test
  void whatKillsThreeWorkersIsToldToo() {
    submit(TASK);
    for (int i = 0; i < 3; i++) {
      settle();
      start();
      killAndReopen();
    }
    assertState("a", "failed");
    assertThat(takeReport().verdict())
        .isInstanceOfSatisfying(
            GivenUp.class,
            gaveUp -> {
              assertThat(gaveUp.code()).isEqualTo("QUARANTINED");
              assertThat(gaveUp.text()).contains("the worker was lost during 3 attempts");
            });
  }

  @Test
  void itIsToldAgainByTheNextWorkerUntilItIsKeptThatItWas() {
    submit(TASK);
    act("a", "stop", 200);
    killAndReopen();
    assertDelivery("a", "owed");
    String id = takeReport().event().id();
    killAndReopen();
    SourceRecord again = takeReport();
    assertThat(again.event().id()).isEqualTo(id);
    source.release(again, Duration.ZERO); // the connector is stopped
    settled(takeReport(), Settlement.DELIVERED);
    killAndReopen();
    assertThat(take(10)).isEmpty();
    assertDelivery("a", "delivered");
  }

  @Test
  void whatRunsAgainOwesNothing() {
    submit(TASK);
    act("a", "stop", 200);
    SourceRecord report = takeReport();
    act("a", "rerun", 200);
    assertDelivery("a", "pending");
    act("a", "stop", 200);
    settled(report, Settlement.DELIVERED); // of the first stop
    assertDelivery("a", "owed");
    settled(takeReport(), Settlement.DELIVERED);
    assertDelivery("a", "delivered");
  }

  @Test
  void noMoreThanSomeAreOutAndOthersPassThem() {
    StringBuilder batch = new StringBuilder("{\"tasks\":[");
    for (int i = 0; i < 30; i++) {
      batch.append("{\"function\":\"resize\"},");
    }
    submit(batch + "{\"function\":\"crop\",\"id\":\"c\"}]}");
    assertThat(ask("POST", "/actions/stop", "{}").status()).isEqualTo(200);
    List<SourceRecord> first = take(3);
    assertThat(first).hasSize(3);
    List<SourceRecord> more = take(100);
    assertThat(more).hasSize(6); // eight of one function, one of the other
    assertThat(more).anyMatch(report -> report.event().id().equals("c/stopped"));
    submit("{\"function\":\"resize\",\"id\":\"t\"}");
    assertThat(takeOne().event().id()).isEqualTo("t");
    int seen = 0;
    List<SourceRecord> some = first;
    while (!some.isEmpty()) {
      some.forEach(report -> settled(report, Settlement.DELIVERED));
      seen += some.size();
      some = take(100);
    }
    assertThat(seen + more.size()).isLessThanOrEqualTo(31);
    more.forEach(report -> settled(report, Settlement.DELIVERED));
    while (!(some = take(100)).isEmpty()) {
      some.forEach(report -> settled(report, Settlement.DELIVERED));
      seen += some.size();
    }
    assertThat(seen + more.size()).isEqualTo(31);
  }

  @Test
  void whatIsDeletedIsNotTold() {
    submit(TASK);
    act("a", "stop", 200);
    assertThat(ask("DELETE", "/tasks/a", "").status()).isEqualTo(200);
    assertThat(take(10)).isEmpty();
  }

  @Test
  void whatIsOwedIsNotForgotten() {
    submit(TASK);
    act("a", "stop", 200);
    pass(Duration.ofDays(8));
    settle();
    assertState("a", "stopped");
    settled(takeReport(), Settlement.DELIVERED);
    pass(Duration.ofDays(1));
    settle();
    assertThat(ask("GET", "/tasks/a", "").status()).isEqualTo(404);
  }

  @Test
  void withoutSinksNothingIsOwed() {
    hasSinks = false;
    killAndReopen();
    submit(TASK);
    act("a", "stop", 200);
    assertDelivery("a", "pending");
    assertThat(take(10)).isEmpty();
  }
}
