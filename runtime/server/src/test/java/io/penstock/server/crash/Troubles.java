package io.penstock.server.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.broker.KafkaCluster;
import io.penstock.server.crash.Disturbance.Cause;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/** Destinations that fail for real, with workers that are killed while they do. */
final class Troubles {

  private static final Set<Cause> ANY = EnumSet.allOf(Cause.class);
  private static final int FEW = 200;

  private final CrashRun run;
  private final KafkaCluster cluster;
  private WorkerProcess worker;

  Troubles(CrashRun run, KafkaCluster cluster) {
    this.run = run;
    this.cluster = cluster;
    this.worker = run.start(null);
    run.awaitArrivals(FEW, worker);
  }

  /** Producers that give up soon, so that it is up to the engine to try again. */
  static Setup setup(Setup setup) {
    return setup
        .withSink("delivery.timeout.ms", "1500")
        .withSink("request.timeout.ms", "1000")
        .withSink("max.block.ms", "1000");
  }

  private void replace() {
    run.kill(worker);
    worker = run.start(null);
  }

  private JsonNode status() {
    return worker.status(Topics.CONNECTOR);
  }

  /** A topic of results takes nothing for a while: it wants more replicas than there are. */
  void aTopicTakesNothing(String topic) {
    run.disturbing(
        topic + " takes nothing",
        ANY,
        () -> {
          Topics.configure(run.admin(), topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
          run.feedUntil(this::aSinkTriesAgain, () -> "no sink tries again: " + worker);
          run.note("a sink tries again");
          replace();
          run.feedUntil(this::aSinkTriesAgain, () -> "no sink tries again: " + worker);
          run.note("a sink tries again");
          Topics.configure(run.admin(), topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, null);
          run.awaitArrivals(FEW, worker);
        });
  }

  private boolean aSinkTriesAgain() {
    for (JsonNode sink : status().path("sinks")) {
      if (sink.path("retries").longValue() > 0) {
        return true;
      }
    }
    return false;
  }

  /** The topic of dead letters takes nothing for a while: every letter is too large for it. */
  void theDeadLettersTopicTakesNothing() {
    String topic = run.topics().deadLetters();
    run.note(topic + " takes nothing");
    Topics.configure(run.admin(), topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100");
    run.feedUntil(this::aLaneIsHalted, () -> "no lane is halted: " + worker);
    run.note("a lane is halted");
    replace();
    run.feedUntil(this::aLaneIsHalted, () -> "no lane is halted: " + worker);
    run.note("a lane is halted");
    Topics.configure(run.admin(), topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, null);
    run.feedUntil(() -> !aLaneIsHalted(), () -> "a lane stays halted: " + worker);
    run.note("no lane is halted");
  }

  private boolean aLaneIsHalted() {
    for (JsonNode lane : status().path("lanes")) {
      if (lane.hasNonNull("halted")) {
        return true;
      }
    }
    return false;
  }

  /** The broker gets SIGKILL and comes again; the worker sees it, and if it is to, dies too. */
  void theBrokerDies(boolean withTheWorker) {
    run.disturbing(
        "the broker is away",
        ANY,
        () -> {
          cluster.kill();
          run.until(this::isUnwell, () -> "nothing is noticed: " + worker);
          run.note("it is noticed");
          if (withTheWorker) {
            worker.kill();
            run.note("worker " + worker.number() + " is killed");
          }
          cluster.restart();
          if (withTheWorker) {
            worker = run.start(null);
          }
          run.awaitArrivals(FEW, worker);
        });
  }

  private boolean isUnwell() {
    return !status().path("health").isEmpty();
  }

  /** The last one carries what is left, and is stopped. */
  void finish() {
    run.awaitArrivals(FEW, worker);
    run.awaitAllCommitted();
    run.stop(worker);
    run.judge();
  }
}
