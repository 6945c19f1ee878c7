package io.penstock.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.demo.Arrivals.Count;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Counting arrivals")
class ArrivalsTest {

  private static final long MS = 1_000_000;

  private final Arrivals arrivals = new Arrivals();

  @Test
  void findsWhatIsMissingDoubledOrShouldNotBeThere() {
    for (int i = 0; i < 10; i++) {
      arrivals.sending(i, 0);
    }
    arrivals.sendingFiltered();
    for (int i = 0; i < 9; i++) {
      arrivals.arrived(i, true, (i + 1L) * 100 * MS);
    }
    arrivals.arrived(3, true, 1_000 * MS);
    arrivals.arrived(-1, false, 1_000 * MS);

    Count count = arrivals.count();

    assertThat(count.sent()).isEqualTo(11);
    assertThat(count.expected()).isEqualTo(10);
    assertThat(count.arrived()).isEqualTo(9);
    assertThat(count.missing()).isEqualTo(1);
    assertThat(count.duplicates()).isEqualTo(1);
    assertThat(count.unexpected()).isEqualTo(1);
    assertThat(count.perSecond()).isEqualTo(9 / 0.8);
    assertThat(count.p50Ms()).isBetween(500.0, 500.2);
    assertThat(count.p99Ms()).isBetween(900.0, 900.2);
  }

  @Test
  void leavesTheWarmUpOutOfTheLatenciesOfALongRun() {
    arrivals.sending(1, 0);
    arrivals.arrived(1, true, 900 * MS);
    assertThat(arrivals.count().warmUp()).isZero();
    assertThat(arrivals.count().p99Ms()).isBetween(900.0, 900.2);

    arrivals.sending(2, 5_000 * MS);
    arrivals.arrived(2, true, 5_010 * MS);
    assertThat(arrivals.count().warmUp()).hasSeconds(5);
    assertThat(arrivals.count().p99Ms()).isBetween(10.0, 10.2);
  }

  @Test
  void waitsUntilAllAreThereButNotForever() throws InterruptedException {
    arrivals.sending(1, 0);
    assertThat(arrivals.awaitAll(MS)).isFalse();

    Thread late = new Thread(() -> arrivals.arrived(1, true, 1));
    late.start();
    assertThat(arrivals.awaitAll(TimeUnit.MINUTES.toNanos(1))).isTrue();
    late.join();
  }

  @Test
  void knowsTheOrdersOfTheDemo() {
    assertThat(Orders.number(Orders.id(17))).isEqualTo(17);
    assertThat(Orders.number("x-17")).isEqualTo(-1);
    assertThat(Orders.number("o-x")).isEqualTo(-1);
    assertThat(new String(Orders.json(19), UTF_8)).contains("\"o-19\"", "\"OPEN\"");
    assertThat(new String(Orders.json(18), UTF_8)).contains("\"PAID\"");
    assertThat(Orders.isPaid(19)).isFalse();
  }

  @Test
  void measuresNothingWithoutArrivals() {
    assertThat(arrivals.count().p99Ms()).isZero();
    assertThat(arrivals.count().perSecond()).isZero();
  }
}
