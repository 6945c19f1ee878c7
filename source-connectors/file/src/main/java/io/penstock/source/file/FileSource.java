package io.penstock.source.file;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.DecodeException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.Revocation;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.config.ByteSize;
import io.penstock.source.file.LineReader.Window;
import io.penstock.source.file.StoredFiles.StoredLane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of files. Owns all its lanes; how far they are settled, and which files they are made
 * of, is kept in the connector's state.
 */
final class FileSource implements LogSource {

  /** Keep a poll far below the time that it may take. */
  private static final int MAX_RECORDS = 2_000;

  private static final int MAX_RECORDS_OF_LANE = 1_000;
  private static final long MAX_POLL_BYTES = 4 << 20;
  private static final int WINDOW_BYTES = 256 << 10;

  private final FileSourceConfig config;
  private final LongSupplier monotonicNs;
  private final FileLane.Reading reading;
  private final Map<Lane, FileLane> lanes = new LinkedHashMap<>();
  private FinishedFiles finished = new FinishedFiles(List.of());
  private long discoveredNs;
  private int nextLane;
  private @Nullable SourceContext context;
  private @Nullable ConnectorException failure;

  FileSource(FileSourceConfig config, LongSupplier monotonicNs) {
    this.config = config;
    this.monotonicNs = monotonicNs;
    this.reading =
        new FileLane.Reading(
            config.lines(),
            config.follow(),
            Math.toIntExact(config.maxLineBytes().bytes()),
            config.rotateWait().toNanos(),
            new Window(WINDOW_BYTES));
  }

  private static String stateKey(SourceContext context) {
    return "file/" + context.connector() + "/positions";
  }

  @Override
  public void open(SourceContext opened) {
    if (config.maxLineBytes().bytes() + WINDOW_BYTES > opened.bufferBytes()) {
      throw ConnectorException.fatal(
          "source.maxLineBytes is "
              + config.maxLineBytes()
              + ", but a quarter of delivery.memory, which the source may take, is "
              + new ByteSize(opened.bufferBytes())
              + ". Lower maxLineBytes or raise delivery.memory",
          null);
    }
    StoredFiles stored = load(opened);
    try {
      checkThere();
      finished = new FinishedFiles(stored.finished());
      for (Map.Entry<String, StoredLane> entry : stored.lanes().entrySet()) {
        StoredLane lane = entry.getValue();
        Path path = config.base().resolve(entry.getKey()).normalize();
        if (config.patterns().matches(path)) {
          add(path, lane);
        }
      }
      for (Path path : config.patterns().paths()) {
        if (!lanes.containsKey(lane(path))) {
          add(path, StoredLane.NEW);
        }
      }
      for (FileLane lane : lanes.values()) {
        lane.open();
      }
      discover();
    } catch (IOException | RuntimeException e) {
      letGo();
      throw e instanceof IOException failed ? cantRead(failed) : (RuntimeException) e;
    }
    context = opened;
    opened.lanes().assigned(lanes.values().stream().map(FileSource::start).toList());
  }

  private StoredFiles load(SourceContext opened) {
    try {
      return opened.state().get(stateKey(opened)).map(StoredFiles::decode).orElse(StoredFiles.NONE);
    } catch (DecodeException e) {
      throw ConnectorException.fatal(
          "the stored positions of connector "
              + opened.connector()
              + " can't be read: "
              + e.getMessage()
              + ". Remove "
              + stateKey(opened)
              + " from the worker's state to begin anew",
          e);
    }
  }

  /** Who waits for no files must know when they are not there. */
  private void checkThere() {
    if (config.follow()) {
      return;
    }
    Path folder = config.patterns().missingFolder();
    Path missing =
        folder != null
            ? folder
            : config.patterns().paths().stream()
                .filter(path -> !Files.exists(path))
                .findFirst()
                .orElse(null);
    if (missing != null) {
      throw ConnectorException.retry(
          "there is no " + missing + ". It is looked for again; check source.paths", null);
    }
  }

