package io.penstock.benchmarks.arm;

import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The function of the tasks' benchmark: nothing for a task with the text {@link #NOTHING}; for one with
 * a time it notes how long ago that was, one line a task.
 */
public final class TaskProbe implements EventHandler<Event, Void> {

  /** The payload of a task that nothing is to be done for. */
  public static final String NOTHING = "0";

  /** The setting with the file for notes. */
  public static final String FILE = "file";

  private static final long MICROS = 1_000_000L;

  /** For the runtime. */
  public TaskProbe() {}

  @Override
  public @Nullable Void handle(Event event, Context context) throws IOException {
    String text = event.text();
    if (!text.equals(NOTHING)) {
      note(Path.of(context.settings().get(FILE)), Long.parseLong(text));
    }
    return null;
  }

  /** The time now, as payloads tell it: in microseconds since the epoch. */
  public static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** How long ago a time was that a payload told. */
  public static Duration since(long micros) {
    long passed = Math.max(0, now() - micros);
    return Duration.ofSeconds(passed / MICROS, passed % MICROS * 1_000);
  }

  private static synchronized void note(Path file, long micros) throws IOException {
    Files.writeString(
        file, since(micros).toNanos() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
