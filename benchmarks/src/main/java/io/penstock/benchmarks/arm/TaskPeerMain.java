package io.penstock.benchmarks.arm;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Runs a peer in a process of its own: {@code CLASS JDBC-URL THREADS}. It does what the lines of its
 * standard input say, and answers each with a line:
 *
 * <pre>
 *   submit COUNT      takes so many tasks, from as many threads; answers when all are durable
 *   work              runs tasks from now on
 *   await COUNT       answers when so many have been done since the start
 *   paced COUNT MS    takes a task every so many milliseconds; answers with the times to their starts
 * </pre>
 */
public final class TaskPeerMain {

  private static final AtomicLong DONE = new AtomicLong();
  private static final List<Long> STARTS = Collections.synchronizedList(new ArrayList<>());
  private static final long LOOK_NS = 1_000_000;

  private TaskPeerMain() {}

  /** What a task does. */
  public static void handle(long payload) {
    if (payload != 0) {
      STARTS.add(TaskProbe.since(payload).toNanos());
    }
    DONE.incrementAndGet();
  }

  /** Runs one peer until its standard input ends. */
  @SuppressWarnings("SystemOut") // the lines are this program's interface
  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[2]);
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(arguments[1]);
    pool.setUsername("postgres");
    pool.setPassword("postgres");
    pool.setMaximumPoolSize(threads);
    ExecutorService senders = Executors.newFixedThreadPool(threads);
    try (HikariDataSource database = new HikariDataSource(pool);
        TaskPeer peer =
            Class.forName(arguments[0])
                .asSubclass(TaskPeer.class)
                .getDeclaredConstructor()
                .newInstance()) {
      peer.open(database);
      System.out.println("ready");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line;
      while ((line = lines.readLine()) != null) {
        System.out.println(carryOut(line.split(" ", -1), peer, senders, threads));
        System.out.flush();
      }
    } finally {
      senders.shutdownNow();
    }
    Runtime.getRuntime().halt(0);
  }

  private static String carryOut(
      String[] order, TaskPeer peer, ExecutorService senders, int threads) throws Exception {
    switch (order[0]) {
      case "submit" -> submit(Integer.parseInt(order[1]), peer, senders, threads);
      case "work" -> peer.work();
      case "await" -> await(Long.parseLong(order[1]));
      case "paced" -> {
        int count = Integer.parseInt(order[1]);
        STARTS.clear();
        long done = DONE.get();
        long next = System.nanoTime();
        for (int i = 0; i < count; i++) {
          LockSupport.parkNanos(next - System.nanoTime());
          next += Long.parseLong(order[2]) * 1_000_000;
          peer.submit(TaskProbe.now());
        }
        await(done + count);
        return STARTS.stream().map(String::valueOf).collect(Collectors.joining(" "));
      }
      default -> throw new IOException("not understood: " + order[0]);
    }
    return "done";
  }

  private static void submit(int count, TaskPeer peer, ExecutorService senders, int threads)
      throws Exception {
    AtomicLong left = new AtomicLong(count);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(
          senders.submit(
              () -> {
                while (left.decrementAndGet() >= 0) {
                  peer.submit(0);
                }
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
  }

  private static void await(long count) {
    while (DONE.get() < count) {
      LockSupport.parkNanos(LOOK_NS);
    }
  }
}