  private Lane lane(Path path) {
    return new Lane(config.laneName(path));
  }

  private FileLane add(Path path, StoredLane stored) {
    if (lanes.size() == config.maxFiles()) {
      throw ConnectorException.fatal(
          "there are more than "
              + config.maxFiles()
              + " files (source.maxFiles) for "
              + config.patterns()
              + ". Raise maxFiles, remove old files, or narrow the patterns",
          null);
    }
    Lane name = lane(path);
    FileFinder finder = new FileFinder(path, file -> isKnownBeside(name, file));
    FileLane lane = new FileLane(name.name(), path, reading, finder, stored);
    lanes.put(name, lane);
    return lane;
  }

  private static LaneStart start(FileLane lane) {
    LaneCommit commit = lane.committed();
    return new LaneStart(lane.lane(), commit.position(), commit.settledBeyond());
  }

  /** Whether a file is read in another lane, or was before. */
  private boolean isKnownBeside(Lane lane, OpenFile file) throws IOException {
    for (FileLane other : lanes.values()) {
      if (!other.lane().equals(lane) && other.has(file)) {
        return true;
      }
    }
    return finished.has(file);
  }

  /** Finds new files. One that can't be opened is told of, and hinders no other. */
  private List<FileLane> discover() throws IOException {
    discoveredNs = monotonicNs.getAsLong();
    List<FileLane> found = new ArrayList<>();
    Collection<Path> paths = config.patterns().find();
    for (Path path : paths) {
      if (lanes.containsKey(lane(path))) {
        continue;
      }
      FileLane lane = add(path, StoredLane.NEW);
      try {
        lane.open();
      } catch (IOException e) {
        failure = cantRead(e);
      }
      if (lane.pieces().isEmpty()) {
        lanes.remove(lane.lane()); // it is another file's new name, gone again, or not to be read
      } else {
        found.add(lane);
      }
    }
    finished.forgetAllBut(paths);
    return found;
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    throwFailure();
    long nowNs = monotonicNs.getAsLong();
    if (config.follow()) {
      look(nowNs);
    }
    if (lanes.values().stream().anyMatch(FileLane::hasNews)) {
      save();
    }
    List<LaneRecords> polled = read(demand, nowNs);
    if (polled.isEmpty()) {
      throwFailure();
      LockSupport.parkNanos(this, maxWait.toNanos());
    }
    return polled;
  }

  private void throwFailure() {
    ConnectorException failed = failure;
    failure = null;
    if (failed != null) {
      throw failed;
    }
  }

  /** Looks for what has become of files, and for new ones. */
  private void look(long nowNs) {
    List<FileLane> over = new ArrayList<>();
    for (FileLane lane : lanes.values()) {
      try {
        lane.check(nowNs);
      } catch (IOException e) {
        failure = cantRead(e);
      }
      if (lane.isOver(nowNs) && !config.patterns().paths().contains(lane.path())) {
        over.add(lane);
      }
    }
    if (!over.isEmpty()) {
      retire(over);
    }
    if (nowNs - discoveredNs >= config.discoverEvery().toNanos()) {
      try {
        List<FileLane> found = discover();
        if (!found.isEmpty()) {
          opened().lanes().assigned(found.stream().map(FileSource::start).toList());
        }
      } catch (IOException e) {
        failure = cantRead(e);
      }
    }
  }

  /** Gives up lanes of files that are read and gone: there may be many in time. */
  private void retire(List<FileLane> over) {
    commit(Revocation.await(opened(), over.stream().map(FileLane::lane).toList()));
    for (FileLane lane : over) {
      lanes.remove(lane.lane());
      finished.addAll(lane.pieces());
      close(lane);
    }
    save();
  }

