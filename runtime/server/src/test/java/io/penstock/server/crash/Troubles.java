package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.broker.BrokerProcess;
import io.penstock.broker.KafkaCluster;
import io.penstock.server.crash.Disturbance.Cause;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/** Destinations that fail for real, with workers that are killed while they do. */
final class Troubles {

  private static final Set<Cause> ANY = EnumSet.allOf(Cause.class);
  private static final int FEW = 200;
  private static final int MANY = 30_000;
  private static final String OPERATOR = "crash-test";

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

  /** A topic of results goes away for a while, and then the worker dies. */
  void aTopicIsAway(String topic) {
    run.disturbing(
        topic + " is away",
        ANY,
        () -> {
          // Nobody could tell what was written to it between the last look and the end.
          worker.mustAccept(Topics.CONNECTOR, "pause", OPERATOR);
          run.feedUntil(
              () -> status().at("/window/events").asLong(1) == 0, () -> "not quiet: " + worker);
          run.replaceTopic(
              topic,
              () -> {
                worker.mustAccept(Topics.CONNECTOR, "resume", OPERATOR);
                awaitRetries();
              });
          run.awaitArrivals(1 + run.random().nextInt(FEW), worker);
          replace();
          run.awaitArrivals(FEW, worker);
        });
  }

  private void awaitRetries() {
    long before = retries();
    run.feedUntil(() -> retries() > before, () -> "no sink tries again: " + worker);
    run.note("a sink tries again");
  }

  private long retries() {
    long retries = 0;
    for (JsonNode sink : status().path("sinks")) {
      retries += sink.path("retries").longValue();
    }
    return retries;
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
          }
          cluster.restart();
          if (withTheWorker) {
            replace();
          }
          run.awaitArrivals(FEW, worker);
        });
  }

  /** The broker stops answering, so that nobody knows what it has taken, and then goes on. */
  void theBrokerHangs(BrokerProcess broker) {
    run.disturbing(
        "the broker hangs",
        ANY,
        () -> {
          worker.mustAccept(Topics.CONNECTOR, "pause", OPERATOR);
          run.feed(MANY);
          worker.mustAccept(Topics.CONNECTOR, "resume", OPERATOR);
          run.awaitArrivals(FEW, worker);
          long before = retries();
          signal(broker, "STOP");
          try {
            run.until(() -> retries() > before, () -> "no sink tries again: " + worker);
            run.note("a sink tries again");
          } finally {
            signal(broker, "CONT");
          }
          run.awaitArrivals(FEW, worker);
        });
  }

  private static void signal(BrokerProcess broker, String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, "" + broker.pid()).start();
      assertThat(kill.waitFor()).as("kill -%s", signal).isZero();
    } catch (IOException e) {
      throw new AssertionError("no signal could be sent", e);
    } catch (InterruptedException e) {
      throw Topics.interrupted(e);
    }
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
