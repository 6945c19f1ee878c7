package io.penstock.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.fake.FakeLog;
import io.penstock.engine.fake.MemoryState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** An intake with a log, stepped by hand. */
abstract class IntakeBench {

  static final long MS = 1_000_000;

  record Context(
      String connector,
      long bufferBytes,
      LaneOwner lanes,
      StateStore state,
      Path folder,
      Failpoints failpoints)
      implements SourceContext {}

  final RecordingCore core = new RecordingCore();
  final FakeLog log = new FakeLog("a", "b");
  final Budget budget = new Budget(10_000);
  Stages stages =
      new Stages(new JsonCodec(), Optional.empty(), Optional.empty(), UnreadableData.REJECT);
  Demand demand = new Demand(1_000, 1_000_000, Set.of());
  long nowNs = 5;
  Intake intake = intake();

  Intake intake() {
    return new Intake(
        "orders",
        log,
        owner ->
            new Context("orders", 1, owner, new MemoryState(), Path.of("orders"), Failpoints.NONE),
        stages,
        budget,
        () -> demand,
        () -> 1,
        core);
  }

  long step() {
    return intake.doWork(nowNs, Duration.ZERO);
  }

  /** Opens and makes the first poll. */
  void start() {
    step();
    step();
    assertThat(core.told).containsExactly("opened", "assigned [a, b]");
    core.told.clear();
  }

  /** The core has looked at everything that was handed over. */
  void takeChunks() {
    for (Chunk chunk : core.chunks) {
      budget.chunkTaken();
    }
    core.chunks.clear();
  }
}
