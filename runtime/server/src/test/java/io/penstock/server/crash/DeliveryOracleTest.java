package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.PositionRanges;
import io.penstock.engine.Order;
import io.penstock.server.crash.Arrival.Place;
import io.penstock.server.crash.Coverage.Committed;
import io.penstock.server.crash.Disturbance.Cause;
import io.penstock.server.crash.Letter.Content;
import io.penstock.server.crash.Produced.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hand-made histories: the oracle takes the good ones and finds what is wrong with the others. */
class DeliveryOracleTest {

  private static final int ATTEMPTS = 3;

  private History history = new History(Order.KEY, ATTEMPTS);
  private long nowMs = 1_000;
  private long calls;
  private final long[] ends = new long[4];

  /** Event {@code number} of key 7 in partition 0, where its offset is its number. */
  private void produce(Kind... kinds) {
    for (Kind kind : kinds) {
      int number = history.produced.size();
      history.produced(new Produced(number, 7, number, kind, 0, number));
    }
  }

  private void arrive(int worker, int... numbers) {
    for (int number : numbers) {
      calls++;
      for (int topic = 0; topic < 2; topic++) {
        for (int i = 0; i < history.produced.get(number).kind().results(topic); i++) {
          arrive(topic, 3, number, i, worker, id(number) + "/" + i);
        }
      }
    }
  }

  private void arrive(int topic, int partition, int number, int index, int worker, String id) {
    Place place = new Place(topic, partition, ends[topic]++);
    history.arrived(new Arrival(place, ++nowMs, number, index, worker, calls, id));
  }

  private static String id(int number) {
    String given = TestRecord.expectedId(number);
    return given == null ? "cluster/topic/0/" + number : given;
  }

  private void die(int worker, int number, String sink) {
    history.letters.add(
        new Letter(
            ++nowMs, number, "CODE", sink, ATTEMPTS, worker, id(number) + "/dead", Content.INTACT));
  }

  private void commit(long position, long... beyond) {
    PositionRanges.Builder ranges = PositionRanges.builder();
    for (int i = 0; i < beyond.length; i += 2) {
      ranges.add(beyond[i], beyond[i + 1]);
    }
    history.coverages.add(
        new Coverage(++nowMs, Map.of(0, new Committed(position, ranges.build()))));
  }

  private void disturb(Cause... causes) {
    nowMs += 2;
    history.disturbances.add(
        new Disturbance(nowMs - 1, nowMs - 1, Set.of(causes), "worker killed"));
  }

  private List<String> violations() {
    return DeliveryOracle.judge(history).violations();
  }

  @Test
  void takesARunWithOneOfEachKind() {
    produce(Kind.values());
    arrive(1, 0, 1, 2);
    die(1, 2, "second");
    die(1, 5, null);
    die(1, 6, null);
    die(1, 7, null);
    commit(8);
    assertThat(violations()).isEmpty();
  }

  @Test
  void takesAnEventRepeatedAfterAKill() {
    produce(Kind.PLAIN, Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0, 1);
    commit(1);
    disturb(Cause.OWNERSHIP);
    arrive(2, 1, 2);
    commit(3);
    assertThat(violations()).isEmpty();
    assertThat(DeliveryOracle.judge(history).duplicates()).isEqualTo(2);
  }

