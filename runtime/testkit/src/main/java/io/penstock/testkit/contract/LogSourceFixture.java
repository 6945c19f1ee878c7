package io.penstock.testkit.contract;

import static io.penstock.testkit.contract.RecordingOwner.PLENTY;

import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.testkit.contract.LogEnvironment.Entry;
import io.penstock.testkit.contract.LogEnvironment.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Logs and sources for the tests of a contract, closed after each test with no thread left. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LogSourceFixture {

  private final List<LogSource> open = new ArrayList<>();
  LogEnvironment environment;
  private ThreadCheck threads;

  /** Makes the environment; called once, before the first test. */
  protected abstract LogEnvironment environment();

  @BeforeAll
  final void makeEnvironment() {
    environment = environment();
  }

  @AfterAll
  final void closeEnvironment() {
    environment.close();
  }

  @BeforeEach
  final void rememberThreads() {
    threads = new ThreadCheck();
  }

  @AfterEach
  final void closeSources() {
    open.forEach(LogSource::close);
    open.clear();
    threads.assertNoneLeft();
  }

  final Log newLog(int lanes) {
    return environment.newLog(Math.min(lanes, environment.maxLanes()));
  }

  final LogSource open(Log log, RecordingOwner owner) {
    LogSource source = log.source();
    open.add(source);
    source.open(TestSourceContext.of("contract", owner));
    return source;
  }

  final void close(LogSource source) {
    open.remove(source);
    source.close();
  }

  static List<Entry> entries(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new Entry("key-" + i % 7, "value-" + i))
        .toList();
  }

  static List<String> values(int from, int to) {
    return entries(from, to).stream().map(Entry::value).toList();
  }

  /** Polls until lanes beside the one in question have so many records; a while if there are none. */
  static void pollOthers(LogSource source, RecordingOwner owner, List<Lane> others, int count) {
    int polls = others.isEmpty() ? 20 : 0;
    for (int i = 0; i < polls; i++) {
      owner.poll(source, PLENTY, Duration.ofMillis(5));
    }
    for (Lane other : others) {
      owner.pollUntil(source, "another lane", () -> owner.taken(other).size() == count);
    }
  }

  static boolean hasAll(RecordingOwner owner, int count) {
    return owner.count() >= count;
  }

  static boolean ownsAll(RecordingOwner owner, Log log) {
    return owner.owned().containsAll(log.lanes());
  }
}
