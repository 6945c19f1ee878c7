package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.FunctionInvoker;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it costs to call a function that does nothing, all threads summed. */
@Tag("benchmark")
class OverheadBenchmarkTest {

  private static final int BATCH = 500;
  private static final int BATCHES = 20_000;
  private static final int IN_FLIGHT = 4;

  private static final class Nothing implements EventHandler<Event, Void> {
    @Override
    public Void handle(Event input, Context context) {
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_batch_of_500_costs_less_than_50_ns_of_cpu_an_event(boolean virtualWanted) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      events.add(FakeInvocation.event("e" + i, "x"));
    }
    try (FunctionInvoker function =
        Harness.of(new Nothing(), virtualWanted, Duration.ofSeconds(5))) {
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long startNs = processCpuNs();
        run(function, events);
        double each = (double) (processCpuNs() - startNs) / ((long) BATCH * BATCHES);
        best = Math.min(best, each);
        System.out.printf(
            "virtual threads wanted %s, round %d: %.1f ns of CPU an event%n",
            virtualWanted, round, each);
      }
      assertThat(best).isLessThan(50);
    }
  }

  private static void run(FunctionInvoker function, List<Event> events) {
    List<CompletionStage<?>> inFlight = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      inFlight.add(function.invoke(FakeInvocation.of(events)));
      if (inFlight.size() == IN_FLIGHT) {
        inFlight.forEach(stage -> stage.toCompletableFuture().join());
        inFlight.clear();
      }
    }
    inFlight.forEach(stage -> stage.toCompletableFuture().join());
  }

  private static long processCpuNs() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
