package io.penstock.source.tasks.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.StateStore;
import io.penstock.source.tasks.schedule.FairSchedule.Aside;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Functions and accounts whose tasks are not handed out, by any worker; kept beyond restarts.
 * Thread-safe; changes block until they are durable.
 */
public final class Pauses {

  private static final String VERSION = "1";

  private final StateStore state;
  private final String key;
  private final Set<Aside> all = new HashSet<>();

  /** Those that are kept for a connector. */
  public Pauses(StateStore state, String connector) {
    this.state = state;
    this.key = "tasks/" + connector + "/paused";
    read();
  }

  /** What is paused, also by other workers since it was read; blocks. */
  synchronized Set<Aside> read() {
    all.clear();
    state.get(key).ifPresent(this::read);
    return all();
  }

  private void read(byte[] stored) {
    String[] lines = new String(stored, UTF_8).split("\n", -1);
    if (!lines[0].equals(VERSION)) {
      throw new IllegalStateException(
          key + " is of version " + lines[0] + "; this program reads " + VERSION);
    }
    for (int i = 1; i < lines.length; i++) {
      String[] parts = lines[i].split("/", 2);
      all.add(new Aside(parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty()));
    }
  }

  /** What is paused. */
  public synchronized Set<Aside> all() {
    return Set.copyOf(all);
  }

  /** Pauses or lets go on; answers whether that changed anything. */
  public synchronized boolean change(Aside what, boolean isPaused) {
    read();
    if (isPaused ? !all.add(what) : !all.remove(what)) {
      return false;
    }
    StringJoiner lines = new StringJoiner("\n");
    lines.add(VERSION);
    for (Aside one : all) {
      lines.add(one.account() + one.route().map(route -> "/" + route).orElse(""));
    }
    state.put(key, lines.toString().getBytes(UTF_8));
    return true;
  }
}
