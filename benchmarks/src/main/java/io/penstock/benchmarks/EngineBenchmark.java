package io.penstock.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.penstock.benchmarks.arm.NoOp;
import io.penstock.benchmarks.arm.Plugins;
import io.penstock.connector.Codec;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.config.Problems;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.WindowPolicy;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.filter.EventPattern;
import io.penstock.functions.Event;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * What the engine itself costs: events from memory to a Java function that does nothing. CPU is
 * that of the whole process, all threads summed, the garbage collector and the compiler included;
 * so is the making of the source's records.
 */
final class EngineBenchmark implements Benchmark {

  private static final int EVENTS = 10_000;
  private static final int KEYS = 1_000;
  private static final int LANES = 4;
  private static final int DATA_BYTES = 200;
  private static final Duration LOOK = Duration.ofMillis(5);

  private record Arm(String name, Order order, Optional<EventFilter> filter) {}

  /** What was measured; the limit is the mean of all looks at it. */
  private record Sample(double cpuNs, double wallNs, double bytes, double limit) {}

  private static final List<Arm> ARMS =
      List.of(
          new Arm("penstock", Order.NONE, Optional.empty()),
          new Arm("penstock-lane", Order.LANE, Optional.empty()),
          new Arm("penstock-key", Order.KEY, Optional.empty()),
          new Arm("penstock-filter", Order.NONE, Optional.of(paid())));

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static EventFilter paid() {
    Problems problems = new Problems();
    return EventPattern.compile(
            Map.of("data", Map.of("status", List.of("PAID"))),
            "$.filter",
            new JsonCodec(),
            problems)
        .<EventFilter>map(filter -> filter)
        .orElseThrow(() -> new BenchmarkException(problems.list().toString()));
  }

  @Override
  public List<String> arms() {
    return ARMS.stream().map(Arm::name).toList();
  }

  @Override
  public void run(Effort effort, Set<String> wanted) {
    long events = effort == Effort.QUICK ? 3_000_000 : 10_000_000;
    int rounds = effort == Effort.QUICK ? 3 : 5;
    List<Arm> arms = ARMS.stream().filter(arm -> wanted.contains(arm.name())).toList();
    List<List<Sample>> samples = new ArrayList<>();
    arms.forEach(arm -> samples.add(new ArrayList<>()));
    try (Engine engine = Engine.start(EngineEnvironment.real(new Plugins.NoState(), Path::of))) {
      for (int round = 0; round <= rounds; round++) {
        for (int i = 0; i < arms.size(); i++) {
          Sample sample = measure(engine, arms.get(i), "round-" + round, events);
          Rounds.progress(
              "Round %d of %d: %-16s %4.0f ns of CPU, limit %.1f%s",
              round,
              rounds,
              arms.get(i).name(),
              sample.cpuNs,
              sample.limit,
              round == 0 ? " (warm-up)" : "");
          if (round > 0) {
            samples.get(i).add(sample);
          }
        }
      }
    }
    print(arms, samples, events);
  }

