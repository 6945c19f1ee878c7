package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of tasks: step by step, with every race that has an order. */
class LifeTest extends SourceBench {

  private static final AttemptEnd FAILED =
      new AttemptEnd.Retried(Duration.ofMillis(200), "FUNCTION_ERROR", "it fell over");

  private static final String TASK = "{\"function\":\"resize\",\"id\":\"a\",\"data\":{\"w\":1}}";

  @Test
  void aTaskIsKeptStartedAndDone() {
    submit(TASK);
    assertState("a", "enqueued");
    SourceRecord record = takeOne();
    assertThat(record.event().id()).isEqualTo("a");
    assertThat(record.event().text()).isEqualTo("{\"w\":1}");
    assertThat(record.route()).isEqualTo("resize");
    assertThat(take(10)).isEmpty();
    source.started(List.of(record));
    assertState("a", "running");
    done(record, "a result");
    assertState("a", "succeeded");
    assertThat(show("a")).contains("\"delivery\":\"delivered\"", "\"attempts\":1");
    assertThat(ask("GET", "/tasks/a/result", "").body()).isEqualTo("a result");
    assertThat(take(10)).isEmpty();
  }

  @Test
  void aFailedAttemptIsMadeAgainAndTheLastOneEndsIt() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, FAILED);
    assertState("a", "retrying");
    source.started(List.of(record));
    assertState("a", "running");
    ended(record, new AttemptEnd.GivenUp("FUNCTION_ERROR", "for good"));
    settled(record, Settlement.DROPPED);
    assertState("a", "failed");
    assertThat(show("a")).contains("FUNCTION_ERROR: it fell over", "for good", "\"attempts\":2");
  }

  @Test
  void aThrottleCostsNoAttempt() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, new AttemptEnd.Throttled(Duration.ofMillis(10)));
    source.started(List.of(record));
    done(record);
    assertThat(show("a")).contains("\"attempts\":1");
  }

  @Test
  void aLongRetryIsSpentInTheStore() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, FAILED);
    source.release(record, Duration.ofSeconds(20));
    assertState("a", "retrying");
    assertThat(take(1)).isEmpty();
    pass(Duration.ofSeconds(21));
    SourceRecord again = start();
    assertThat(again.previousAttempts()).isEqualTo(1);
    done(again);
    assertState("a", "succeeded");
  }

  @Test
  void whatWaitsIsStoppedAtOnce() {
    submit(TASK);
    act("a", "stop", 200);
    assertState("a", "stopped");
    assertThat(take(10)).isEmpty();
    act("a", "stop", 409);
    act("a", "rerun", 200);
    done(start());
    assertState("a", "succeeded");
  }

  @Test
  void whatIsHandedOverButNotStartedIsNotStartedAfterAStop() {
    submit(TASK);
    SourceRecord record = takeOne();
    act("a", "stop", 200);
    assertState("a", "stopped");
    assertThat(cancelled).containsExactly(record);
    source.started(List.of(record)); // the engine may not have heard of it yet
    settled(record, Settlement.DROPPED);
    assertState("a", "stopped");
    assertThat(show("a")).doesNotContain("\"start\"");
  }

  @Test
  void whatRunsIsAskedToStop() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "stop", 200);
    assertState("a", "stopping");
    assertThat(cancelled).containsExactly(record);
    settled(record, Settlement.DROPPED);
    assertState("a", "stopped");
  }

  @Test
  void aCompletionWinsOverAStopAndSaysSo() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "stop", 200);
    done(record, "made");
    assertState("a", "succeeded");
    assertThat(show("a")).contains("it was done before it could be stopped");
  }

  @Test
  void whatDoesNotStopIsSaidToRunOn() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "stop", 200);
    pass(Duration.ofSeconds(4));
    source.renew(List.of(record));
    pass(Duration.ofSeconds(4));
    source.renew(List.of(record));
    assertThat(show("a")).doesNotContain("didNotStop");
    pass(Duration.ofSeconds(3));
    assertState("a", "stopping");
    assertThat(show("a")).contains("didNotStop", "it still runs 10 s after it was to stop");
    done(record);
    assertState("a", "succeeded");
  }

  @Test
  void whatWaitsIsPausedAndGoesOn() {
    submit(TASK);
    act("a", "pause", 200);
    assertState("a", "paused");
    assertThat(take(10)).isEmpty();
    act("a", "resume", 200);
    done(start());
    assertState("a", "succeeded");
  }

  @Test
  void whatRunsLeavesOffAndGoesOnLater() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "pause", 200);
    assertState("a", "pausing");
    settled(record, Settlement.DROPPED);
    assertState("a", "paused");
    act("a", "resume", 200);
    done(start());
    assertState("a", "succeeded");
  }

  @Test
  void aPauseThatIsTakenBackCostsAnAttemptAtMost() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "pause", 200);
    act("a", "resume", 200);
    assertState("a", "running");
    ended(record, FAILED);
    settled(record, Settlement.DROPPED); // it was cancelled for the pause
    done(start());
    assertState("a", "succeeded");
  }

  @Test
  void aPauseThatIsTakenBackTooLateOnlyBeginsTheTaskAnew() {
    submit(TASK);
    SourceRecord record = start();
    act("a", "pause", 200);
    act("a", "resume", 200);
    settled(record, Settlement.DROPPED);
    done(start());
    assertState("a", "succeeded");
  }

  @Test
  void whatWaitsForItsNextAttemptIsStopped() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, FAILED);
    act("a", "stop", 200);
    assertThat(cancelled).containsExactly(record);
    settled(record, Settlement.DROPPED);
    assertState("a", "stopped");
    assertThat(take(10)).isEmpty();
  }

  @Test
  void aPriorityThatChangesAtTheLastMomentDoesNotKeepATaskFromStarting() {
    submit(TASK);
    SourceRecord record = takeOne();
    assertThat(ask("PUT", "/tasks/a/priority", "{\"priority\":9}").status()).isEqualTo(200);
    source.started(List.of(record));
    assertThat(cancelled).isEmpty();
    assertState("a", "running");
    done(record);
    assertState("a", "succeeded");
    assertThat(show("a")).contains("\"priority\":9");
  }

  @Test
  void priorityCountsAmongWhatWaits() {
    submit(
        "{\"tasks\":[{\"function\":\"resize\",\"id\":\"a\"},"
            + "{\"function\":\"resize\",\"id\":\"b\",\"priority\":1},"
            + "{\"function\":\"crop\",\"id\":\"c\"}]}");
    assertThat(ask("PUT", "/tasks/c/priority", "{\"priority\":5}").status()).isEqualTo(200);
    assertThat(List.of(takeOne().event().id(), takeOne().event().id(), takeOne().event().id()))
        .containsExactly("c", "b", "a");
  }

  @Test
  void aDelayedTaskWaitsForItsTime() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"delay\":\"10s\"}");
    assertState("a", "delayed");
    pass(Duration.ofSeconds(9));
    assertThat(take(1)).isEmpty();
    pass(Duration.ofSeconds(2));
    done(start());
    assertState("a", "succeeded");
  }

  @Test
  void aDelayedTaskThatWasPausedWaitsForTheRestOfItsTime() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"delay\":\"10s\"}");
    act("a", "pause", 200);
    act("a", "resume", 200);
    assertState("a", "delayed");
    pass(Duration.ofSeconds(11));
    done(start());
  }

  @Test
  void whatIsTooOldExpires() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"maxAge\":\"5s\"}");
    pass(Duration.ofSeconds(4));
    assertState("a", "enqueued");
    pass(Duration.ofSeconds(2));
    assertState("a", "expired");
    assertThat(take(10)).isEmpty();
    act("a", "rerun", 409);
  }

  @Test
  void tasksWithAnOrderKeyRunOneAfterAnother() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"orderKey\":\"k\"}");
    submit("{\"function\":\"resize\",\"id\":\"b\",\"orderKey\":\"k\"}");
    SourceRecord first = start();
    assertThat(first.event().id()).isEqualTo("a");
    assertThat(take(10)).isEmpty();
    ended(first, FAILED);
    source.release(first, Duration.ofSeconds(20));
    assertThat(take(10)).isEmpty();
    killAndReopen();
    assertThat(take(10)).isEmpty();
    pass(Duration.ofSeconds(21));
    SourceRecord again = start();
    assertThat(again.event().id()).isEqualTo("a");
    done(again);
    assertThat(takeOne().event().id()).isEqualTo("b");
  }

  @Test
  void aStoppedTaskFreesItsOrderKey() {
    submit("{\"function\":\"resize\",\"id\":\"a\",\"orderKey\":\"k\"}");
    submit("{\"function\":\"resize\",\"id\":\"b\",\"orderKey\":\"k\"}");
    SourceRecord first = start();
    ended(first, FAILED);
    source.release(first, Duration.ofSeconds(20));
    settle();
    act("a", "stop", 200);
    assertThat(takeOne().event().id()).isEqualTo("b");
  }

  @Test
  void whatTheWorkerBeforeHadIsTakenUpAgain() {
    submit(
        "{\"tasks\":[{\"function\":\"resize\",\"id\":\"a\"},{\"function\":\"resize\",\"id\":\"b\"}]}");
    start();
    takeOne();
    killAndReopen();
    assertState("a", "retrying");
    assertThat(show("a")).contains("the worker ended", "\"crashes\":1");
    assertState("b", "enqueued");
    settle();
    assertThat(take(10)).hasSize(2);
  }

  @Test
  void aTaskThatKillsThreeWorkersIsNotTriedAgain() {
    submit(TASK);
    for (int i = 0; i < 3; i++) {
      settle();
      start();
      killAndReopen();
    }
    assertState("a", "failed");
    assertThat(show("a")).contains("the worker was lost during 3 attempts");
    assertThat(take(10)).isEmpty();
  }

  @Test
  void aTaskWhoseFunctionIsGoneIsInvalid() {
    submit(TASK);
    SourceRecord record = takeOne();
    ended(record, new AttemptEnd.GivenUp("UNKNOWN_ROUTE", "no route is named 'resize'"));
    settled(record, Settlement.DROPPED);
    assertState("a", "invalid");
    act("a", "rerun", 200);
  }

  @Test
  void aResultThatASinkRefusesIsToldApartFromTheTask() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, new AttemptEnd.Done(List.of()));
    settled(record, Settlement.DEAD_LETTERED);
    assertState("a", "succeeded");
    assertThat(show("a")).contains("\"delivery\":\"deadLettered\"");
  }

  @Test
  void aSlowDeliveryShows() {
    submit(TASK);
    SourceRecord record = start();
    ended(record, new AttemptEnd.Done(List.of()));
    source.renew(List.of(record));
    settle();
    assertThat(show("a")).contains("\"state\":\"running\",\"delivery\":\"delivering\"");
    settled(record, Settlement.DELIVERED);
    assertState("a", "succeeded");
  }

  @Test
  void progressIsKept() {
    submit(TASK);
    SourceRecord record = start();
    source.progress(record, 0.5, "half of it");
    settle();
    assertThat(show("a")).contains("\"fraction\":0.5", "half of it");
  }

  @Test
  void moreThanIsKeptInMemoryIsHandedOverAllTheSame() {
    int all = 1_500;
    StringBuilder batch = new StringBuilder("{\"tasks\":[");
    for (int i = 0; i < 500; i++) {
      batch.append(i == 0 ? "" : ",").append("{\"function\":\"resize\"}");
    }
    for (int i = 0; i < 3; i++) {
      submit(batch + "]}");
    }
    int seen = 0;
    List<SourceRecord> some;
    while (!(some = take(100)).isEmpty()) {
      source.started(some);
      for (SourceRecord record : some) {
        ended(record, new AttemptEnd.Done(List.of()));
      }
      source.settled(
          some.stream()
              .map(r -> new io.penstock.connector.QueueSource.Settled(r, Settlement.DELIVERED))
              .toList());
      seen += some.size();
    }
    assertThat(seen).isEqualTo(all);
    assertThat(ask("GET", "/tasks?state=succeeded&limit=1000", "").body()).contains("cursor");
    assertThat(ask("GET", "/tasks?state=enqueued", "").body()).isEqualTo("{\"tasks\":[]}");
  }

  @Test
  void retentionEndsWhatWasDone() {
    submit(TASK);
    done(start());
    pass(Duration.ofDays(8));
    settle();
    assertThat(ask("GET", "/tasks/a", "").status()).isEqualTo(404);
  }
}
