package io.penstock.source.file;

import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Lane;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Polls a source over files in a folder, on a clock of its own. */
abstract class FileSourceHarness {

  static final Lane APP = new Lane("app.log");

  @TempDir Path folder;
  final StateStore state = new MemoryStateStore();
  private final List<FileSource> open = new ArrayList<>();
  final Map<String, Object> settings = new HashMap<>(Map.of("paths", "app.log"));
  RecordingOwner owner = new RecordingOwner();
  long nowNs = 1;

  FileSource open() {
    owner = new RecordingOwner();
    FileSource source = TestSource.make(settings, folder, () -> nowNs);
    open.add(source);
    source.open(context());
    return source;
  }

  TestSourceContext context() {
    return TestSourceContext.of("logs", owner).withState(state);
  }

  void close(FileSource source) {
    open.remove(source);
    source.close();
  }

  /** As a process that is killed: what was not committed is not settled. */
  void kill(FileSource source) {
    owner.answerRevocations(known -> CompletableFuture.completedFuture(Map.of()));
    close(source);
  }

  @AfterEach
  void closeAll() {
    open.forEach(FileSource::close);
  }

  void append(String name, String text) {
    try {
      Files.writeString(
          folder.resolve(name), text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void rename(String from, String to) throws IOException {
    Files.move(folder.resolve(from), folder.resolve(to));
  }

  /** Polls a few times, with this time between. */
  void poll(FileSource source, Duration step) {
    for (int i = 0; i < 6; i++) {
      nowNs += step.toNanos();
      owner.poll(source, PLENTY, Duration.ZERO);
    }
  }

  void poll(FileSource source) {
    poll(source, Duration.ofMillis(250));
  }

  List<String> texts() {
    return owner.texts(APP);
  }

  void settle(FileSource source) {
    owner.settleAll();
    source.commit(owner.commits());
  }
}
