package io.penstock.testkit.contract;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds threads that somebody left running. */
final class ThreadCheck {

  /**
   * Threads of the JVM and of test tools, which come and go by themselves; and those of Netty,
   * which end two seconds after they were told to: whoever did not tell them has left others behind
   * too.
   */
  private static final Pattern NOT_OURS =
      Pattern.compile(
          "ForkJoinPool\\.commonPool.*|CompletableFutureDelayScheduler|process"
              + " reaper.*|junit.*|surefire.*|Attach Listener|Common-Cleaner|Signal"
              + " Dispatcher|awaitility.*|Keep-Alive-Timer|idle-connection.*"
              + "|NettyClient(Selector|WorkerThread|PublicExecutor)_.*|globalEventExecutor-.*|grpc-.*");

  private final Set<Thread> before = Thread.getAllStackTraces().keySet();

  /** Waits until no thread is left that was not there when this was made. */
  void assertNoneLeft() {
    await("threads left behind")
        .atMost(Duration.ofSeconds(10))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .pollInSameThread()
        .until(this::left, Set::isEmpty);
  }

  private Set<String> left() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !NOT_OURS.matcher(name).matches())
        .collect(Collectors.toSet());
  }
}
