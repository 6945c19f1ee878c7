package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Failpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The failpoints of a worker that is to die: notes which are reached, and dies at one of them. */
final class KillSwitch implements Failpoints {

  /** The exit code of a process that got SIGKILL, as shells tell it. */
  static final int KILLED = 137;

  /** Noted when a thread stays at its failpoint. */
  static final String FROZEN = "FROZEN";

  private final Path notes;
  private final @Nullable KillPoint point;
  private final Set<String> reached = ConcurrentHashMap.newKeySet();
  private final AtomicInteger hits = new AtomicInteger();

  KillSwitch(Path notes, @Nullable KillPoint point) {
    this.notes = notes;
    this.point = point;
  }

  @Override
  public void reached(String name) {
    if (reached.add(name)) {
      note(name);
    }
    if (point != null && name.equals(point.failpoint()) && hits.incrementAndGet() == point.hit()) {
      if (point.way() == KillPoint.Way.HALT) {
        Runtime.getRuntime().halt(KILLED);
      }
      note(FROZEN);
      while (true) {
        LockSupport.park(this);
      }
    }
  }

  /** The process may die at once, but what it has given to the system stays. */
  private synchronized void note(String name) {
    try {
      Files.writeString(
          notes, name + "\n", UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
