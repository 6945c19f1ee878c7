package io.penstock.source.tasks;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueSource.Attempt;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.storage.PostgresAddress;
import io.penstock.storage.Storage;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes tasks and handles them; prints the id of each when it was answered with 202. */
final class KilledWorker {

  static final String ID = "accepted ";
  static final String FUNCTION = "f";
  static final int BATCH = 20;

  private static final int SENDERS = 4;
  private static final Demand DEMAND = new Demand(200, 1 << 20, Set.of(), Map.of(FUNCTION, 200));

  private KilledWorker() {}

  /**
   * Runs until it is killed, or until everything is done.
   *
   * @param args folder; URL of a PostgreSQL, or {@code -} to keep tasks in the folder; prefix of
   *     ids, or {@code -} to take nothing new; how many tasks to take; and if wanted a failpoint to
   *     die at, with how often it is reached first
   */
  public static void main(String[] args) throws Exception {
    AtomicInteger left = new AtomicInteger(args.length > 5 ? Integer.parseInt(args[5]) : 0);
    Failpoints failpoints =
        name -> {
          if (args.length > 5 && name.equals(args[4]) && left.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(137);
          }
        };
    TasksSource source =
        new TasksSource(
            TestSources.config(Map.of()), Path.of("."), InstantSource.system(), System::nanoTime);
    source.open(context(args, failpoints));
    List<Thread> senders = new ArrayList<>();
    AtomicInteger toSend = new AtomicInteger(Integer.parseInt(args[3]));
    for (int i = 0; i < SENDERS && !args[2].equals("-"); i++) {
      String prefix = args[2] + "-" + i;
      Thread sender = new Thread(() -> send(source, prefix, toSend), "sender");
      sender.setDaemon(true);
      sender.start();
      senders.add(sender);
    }
    int quiet = 0;
    while (quiet < 50 || senders.stream().anyMatch(Thread::isAlive)) {
      List<SourceRecord> taken = new ArrayList<>();
      for (LaneRecords polled : source.poll(DEMAND, Duration.ofMillis(10))) {
        taken.addAll(polled.records());
      }
      double share = source.tasks().store().ownedShare();
      boolean isDone =
          source.tasks().open().of("default") == 0 && (senders.isEmpty() ? share == 1 : share > 0);
      quiet = taken.isEmpty() && isDone ? quiet + 1 : 0;
      if (!taken.isEmpty()) {
        source.started(taken);
        source.attempted(
            taken.stream()
                .map(record -> new Attempt(record, new AttemptEnd.Done(List.of())))
                .toList());
        source.settled(
            taken.stream().map(record -> new Settled(record, Settlement.DELIVERED)).toList());
      }
    }
    source.close();
    Runtime.getRuntime().halt(0); // storage has threads of its own
  }

  private static SourceContext context(String[] args, Failpoints failpoints) {
    Path folder = Path.of(args[0]);
    if (args[1].equals("-")) {
      return new TestContext(
          "jobs",
          new RecordingOwner(),
          Set.of(FUNCTION),
          new MemoryStateStore(),
          folder,
          failpoints);
    }
    Storage storage =
        Storage.open(Storage.Options.in(folder).sharedIn(PostgresAddress.parse(args[1], null)));
    return new SharedWorker.Context(
        storage.database().orElseThrow(),
        storage.leases(),
        storage.state(),
        new RecordingOwner(),
        failpoints);
  }

  private static void send(TasksSource source, String prefix, AtomicInteger toSend) {
    HttpRoute.Handler submit = source.httpRoutes().get(0).handler();
    for (int batch = 0; toSend.addAndGet(-BATCH) >= 0; batch++) {
      StringBuilder body = new StringBuilder("{\"tasks\":[");
      StringBuilder ids = new StringBuilder();
      for (int i = 0; i < BATCH; i++) {
        String id = prefix + "-" + batch + "-" + i;
        body.append(i == 0 ? "" : ",").append("{\"id\":\"").append(id).append("\"}");
        ids.append(ID).append(id).append('\n');
      }
      TestAnswer answer =
          TestAnswer.to(TestRequest.of("POST", "/tasks", body.append("]}").toString()), submit);
      if (answer.status() == 202) {
        synchronized (KilledWorker.class) {
          System.out.print(ids);
          System.out.flush();
        }
      }
    }
  }
}
