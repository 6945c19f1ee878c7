package io.penstock.engine.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.DecodeException;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.engine.deliver.Delivery.Ordered;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.transform.TransformException;
import io.penstock.functions.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sinks that don't keep their word, sinks with a filter, the gate, open and close. */
class SinkPortLifeTest extends SinkPortBench {

  // ---- sinks that don't keep their word

  @Test
  void aWrongNumberOfOutcomesIsAFailureOfAll() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    answer(OK);
    assertThat(owners.finished).isEmpty();
    assertThat(core.notes).anyMatch(n -> n.contains("1 outcomes for 2 records"));
    pass(10 * MS);
    assertThat(lastIds()).containsExactly("a", "b");
    assertThat(gate.inFlight()).isEqualTo(1);
  }

  @Test
  void anAnswerThatFailsIsAFailureOfAll() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    sink.last().answer().completeExceptionally(new IllegalStateException("connection lost"));
    turn();
    assertThat(core.notes).anyMatch(n -> n.contains("connection lost"));
    pass(10 * MS);
    assertThat(lastIds()).containsExactly("a", "b");
  }

  @Test
  void aSinkThatThrowsHasFailedAllRecords() {
    sink.script.add(
        call -> {
          throw new IllegalStateException("thrown");
        });
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    assertThat(core.notes).anyMatch(n -> n.contains("thrown"));
    assertThat(gate.inFlight()).isZero();
    pass(10 * MS);
    assertThat(sink.calls).hasSize(2);
  }

  /** A class that is missing in a plug-in shows as an error, and must not hang the connector. */
  @Test
  void aSinkThatThrowsAnErrorHasFailedAllRecords() {
    sink.script.add(
        call -> {
          throw new NoClassDefFoundError("com/acme/Missing");
        });
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    assertThat(core.notes).anyMatch(n -> n.contains("com/acme/Missing"));
    assertThat(gate.inFlight()).isZero();
    pass(10 * MS);
    answer(OK);
    assertThat(owners.finished).containsExactly("a");
  }

  @Test
  void aSinkThatAnswersWithNothingHasFailedAllRecords() {
    sink.script.add(call -> null);
    sink.script.add(call -> CompletableFuture.completedFuture(null));
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    pass(10 * MS);
    pass(20 * MS);
    answer(OK);
    assertThat(owners.finished).containsExactly("a");
    assertThat(gate.inFlight()).isZero();
  }

  // ---- filter and transform of a sink

  @Test
  void whatDoesNotPassTheSinksOwnFilterCountsAsDelivered() {
    filter = Optional.of((event, format) -> !event.id().equals("b"));
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b", "c");
    assertThat(lastIds()).containsExactly("a", "c");
    assertThat(owners.finished).isEmpty();
    answer(FAILED, OK);
    assertThat(owners.finished).containsExactly("b", "c");
    pass(10 * MS);
    assertThat(lastIds()).containsExactly("a");

    submit(port, Ordered.NO, "b");
    assertThat(owners.finished).containsExactly("b", "c", "b");
    assertThat(sink.calls).hasSize(2);
  }

  @Test
  void whatTheSinksFilterCanNotReadIsRejected() {
    filter =
        Optional.of(
            (event, format) -> {
              if (event.id().equals("b")) {
                throw new DecodeException("not JSON");
              }
              return true;
            });
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    answer(OK);
    assertThat(owners.refused).containsExactly("b UNREADABLE");
    assertThat(owners.finished).containsExactly("a");
    assertThat(port.status().unreadable()).isEqualTo(1);
  }

  @Test
  void whatTheSinksFilterCanNotReadDoesNotMatchIfTheConnectorSaysSo() {
    filter =
        Optional.of(
            (event, format) -> {
              throw new DecodeException("not JSON");
            });
    core.unreadable = UnreadableData.NO_MATCH;
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    assertThat(sink.calls).isEmpty();
    assertThat(owners.finished).containsExactly("a");
    assertThat(port.status().unreadable()).isEqualTo(1);
  }

  @Test
  void whatTheSinksTransformCanNotMakeIsRejected() {
    transform =
        Optional.of(
            (event, format) -> {
              if (event.id().equals("b")) {
                throw new TransformException("nothing at $.data.x");
              }
              if (event.id().equals("c")) {
                throw new DecodeException("not JSON");
              }
              return event;
            });
    core.unreadable = UnreadableData.NO_MATCH; // which is about filters
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b", "c");
    assertThat(lastIds()).containsExactly("a");
    answer(OK);
    assertThat(owners.refused).containsExactly("b TRANSFORM_FAILED", "c UNREADABLE");
    assertThat(owners.finished).containsExactly("a");
    assertThat(port.status().unreadable()).isEqualTo(1);
  }

  @Test
  void deadLettersAreReadAsJsonWhateverTheConnectorsFormat() {
    filter =
        Optional.of(
            (event, format) -> {
              assertThat(format).isInstanceOf(JsonCodec.class);
              return true;
            });
    core.format = new TextCodec();
    SinkPort<String> port = openPort();
    DeadLetterEvent letter =
        new DeadLetterEvent(
            FakeRecord.of("a", 0, ""),
            null,
            new DeadLetterEvent.Cause("UNREADABLE", "not JSON", null, null),
            new DeadLetterEvent.Circumstances("c", null, "lane", 0, Instant.EPOCH, Instant.EPOCH));
    port.submit(
        new Delivery<>(
            List.of(new Parcel<>("a", new SinkRecord(letter, null, 1))),
            owners,
            Ordered.NO,
            core.nowNs),
        core.nowNs);
    turn();
    assertThat(sink.calls).hasSize(1);
  }

  @Test
  void theSinksTransformIsApplied() {
    transform = Optional.of((event, format) -> Event.builder().id(event.id() + "-changed").build());
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    assertThat(lastIds()).containsExactly("a-changed");
  }

  @Test
  void aWrongNumberOfOutcomesForWhatPassedIsAFailureOfAll() {
    filter = Optional.of((event, format) -> !event.id().equals("b"));
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b", "c");
    answer(OK, OK, OK);
    assertThat(owners.finished).isEmpty();
    pass(10 * MS);
    answer(OK);
    assertThat(owners.finished).isEmpty();
  }

  // ---- the gate

  @Test
  void noMoreAreInFlightThanTheGateLetsIn() {
    gate = gate(2);
    SinkPort<String> port = openPort();
    for (String id : List.of("a", "b", "c", "d")) {
      submit(port, Ordered.NO, id);
    }
    assertThat(sink.calls).hasSize(2);
    assertThat(port.status().waiting()).isEqualTo(4);
    sink.calls.get(0).answer(OK);
    turn();
    assertThat(sink.calls).hasSize(3);
  }

  @Test
  void aSlotThatAnotherPortOfTheDestinationFreedIsUsedByTheNextPump() {
    gate = gate(1);
    SinkPort<String> one = openPort();
    SinkPort<String> two = openPort();
    submit(one, Ordered.NO, "a");
    submit(two, Ordered.NO, "b");
    assertThat(sink.calls).hasSize(1);
    answer(OK);
    assertThat(sink.calls).hasSize(1);
    two.pump(core.nowNs);
    turn();
    assertThat(lastIds()).containsExactly("b");
  }

  // ---- open and close

  @Test
  void deliversNothingBeforeItIsOpen() {
    SinkPort<String> port = port();
    port.submit(
        new Delivery<>(new ArrayList<>(List.of(parcel("a"))), owners, Ordered.NO, 0), core.nowNs);
    assertThat(port.isOpen()).isFalse();
    assertThat(gate.inFlight()).isZero();
    turn();
    assertThat(lastIds()).containsExactly("a");
  }

  @Test
  void opensAgainAfterABackoff() {
    for (int i = 0; i < 3; i++) {
      sink.opens.add(
          () -> {
            throw ConnectorException.retry("can't reach d:9092", null);
          });
    }
    SinkPort<String> port = port();
    turn();
    assertThat(port.isOpen()).isFalse();
    assertThat(port.status().lastError().orElseThrow().text())
        .isEqualTo("sink onSuccess[0] test: can't reach d:9092");
    pass(200 * MS);
    pass(400 * MS);
    assertThat(sink.opened).isEqualTo(3);
    assertThat(port.isOpen()).isFalse();
    pass(800 * MS);
    assertThat(port.isOpen()).isTrue();
    assertThat(core.fatal).isEmpty();
  }

  @Test
  void opensAgainAfterAnError() {
    sink.opens.add(
        () -> {
          throw new NoClassDefFoundError("com/acme/Missing");
        });
    SinkPort<String> port = port();
    turn();
    assertThat(port.status().lastError().orElseThrow().text()).contains("com/acme/Missing");
    pass(200 * MS);
    assertThat(port.isOpen()).isTrue();
  }

  @Test
  void aFatalOpenStopsTheConnector() {
    sink.opens.add(
        () -> {
          throw ConnectorException.fatal("wrong password for d:9092", null);
        });
    SinkPort<String> port = port();
    turn();
    assertThat(core.fatal)
        .containsExactly("SINK_OPEN: sink onSuccess[0] test: wrong password for d:9092");
    pass(Duration.ofMinutes(5).toNanos());
    assertThat(sink.opened).isEqualTo(1);
    assertThat(port.isOpen()).isFalse();
  }

  @Test
  void closesTheSinkBehindWhatItsWorkerStillHasToDo() {
    SinkPort<String> port = openPort();
    port.submit(
        new Delivery<>(new ArrayList<>(List.of(parcel("a"))), owners, Ordered.NO, 0), core.nowNs);
    List<String> told = new ArrayList<>();
    port.close(() -> told.add("closed"));
    assertThat(worker.hasEnded()).isTrue();
    assertThat(told).isEmpty();
    turn();
    assertThat(lastIds()).containsExactly("a");
    assertThat(sink.closed).isEqualTo(1);
    assertThat(told).containsExactly("closed");
    assertThat(port.isOpen()).isFalse();
    port.close(() -> told.add("twice"));
    assertThat(sink.closed).isEqualTo(1);
  }

  @Test
  void nothingIsTriedAgainAfterTheClose() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    submit(port, Ordered.NO, "b");
    sink.calls.get(0).answer(FAILED);
    turn();
    port.close(() -> {});
    sink.calls.get(1).answer(FAILED);
    turn();
    pass(1_000 * MS);
    assertThat(sink.calls).hasSize(2);
    assertThat(gate.inFlight()).isZero();
    assertThat(owners.refused).isEmpty();
  }

  @Test
  void isNotOpenedAgainAfterTheClose() {
    sink.opens.add(
        () -> {
          throw new IllegalStateException("can't be reached");
        });
    SinkPort<String> port = port();
    turn();
    port.close(() -> {});
    turn();
    pass(Duration.ofMinutes(1).toNanos());
    assertThat(sink.opened).isEqualTo(1);
  }

  @Test
  void anOpenThatEndsAfterTheCloseOpensNothing() {
    SinkPort<String> port = port();
    port.close(() -> {});
    submit(port, Ordered.NO, "a");
    assertThat(port.isOpen()).isFalse();
    assertThat(sink.calls).isEmpty();
    assertThat(sink.closed).isEqualTo(1);
  }

  /** A sink that is closed may never answer; others that share its destination must not suffer. */
  @Test
  void slotsOfDeliveriesWithoutAnAnswerAreGivenBackInTheEnd() {
    gate = gate(2);
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    submit(port, Ordered.NO, "b");
    port.close(() -> {});
    turn();
    assertThat(gate.inFlight()).isEqualTo(2);
    port.abandon();
    assertThat(gate.inFlight()).isZero();
    sink.calls.get(0).answer(OK);
    turn();
    port.abandon();
    assertThat(gate.inFlight()).as("a late answer gives nothing back").isZero();
  }
}
