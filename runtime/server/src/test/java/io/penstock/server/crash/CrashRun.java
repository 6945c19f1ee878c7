package io.penstock.server.crash;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.server.crash.Coverage.Committed;
import io.penstock.server.crash.Disturbance.Cause;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connector between real topics, run by one worker process after the other (or several at a
 * time), fed all the while, and everything that is needed to judge it. Confined to the test's thread.
 */
final class CrashRun implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final long FEED_INTERVAL_MS = 100;
  private static final int PORTION = 50;

  /** How long a request of a dead process may still lie at the broker. */
  private static final long AFTERMATH_MS = 2_000;

  private static final List<String> QUICK =
      List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private final String servers;
  private final Path folder;
  private final Setup setup;
  private final List<String> jvm;
  private final long seed;
  private final SplittableRandom random;
  private final Topics topics = Topics.unique();
  private final History history;
  private final Admin admin;
  private final GroupWatch group;
  private final Feeder feeder;
  private final Outputs outputs;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final List<String> schedule = new ArrayList<>();
  private final Set<String> reached = new TreeSet<>();
  private long fedMs;

  /**
   * Makes the topics; nothing runs yet.
   *
   * @param folder where files and logs go
   * @param seed what chance is derived from, as far as a run of several processes allows
   */
  CrashRun(String servers, Path folder, Setup setup, long seed) {
    this(servers, folder, setup, QUICK, seed);
  }

  /**
   * Makes the topics; nothing runs yet.
   *
   * @param jvm options of the workers' JVM
   */
  CrashRun(String servers, Path folder, Setup setup, List<String> jvm, long seed) {
    this.servers = servers;
    this.folder = folder;
    this.setup = setup;
    this.jvm = jvm;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.history = new History(setup.order(), Setup.MAX_ATTEMPTS);
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers));
    topics.create(admin, setup.partitions());
    this.group = new GroupWatch(admin, topics.group());
    this.feeder = new Feeder(servers, topics.input(), setup, history, random.nextLong());
    this.outputs = new Outputs(servers, topics, setup, history);
  }

  SplittableRandom random() {
    return random;
  }

  Topics topics() {
    return topics;
  }

  Admin admin() {
    return admin;
  }

  // ---- workers

  /** Starts a worker more, which dies at the kill point if there is one. */
  WorkerProcess start(@Nullable KillPoint killPoint) {
    int number = workers.size() + 1;
    note("worker " + number + " starts" + (killPoint == null ? "" : ", to " + killPoint));
    Path config = ConnectorFile.write(folder, number, servers, topics, setup);
    WorkerProcess worker =
        WorkerProcess.start(
            new WorkerProcess.Options(number, config, data(number), folder, jvm, killPoint));
    workers.add(worker);
    return worker;
  }

  /** Workers one after the other share a folder, as a worker that is started again does. */
  private Path data(int number) {
    return folder.resolve(alive().isEmpty() ? "data" : "data-" + number);
  }

  private List<WorkerProcess> alive() {
    return workers.stream().filter(WorkerProcess::isAlive).toList();
  }

  /** Sends SIGKILL. */
  void kill(WorkerProcess worker) {
    worker.kill();
    died(worker, "is killed");
  }

  /** Waits until it dies by itself, at its failpoint. */
  void awaitDeath(WorkerProcess worker) {
    feedUntil(
        () -> !worker.isAlive() || worker.isFrozen(), () -> "not at its failpoint: " + worker);
    if (worker.isFrozen()) {
      worker.kill();
    }
    assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    died(worker, "died at its failpoint");
  }

  /** Stops it as an operator does. */
  void stop(WorkerProcess worker) {
    worker.terminate();
    assertThat(worker.awaitEnd()).as("exit code of %s", worker).isZero();
    died(worker, "is stopped");
  }

  private void died(WorkerProcess worker, String how) {
    reached.addAll(worker.reached());
    String text = "worker " + worker.number() + " " + how;
    note(text);
    long nowMs = System.currentTimeMillis();
    history.disturbances.add(
        new Disturbance(nowMs, nowMs + AFTERMATH_MS, Set.of(Cause.OWNERSHIP), text));
    if (alive().isEmpty()) {
      look();
      group.forgetMembers();
    }
  }

  /** The failpoints that workers which ended had reached. */
  Set<String> reached() {
    return reached;
  }

  /** Something goes on while the action runs that may make events happen again. */
  void disturbing(String text, Set<Cause> causes, Runnable action) {
    note(text + ": begins");
    long fromMs = System.currentTimeMillis();
    action.run();
    history.disturbances.add(
        new Disturbance(fromMs, System.currentTimeMillis() + AFTERMATH_MS, causes, text));
    note(text + ": is over");
  }

  /** Waits until these workers share all partitions, each with one at least. */
  void awaitShared(WorkerProcess... sharers) {
    feedUntil(
        () -> {
          int owned = 0;
          for (WorkerProcess worker : sharers) {
            JsonNode lanes = worker.status(Topics.CONNECTOR).path("lanes");
            if (lanes.isEmpty()) {
              return false;
            }
            owned += lanes.size();
          }
          return owned == setup.partitions();
        },
        () -> "the partitions are not shared by " + List.of(sharers));
    note("the partitions are shared by " + sharers.length);
  }

  /** Makes a topic of results anew, in the midst of an action. Everything in it must have been read. */
  void replaceTopic(String topic, Runnable whileItIsAway) {
    outputs.readToEnd();
    Topics.delete(admin, topic);
    note(topic + " is deleted");
    whileItIsAway.run();
    topics.create(admin, topic, setup.partitions());
    outputs.beginAnew(topic);
    note(topic + " is there again");
  }

  /** The ids of the group's members; one that left and came again has another. */
  Set<String> memberIds() {
    try {
      return group.members().stream().map(MemberDescription::consumerId).collect(toSet());
    } catch (InterruptedException e) {
      throw Topics.interrupted(e);
    }
  }

  // ---- events

  /** Produces so many events more. */
  void feed(int count) {
    feeder.feed(count);
    fedMs = System.currentTimeMillis();
  }

  private void keepFed() {
    if (System.currentTimeMillis() - fedMs >= FEED_INTERVAL_MS) {
      feed(PORTION);
    }
  }

  /** Waits until so many more results of a worker have arrived. */
  void awaitArrivals(int more, WorkerProcess worker) {
    int wanted = history.arrivalsOf(worker.number()) + more;
    feedUntil(
        () -> history.arrivalsOf(worker.number()) >= wanted,
        () -> "no " + more + " results more of " + worker);
  }

  /** Waits for a condition; feeds and reads meanwhile. */
  void feedUntil(BooleanSupplier condition, Supplier<String> otherwise) {
    until(
        () -> {
          keepFed();
          outputs.read();
          return condition.getAsBoolean();
        },
        otherwise);
  }

  /** Waits for a condition. */
  void until(BooleanSupplier condition, Supplier<String> otherwise) {
    until(PATIENCE, condition, otherwise);
  }

  private void until(Duration limit, BooleanSupplier condition, Supplier<String> otherwise) {
    try {
      await()
          .atMost(limit)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(OFTEN)
          .until(condition::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(otherwise.get() + "\n" + story(), e);
    }
  }

  private Coverage look() {
    try {
      return group.look();
    } catch (ExecutionException e) {
      throw new AssertionError("the group's offsets could not be read", e);
    } catch (InterruptedException e) {
      throw Topics.interrupted(e);
    }
  }

  /** Feeds no more, and waits until everything is settled and committed. */
  void awaitAllCommitted() {
    awaitAllCommitted(PATIENCE, () -> {});
  }

  /** The same with a limit of its own, and something to do again and again meanwhile. */
  void awaitAllCommitted(Duration limit, Runnable meanwhile) {
    note("no more is fed");
    Map<Integer, Long> ends = history.ends();
    until(
        limit,
        () -> {
          meanwhile.run();
          outputs.read();
          Map<Integer, Committed> now = look().partitions();
          return ends.entrySet().stream()
              .allMatch(
                  end ->
                      now.containsKey(end.getKey())
                          && now.get(end.getKey()).position() >= end.getValue());
        },
        () -> "not everything is committed up to " + ends + ", but " + look() + ": " + alive());
  }

  /** Judges it; everything must be committed. */
  void judge() {
    outputs.readToEnd();
    history.coverages.clear();
    history.coverages.addAll(group.seen());
    DeliveryOracle.Verdict verdict = DeliveryOracle.judge(history);
    note(verdict.duplicates() + " duplicates, each for a reason");
    assertThat(verdict.violations()).as(this::story).isEmpty();
  }

  // ---- what happened

  void note(String text) {
    schedule.add(
        String.format(
            "%tT.%1$tL %6d produced, %6d arrived  %s",
            System.currentTimeMillis(), history.produced.size(), history.arrivals.size(), text));
  }

  /** What happened, to be told when something is wrong. */
  String story() {
    String head = "seed " + seed + ", " + setup + ", logs in " + folder + "\n";
    return head + String.join("\n", schedule) + "\n";
  }

  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
    group.close();
    feeder.close();
    outputs.close();
    admin.close(Duration.ofSeconds(5));
  }
}
