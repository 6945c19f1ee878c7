package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The pool for JVMs without virtual threads. */
class PooledThreadsTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void it_makes_no_more_threads_than_it_may_and_runs_everything() throws Exception {
    PooledThreads pool = new PooledThreads("pool-", 3, LONG);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(10);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      pool.start(
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            awaitQuietly(release);
            running.decrementAndGet();
            done.countDown();
          });
    }
    await().until(() -> running.get() == 3);
    assertThat(pool.alive()).hasSize(3);
    release.countDown();
    done.await();
    assertThat(most).hasValue(3);
    close(pool);
  }

  @Test
  void one_task_after_another_needs_one_thread() throws Exception {
    PooledThreads pool = new PooledThreads("pool-", 8, LONG);
    Set<String> names = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 100; i++) {
      CountDownLatch done = new CountDownLatch(1);
      pool.start(
          () -> {
            names.add(Thread.currentThread().getName());
            done.countDown();
          });
      done.await();
      // The thread is idle a moment after its task is done.
      await().pollInterval(Duration.ofNanos(100_000)).until(() -> isParked(pool));
    }
    assertThat(names).containsExactly("pool-1");
    close(pool);
  }

  private static boolean isParked(PooledThreads pool) {
    return pool.alive().stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void idle_threads_end() {
    PooledThreads pool = new PooledThreads("pool-", 4, Duration.ofMillis(20));
    for (int i = 0; i < 4; i++) {
      pool.start(() -> {});
    }
    await().until(() -> pool.alive().isEmpty());
    AtomicInteger ran = new AtomicInteger();
    pool.start(ran::incrementAndGet);
    await().until(() -> ran.get() == 1);
    close(pool);
  }

  @Test
  void a_task_that_throws_or_leaves_an_interrupt_costs_nothing() {
    PooledThreads pool = new PooledThreads("pool-", 1, LONG);
    pool.start(
        () -> {
          Thread.currentThread().interrupt();
          throw new AssertionError("a defect");
        });
    AtomicInteger ran = new AtomicInteger();
    pool.start(ran::incrementAndGet);
    await().until(() -> ran.get() == 1);
    // With the interrupt still set the idle thread would spin instead of waiting.
    await().until(() -> isParked(pool));
    close(pool);
  }

  @Test
  void closing_runs_what_was_taken_and_refuses_more() {
    PooledThreads pool = new PooledThreads("pool-", 1, LONG);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger ran = new AtomicInteger();
    pool.start(() -> awaitQuietly(release));
    pool.start(ran::incrementAndGet);
    pool.close();
    assertThatThrownBy(() -> pool.start(() -> {})).isInstanceOf(RejectedExecutionException.class);
    release.countDown();
    await().until(() -> pool.alive().isEmpty());
    assertThat(ran).hasValue(1);
  }

  @Test
  void under_load_from_several_threads_every_task_runs_once() throws Exception {
    long seed = System.nanoTime();
    PooledThreads pool = new PooledThreads("pool-", 3, Duration.ofMillis(1));
    Queue<Integer> ran = new ConcurrentLinkedQueue<>();
    int starters = 4;
    int each = 5_000;
    CountDownLatch started = new CountDownLatch(starters);
    for (int s = 0; s < starters; s++) {
      int base = s * each;
      Random random = new Random(seed + s);
      new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  int number = base + i;
                  pool.start(() -> ran.add(number));
                  if (random.nextInt(200) == 0) {
                    java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                  }
                }
                started.countDown();
              })
          .start();
    }
    started.await();
    await("seed " + seed).until(() -> ran.size() == starters * each);
    assertThat(Set.copyOf(ran)).hasSize(starters * each);
    await().until(() -> pool.alive().isEmpty());
    close(pool);
  }

  private static void close(PooledThreads pool) {
    pool.close();
    await().until(() -> pool.alive().isEmpty());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
