package io.penstock.source.file;

import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the source, read.
 *
 * @param base where relative paths start
 * @param patterns which files
 * @param lines what a line holds
 * @param follow whether files may grow, be renamed, and come
 * @param maxLineBytes how long a line may be
 * @param maxFiles how many files there may be
 * @param rotateWait how long a renamed file is read on
 * @param discoverEvery how often patterns are looked up
 */
record FileSourceConfig(
    Path base,
    FilePatterns patterns,
    LineFormat lines,
    boolean follow,
    ByteSize maxLineBytes,
    int maxFiles,
    Duration rotateWait,
    Duration discoverEvery) {

  static final ConfigKey<List<String>> PATHS =
      ConfigKey.texts("paths")
          .required()
          .doc(
              "Files, and patterns with *, ?, [abc], {a,b} and ** for folders of any depth;"
                  + " relative ones start from this file's folder. Each file is a lane of its"
                  + " own.");

  static final ConfigKey<LineFormat> LINES =
      ConfigKey.choice("lines", LineFormat.class)
          .defaultsTo(LineFormat.TEXT)
          .doc(
              "What a line holds: text; json, a JSON value, empty lines passed over; event, a"
                  + " CloudEvent in its JSON form, as the sink file writes it.");

  static final ConfigKey<Boolean> FOLLOW =
      ConfigKey.flag("follow")
          .defaultsTo(true)
          .doc(
              "Whether to go on at a file's end: read what is added, look for new files, and go on"
                  + " with a new file when one is renamed. Without it each file is read once, a"
                  + " last line without a line break included.");

  static final ConfigKey<ByteSize> MAX_LINE =
      ConfigKey.size("maxLineBytes")
          .defaultsTo(ByteSize.ofMiB(1))
          .between(ByteSize.ofKiB(1), ByteSize.ofMiB(64))
          .doc("The longest line; a longer one is an event that can't be read.");

  static final ConfigKey<Long> MAX_FILES =
      ConfigKey.integer("maxFiles")
          .defaultsTo(1_000L)
          .between(1L, 100_000L)
          .doc("How many files there may be; with more the connector fails.");

  static final ConfigKey<Duration> ROTATE_WAIT =
      ConfigKey.duration("rotateWait")
          .defaultsTo(Duration.ofSeconds(5))
          .between(Duration.ZERO, Duration.ofHours(1))
          .doc(
              "How long a renamed file is read on before the new one is begun, for writers that"
                  + " have not noticed yet.");

  static final ConfigKey<Duration> DISCOVER_EVERY =
      ConfigKey.duration("discoverEvery")
          .defaultsTo(Duration.ofSeconds(5))
          .between(Duration.ofMillis(100), Duration.ofHours(1))
          .doc("How often patterns are looked up for new files.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(PATHS, LINES, FOLLOW, MAX_LINE, MAX_FILES, ROTATE_WAIT, DISCOVER_EVERY);

  static void check(Settings settings, Problems problems) {
    List<String> paths = settings.get(PATHS);
    for (int i = 0; i < paths.size(); i++) {
      try {
        FilePatterns.of(List.of(paths.get(i)), Path.of(""));
      } catch (IllegalArgumentException e) {
        problems.add(
            settings.path() + "." + PATHS.name() + "[" + i + "]",
            "'" + paths.get(i) + "'",
            "a path, or a pattern such as logs/app-*.log",
            String.valueOf(e.getMessage()));
      }
    }
  }

  /** Reads settings that {@link #check} found right. */
  static FileSourceConfig read(Settings settings, Path baseDirectory) {
    Path base = baseDirectory.toAbsolutePath().normalize();
    return new FileSourceConfig(
        base,
        FilePatterns.of(settings.get(PATHS), base),
        settings.get(LINES),
        settings.get(FOLLOW),
        settings.get(MAX_LINE),
        Math.toIntExact(settings.get(MAX_FILES)),
        settings.get(ROTATE_WAIT),
        settings.get(DISCOVER_EVERY));
  }

  /** The name of a path's lane: it stays the same when everything is moved together. */
  String laneName(Path path) {
    return path.startsWith(base) ? base.relativize(path).toString() : path.toString();
  }
}