  private Sample measure(Engine engine, Arm arm, String run, long total) {
    List<Event> events = new ArrayList<>(EVENTS);
    long[] orderKeys = new long[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      events.add(Event.builder().id("event-" + i).json(json(i)).build());
      orderKeys[i] = OrderKeys.of("key-" + i % KEYS);
    }
    Connector connector =
        engine.add(
            new ConnectorPlan(
                arm.name() + "-" + run,
                new MemorySource(events, orderKeys, LANES, total),
                format(arm),
                arm.filter(),
                Optional.empty(),
                Optional.of(
                    new FunctionPlan(
                        arm.name() + "-" + run,
                        "default",
                        Plugins.function(NoOp.class, ConcurrencyPolicy.DEFAULT.max()),
                        Duration.ofSeconds(30),
                        ConcurrencyPolicy.DEFAULT)),
                new DeliveryPolicy(
                    arm.order(),
                    new BatchPolicy(500, 1 << 20, Duration.ZERO),
                    RetryPolicy.FOREVER,
                    DeliveryPolicy.Bisect.ON,
                    WindowPolicy.DEFAULT),
                List.of(),
                new FailurePlan.Halt()));
    long cpu = system.getProcessCpuTime();
    long wall = System.nanoTime();
    long allocated = allocatedBytes();
    double limits = 0;
    int looks = 0;
    ConnectorStatus status = status(connector);
    while (status.counts().settled() < total) {
      limits += status.function().orElseThrow().limit();
      looks++;
      LockSupport.parkNanos(LOOK.toNanos());
      status = status(connector);
    }
    Sample sample =
        new Sample(
            (system.getProcessCpuTime() - cpu) / (double) total,
            (System.nanoTime() - wall) / (double) total,
            (allocatedBytes() - allocated) / (double) total,
            limits / looks);
    get(connector.stop(Duration.ofSeconds(5)).toCompletableFuture());
    return sample;
  }

  private static Codec format(Arm arm) {
    return arm.filter().isPresent() ? new JsonCodec() : new Plugins.NoFormat();
  }

  /** An order of 200 bytes, paid. */
  private static String json(int number) {
    String json =
        "{\"id\":\"order-" + number + "\",\"status\":\"PAID\",\"total\":" + number + ",\"note\":\"";
    return json + "n".repeat(DATA_BYTES - json.length() - 2) + "\"}";
  }

  /** Of the threads that live; the engine's do while a connector runs. */
  private long allocatedBytes() {
    return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  private static ConnectorStatus status(Connector connector) {
    return get(connector.status().toCompletableFuture());
  }

  private static <T> T get(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new BenchmarkException("The engine did not answer.", e);
    }
  }

  private static void print(List<Arm> arms, List<List<Sample>> samples, long events) {
    System.out.printf(
        Locale.ROOT,
        "%n%-18s %14s %14s %14s %16s %7s%n",
        "arm",
        "CPU ns/event",
        "wall ns/event",
        "events/s",
        "allocated/event",
        "limit");
    for (int i = 0; i < arms.size(); i++) {
      Sample median = median(samples.get(i));
      System.out.printf(
          Locale.ROOT,
          "%-18s %14.0f %14.0f %,14.0f %14.0f B %7.1f%n",
          arms.get(i).name(),
          median.cpuNs,
          median.wallNs,
          1e9 / median.wallNs,
          median.bytes,
          median.limit);
    }
    System.out.printf(
        Locale.ROOT,
        "%n  %,d events of %d bytes in %d lanes, %,d keys, batches of 500, a Java function that"
            + " does nothing; medians of %d rounds.%n  CPU of the whole process, all threads."
            + " %s%n%n",
        events,
        DATA_BYTES,
        LANES,
        KEYS,
        samples.get(0).size(),
        Machine.describe());
    for (int i = 0; i < arms.size(); i++) {
      Sample median = median(samples.get(i));
      System.out.printf(
          Locale.ROOT,
          "{\"benchmark\":\"engine\",\"arm\":\"%s\",\"events\":%d,\"seconds\":%.3f,"
              + "\"events_per_second\":%.0f,\"cpu_seconds_per_million\":%.3f,"
              + "\"nanoseconds_per_event\":%.0f,\"allocated_bytes_per_event\":%.0f,\"limit\":%.1f}%n",
          arms.get(i).name(),
          events,
          median.wallNs * events / 1e9,
          1e9 / median.wallNs,
          median.cpuNs / 1e3,
          median.cpuNs,
          median.bytes,
          median.limit);
    }
    System.out.flush();
  }

  private static Sample median(List<Sample> samples) {
    List<Sample> sorted = new ArrayList<>(samples);
    sorted.sort((a, b) -> Double.compare(a.cpuNs, b.cpuNs));
    return sorted.get(sorted.size() / 2);
  }
}