  @Test
  void findsAnEventThatIsLost() {
    produce(Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0);
    commit(2);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("lost: Produced[number=1,"));
  }

  @Test
  void findsAResultThatOneOfTwoTopicsLacks() {
    produce(Kind.TWO_RESULTS);
    arrive(1, 0);
    history.arrivals.removeIf(a -> a.place().topic() == 1 && a.index() == 1);
    commit(1);
    assertThat(violations()).singleElement().asString().contains("lost");
  }

  @Test
  void findsADeadLetterThatIsLost() {
    produce(Kind.POISON, Kind.LARGE);
    arrive(1, 1);
    commit(2);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("lost: no dead letter"));
  }

  @Test
  void findsAnEventCommittedBeforeItsResult() {
    produce(Kind.PLAIN);
    commit(1);
    arrive(1, 0);
    assertThat(violations()).isNotEmpty().allMatch(v -> v.startsWith("committed too early"));
  }

  @Test
  void findsAnEventCommittedBeyondThePrefixBeforeItsLetter() {
    produce(Kind.PLAIN, Kind.REJECTED);
    commit(0, 1, 2);
    arrive(1, 0);
    die(1, 1, null);
    commit(2);
    assertThat(violations()).singleElement().asString().startsWith("committed too early");
  }

  @Test
  void findsAnEventRepeatedThoughCommitted() {
    produce(Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0, 1);
    commit(0, 1, 2);
    disturb(Cause.OWNERSHIP);
    arrive(2, 0);
    commit(2);
    assertThat(violations()).isEmpty();
    disturb(Cause.OWNERSHIP);
    arrive(3, 1);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("repeated though committed"));
  }

  @Test
  void findsARepetitionWithoutAReason() {
    produce(Kind.PLAIN);
    arrive(1, 0);
    arrive(2, 0);
    disturb(Cause.OWNERSHIP);
    commit(1);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("repeated without a reason"));
  }

  @Test
  void findsACallRepeatedForASinkAlone() {
    produce(Kind.PLAIN);
    arrive(1, 0);
    disturb(Cause.SINK);
    calls++;
    arrive(1, 0);
    commit(1);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("repeated without a reason"));
  }

  @Test
  void findsARepetitionUnderAnotherId() {
    produce(Kind.PLAIN);
    arrive(1, 0);
    disturb(Cause.OWNERSHIP);
    arrive(0, 3, 0, 0, 2, "cluster/topic/0/1/0");
    commit(1);
    assertThat(violations()).singleElement().asString().contains("another id");
  }

  @Test
  void findsAnIdOfTwoResultsAndOneThatIsNotTheProducers() {
    produce(Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0);
    arrive(0, 3, 1, 0, 1, id(0) + "/0");
    arrive(1, 3, 1, 0, 1, id(1) + "/0");
    commit(2);
    assertThat(violations())
        .anyMatch(v -> v.startsWith("an id of two"))
        .anyMatch(v -> v.startsWith("not the producer's id"));
  }

  @Test
  void findsAKeyOutOfOrder() {
    produce(Kind.PLAIN, Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0, 2);
    disturb(Cause.OWNERSHIP);
    arrive(2, 1);
    commit(3);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("out of order"));
  }

  @Test
  void findsAWorkerThatGoesBack() {
    produce(Kind.PLAIN, Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0, 1);
    disturb(Cause.OWNERSHIP);
    arrive(2, 1, 0, 2);
    commit(3);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("went back without a reason"));
  }

  @Test
  void looksAtKeysOrLanesOrNothing() {
    for (Order order : Order.values()) {
      history = new History(order, ATTEMPTS);
      history.produced(new Produced(0, 1, 0, Kind.PLAIN, 0, 0));
      history.produced(new Produced(1, 2, 0, Kind.PLAIN, 0, 1));
      arrive(1, 1, 0);
      commit(2);
      assertThat(violations()).hasSize(order == Order.LANE ? 2 * 2 : 0);
    }
  }

  @Test
  void findsAKeyInTwoPartitions() {
    produce(Kind.PLAIN, Kind.PLAIN);
    arrive(1, 0);
    arrive(0, 2, 1, 0, 1, id(1) + "/0");
    arrive(1, 3, 1, 0, 1, id(1) + "/0");
    commit(2);
    assertThat(violations()).singleElement().asString().contains("in two partitions");
  }

  @Test
  void findsWhatIsNotToBeThere() {
    produce(Kind.PLAIN, Kind.FILTERED);
    arrive(1, 0);
    arrive(0, 3, 1, 0, 1, id(1) + "/0");
    die(1, 0, null);
    commit(2);
    assertThat(violations()).hasSize(2).allMatch(v -> v.startsWith("not to be there"));
  }

  @Test
  void findsADeadLetterWithoutItsOriginalAndTooFewAttempts() {
    produce(Kind.POISON);
    history.letters.add(
        new Letter(++nowMs, 0, "CODE", null, ATTEMPTS - 1, 1, "id", Content.CHANGED));
    commit(1);
    assertThat(violations())
        .hasSize(2)
        .anyMatch(v -> v.startsWith("a dead letter without its original"))
        .anyMatch(v -> v.startsWith("given up too early"));
  }

  @Test
  void findsWhatIsNeverCommitted() {
    produce(Kind.NO_RESULT, Kind.FILTERED);
    commit(1);
    assertThat(violations()).singleElement().asString().contains("not committed", "number=1");
  }

  @Test
  void findsACommitThatGoesBack() {
    produce(Kind.NO_RESULT, Kind.FILTERED);
    commit(2);
    commit(1);
    commit(2);
    assertThat(violations()).singleElement().asString().contains("moved back");
  }
}
