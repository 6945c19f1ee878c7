package io.penstock.server.worker;

import io.penstock.server.config.ConfigLoader;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.FileProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets run what the files say, while they change: a changed connector is restarted, also when the
 * jar of its function changed, a new one started, one that is gone stopped, and all others are left
 * alone. What is not valid changes nothing.
 *
 * <p>It looks at the files again and again, and acts when two looks agree, so that no half-written
 * file is taken for a whole one. It is not told by the system, as that misses changes on network
 * drives, in containers and behind symbolic links, and a look at some small files costs little.
 *
 * <p>Has one thread, which ends with {@link #close}.
 */
public final class FileWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  /** Something that was done because a file changed, or was not. */
  public record Change(What what, String name) {}

  /** What was done. */
  public enum What {
    /** A connector that is new runs. */
    STARTED,
    /** A connector that changed runs again. */
    RESTARTED,
    /** A connector that is gone has stopped. */
    STOPPED,
    /** A file, or a connector, is not valid: what runs stays as it is. */
    KEPT
  }

  /** A connector and the state of the files that it is made of. */
  private record Version(ConnectorConfig config, List<FileStamp> files) {
    static Version of(ConnectorConfig config) {
      return new Version(config, config.files().stream().map(FileStamp::of).toList());
    }

    boolean isSameAs(Version other) {
      return config.isSameAs(other.config) && files.equals(other.files);
    }
  }

  /** What was seen in one look. */
  private record Look(List<Version> versions, List<FileProblem> problems) {
    static Look at(Loaded loaded) {
      return new Look(loaded.connectors().stream().map(Version::of).toList(), loaded.problems());
    }

    boolean isSameAs(Look other) {
      if (versions.size() != other.versions.size() || !problems.equals(other.problems)) {
        return false;
      }
      for (int i = 0; i < versions.size(); i++) {
        Version mine = versions.get(i);
        Version theirs = other.versions.get(i);
        if (!mine.isSameAs(theirs) || !mine.config.file().equals(theirs.config.file())) {
          return false;
        }
      }
      return true;
    }
  }

  /** A connector that is being stopped, and what is to come after it, if anything. */
  private record Leaving(
      CompletableFuture<Integer> stopped,
      @Nullable Version next,
      Worker.@Nullable Prepared prepared) {}

  private final ConfigLoader loader;
  private final List<Path> paths;
  private final Set<Path> folders;
  private final Worker worker;
  private final Duration drain;
  private final Consumer<Change> listener;
  private final Map<String, Version> running = new LinkedHashMap<>();
  private final Map<String, Leaving> leaving = new LinkedHashMap<>();

  /** What could not be made: it is not tried, and told, again before it changes. */
  private final Map<String, Version> refused = new HashMap<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private Look applied;
  private Look last;
  private Set<FileProblem> told = Set.of();

  /** Whether something of what was applied is still to be done. */
  private boolean behind;

  private FileWatch(
      ConfigLoader loader,
      List<Path> paths,
      Loaded started,
      Worker worker,
      Duration drain,
      Consumer<Change> listener) {
    this.loader = loader;
    this.paths = List.copyOf(paths);
    this.folders = paths.stream().filter(Files::isDirectory).collect(Collectors.toSet());
    this.worker = worker;
    this.drain = drain;
    this.listener = listener;
    this.applied = Look.at(started);
    this.last = applied;
    applied.versions().forEach(version -> running.put(version.config().name(), version));
    this.thread = new Thread(this::run, "penstock-watch");
  }

  /**
   * Starts to watch.
   *
   * @param paths the files and folders
   * @param started what was loaded of them and runs in the worker
   * @param drain how long a connector has to finish what is under way
   * @param listener told what was done, on the thread of the watch
   */
  public static FileWatch start(
      ConfigLoader loader,
      List<Path> paths,
      Loaded started,
      Worker worker,
      Duration drain,
      Consumer<Change> listener) {
    FileWatch watch = new FileWatch(loader, paths, started, worker, drain, listener);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          look();
        } catch (RuntimeException e) {
          LOG.error("looking at the files failed; it is tried again", e);
          behind = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the thread ends; nobody else has it
    } finally {
      leaving.values().stream()
          .map(Leaving::prepared)
          .filter(Objects::nonNull)
          .forEach(Worker.Prepared::close);
    }
  }

  private void look() {
    finishStops();
    Look seen = Look.at(loader.load(paths));
    boolean stable = seen.isSameAs(last);
    last = seen;
    if (stable && (behind || !seen.isSameAs(applied))) {
      applied = seen;
      behind = false;
      apply(seen);
    }
  }

  /** Does what can be done now; if that isn't all of it, we stay behind. */
  private void apply(Look seen) {
    Set<Path> broken = broken(seen);
    Map<String, Version> wanted = new LinkedHashMap<>();
    for (Version version : seen.versions()) {
      if (!isBroken(version.config(), broken)) {
        wanted.put(version.config().name(), version);
      }
    }
    running.forEach(
        (name, version) -> {
          if (isBroken(version.config(), broken)) {
            wanted.putIfAbsent(name, version);
          }
        });
    refused.keySet().retainAll(wanted.keySet());
    Set.copyOf(running.keySet()).stream()
        .filter(name -> !wanted.containsKey(name))
        .forEach(this::remove);
    wanted.values().forEach(this::run);
  }

  /** The files and folders that say something wrong; one that is gone says nothing. */
  private Set<Path> broken(Look seen) {
    List<FileProblem> problems =
        seen.problems().stream().filter(problem -> !isGone(problem.file())).toList();
    Map<Path, String> news =
        problems.stream()
            .filter(problem -> !told.contains(problem))
            .collect(
                Collectors.groupingBy(
                    FileProblem::file,
                    LinkedHashMap::new,
                    Collectors.mapping(FileProblem::text, Collectors.joining("\n"))));
    told = Set.copyOf(problems);
    news.forEach(
        (file, text) -> {
          LOG.warn("what runs stays as it is, as a file is not valid:\n{}", text);
          listener.accept(new Change(What.KEPT, file.toString()));
        });
    return problems.stream().map(FileProblem::file).collect(Collectors.toSet());
  }

  /** Whether it was deleted, or holds no connector any more. */
  private boolean isGone(Path path) {
    return folders.contains(path)
        ? canBeListed(path)
        : paths.contains(path) && Files.notExists(path);
  }

  /** A folder that isn't there any more may be a drive that isn't: its connectors go on. */
  private static boolean canBeListed(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count() >= 0;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static boolean isBroken(ConnectorConfig connector, Set<Path> broken) {
    Path parent = connector.file().getParent();
    return broken.contains(connector.file()) || parent != null && broken.contains(parent);
  }

  private void remove(String name) {
    if (leaving.containsKey(name)) {
      behind = true;
      return;
    }
    LOG.info("connector '{}' is gone from its file and is stopped", name);
    leaving.put(name, new Leaving(worker.stop(name, drain), null, null));
  }

  private void run(Version version) {
    String name = version.config().name();
    if (leaving.containsKey(name)) {
      behind = true;
      return;
    }
    if (isSame(version, refused.get(name))) {
      return;
    }
    refused.remove(name);
    Version before = running.get(name);
    if (isSame(version, before)) {
      running.put(name, version); // it may stand in another file now
      return;
    }
    Optional<Worker.Prepared> prepared = prepare(version.config());
    if (prepared.isEmpty()) {
      refused.put(name, version);
    } else if (before == null) {
      start(version, prepared.get(), What.STARTED);
    } else {
      LOG.info("connector '{}' changed and is restarted", name);
      leaving.put(name, new Leaving(worker.stop(name, drain), version, prepared.get()));
    }
  }

  private static boolean isSame(Version version, @Nullable Version other) {
    return other != null && version.isSameAs(other);
  }

  private Optional<Worker.Prepared> prepare(ConnectorConfig connector) {
    try {
      return Optional.of(worker.prepare(connector));
    } catch (WorkerStartException e) {
      LOG.warn(
          "what runs stays as it is, as connector '{}' can't be made:\n{}",
          connector.name(),
          e.getMessage());
      listener.accept(new Change(What.KEPT, connector.name()));
      return Optional.empty();
    }
  }

  private void finishStops() {
    Map<String, Leaving> over =
        leaving.entrySet().stream()
            .filter(entry -> entry.getValue().stopped().isDone())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    over.forEach(
        (name, left) -> {
          leaving.remove(name);
          running.remove(name);
          tellUnfinished(name, left);
          Worker.Prepared prepared = left.prepared();
          Version next = left.next();
          if (prepared == null || next == null) {
            worker.forget(name);
            LOG.info("connector '{}' has stopped", name);
            listener.accept(new Change(What.STOPPED, name));
          } else {
            start(next, prepared, What.RESTARTED);
          }
        });
  }

  private static void tellUnfinished(String name, Leaving left) {
    left.stopped()
        .whenComplete(
            (events, failure) -> {
              if (failure != null) {
                LOG.warn("connector '{}' failed while it stopped", name, failure);
              } else if (events > 0) {
                LOG.warn(
                    "connector '{}': {} events not finished; to be handled again", name, events);
              }
            });
  }

  private void start(Version version, Worker.Prepared prepared, What what) {
    ConnectorConfig connector = version.config();
    try {
      prepared.start();
      running.put(connector.name(), version);
      LOG.info("connector '{}' runs as {} says", connector.name(), connector.file());
      listener.accept(new Change(what, connector.name()));
    } catch (WorkerStartException e) {
      LOG.error(
          "connector '{}' could not be started, which is tried again: {}",
          connector.name(),
          e.getMessage());
      behind = true;
    }
  }

  /** Ends the watch; what runs goes on. What was made for a connector that still stops is freed. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