  private List<LaneRecords> read(Demand demand, long nowNs) {
    List<LaneRecords> polled = new ArrayList<>();
    int records = Math.min(demand.events(), MAX_RECORDS);
    long bytes = Math.min(demand.bytes(), MAX_POLL_BYTES);
    List<FileLane> all = List.copyOf(lanes.values());
    // A full poll is no reason for the same lanes to come first again.
    for (int i = 0; i < all.size() && records > 0 && bytes > 0; i++) {
      nextLane = (nextLane + 1) % all.size();
      FileLane lane = all.get(nextLane);
      if (lane.isPaused()) {
        continue;
      }
      List<SourceRecord> read = new ArrayList<>();
      long before = lane.position();
      try {
        lane.read(read, Math.min(records, MAX_RECORDS_OF_LANE), bytes, nowNs);
      } catch (IOException e) {
        failure = cantRead(e); // told when what was read before is handed over
      }
      if (lane.position() > before) {
        polled.add(new LaneRecords(lane.lane(), read, lane.position()));
        records -= read.size();
        bytes -= read.stream().mapToLong(SourceRecord::sizeBytes).sum();
      }
    }
    return polled;
  }

  private static ConnectorException cantRead(IOException e) {
    return ConnectorException.retry("can't read files: " + e + ". It is tried again", e);
  }

  @Override
  public void pause(Collection<Lane> paused) {
    paused.forEach(lane -> fileLane(lane).paused(true));
  }

  @Override
  public void resume(Collection<Lane> resumed) {
    resumed.forEach(lane -> fileLane(lane).paused(false));
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    commits.forEach(
        (name, commit) -> {
          FileLane lane = lanes.get(name);
          if (lane != null) {
            finished.addAll(lane.commit(commit));
          }
        });
    save();
  }

  private void save() {
    Map<String, StoredLane> stored = new LinkedHashMap<>();
    lanes.forEach((name, lane) -> stored.put(name.name(), lane.toStore()));
    byte[] bytes = new StoredFiles(stored, finished.pieces()).encode();
    SourceContext current = opened();
    current.failpoints().reached("lines-before-commit");
    current.state().put(stateKey(current), bytes);
    current.failpoints().reached("lines-after-commit");
    lanes.values().forEach(FileLane::remembered);
  }

  @Override
  public LaneStart seek(Lane name, SeekTarget target) {
    FileLane lane = fileLane(name);
    try {
      boolean done = lane.seek(position(lane, target));
      if (!done) {
        throw ConnectorException.fatal(
            "there is no line at that position of lane " + name + ": it ends at " + lane.end(),
            null);
      }
    } catch (IOException e) {
      throw cantRead(e);
    }
    return new LaneStart(name, lane.position(), PositionRanges.empty());
  }

  private static long position(FileLane lane, SeekTarget target) throws IOException {
    if (target instanceof SeekTarget.Earliest) {
      return 0;
    }
    if (target instanceof SeekTarget.Latest) {
      return lane.end();
    }
    if (target instanceof SeekTarget.Position wanted) {
      return wanted.position();
    }
    throw ConnectorException.fatal(
        "lines of files have no times to seek to. Seek to earliest, latest or a position", null);
  }

  @Override
  public long lag(Lane name) {
    FileLane lane = lanes.get(name);
    return lane != null && lane.isAtEnd() ? 0 : -1;
  }

  private FileLane fileLane(Lane name) {
    FileLane lane = lanes.get(name);
    if (lane == null) {
      throw ConnectorException.fatal("a file source has no lane '" + name + "' now", null);
    }
    return lane;
  }

  private SourceContext opened() {
    if (context == null) {
      throw new IllegalStateException("the source is not open");
    }
    return context;
  }

  @Override
  public void close() {
    SourceContext closing = context;
    if (closing == null) {
      return;
    }
    try {
      commit(Revocation.await(closing, List.copyOf(lanes.keySet())));
    } finally {
      context = null;
      letGo();
    }
  }

  private void letGo() {
    lanes.values().forEach(FileSource::close);
    lanes.clear();
  }

  private static void close(FileLane lane) {
    try {
      lane.close();
    } catch (IOException e) {
      throw ConnectorException.retry("can't close " + lane.path() + ": " + e, e);
    }
  }
}
