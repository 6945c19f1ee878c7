package io.penstock.connect;

import io.penstock.connect.plugin.Board;
import io.penstock.connect.plugin.StrictSinkConnector;
import io.penstock.connect.plugin.StrictSourceConnector;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A folder with the strict plugin in a jar of its own, and boards to watch it by. */
final class TestPlugins {

  static final Limits SHORT =
      new Limits(
          Duration.ofMillis(200),
          Duration.ofMillis(400),
          Duration.ofMillis(600),
          Duration.ofMillis(400));

  private static final AtomicInteger BOARDS = new AtomicInteger();
  private static Path folder;

  private TestPlugins() {}

  static String newBoard() {
    return "board-" + BOARDS.incrementAndGet();
  }

  /** The plugin folder; made once for all tests of this JVM. */
  static synchronized Path folder() {
    if (folder == null) {
      try {
        folder = Files.createTempDirectory("plugins");
        write(Files.createDirectory(folder.resolve("strict")).resolve("strict.jar"));
        folder.toFile().deleteOnExit();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folder;
  }

  private static void write(Path jar) throws IOException {
    Path classes =
        Path.of(Board.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.list(classes.resolve("io/penstock/connect/plugin"))) {
      for (Path file : files.toList()) {
        entries.putNextEntry(new JarEntry("io/penstock/connect/plugin/" + file.getFileName()));
        entries.write(Files.readAllBytes(file));
      }
      service(
          entries,
          "org.apache.kafka.connect.source.SourceConnector",
          StrictSourceConnector.class.getName());
      service(
          entries,
          "org.apache.kafka.connect.sink.SinkConnector",
          StrictSinkConnector.class.getName());
    }
  }

  private static void service(JarOutputStream jar, String type, String name) throws IOException {
    jar.putNextEntry(new JarEntry("META-INF/services/" + type));
    jar.write(name.getBytes(StandardCharsets.UTF_8));
  }

  static ConnectSettings source(String board, int tasks, String... more) {
    return settings("StrictSource", board, tasks, more);
  }

  static ConnectSettings settings(String plugin, String board, int tasks, String... more) {
    Map<String, String> properties = new HashMap<>();
    properties.put("board", board);
    properties.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    properties.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    for (String pair : more) {
      String[] parts = pair.split("=", 2);
      properties.put(parts[0], parts[1]);
    }
    return new ConnectSettings(plugin, folder(), tasks, properties);
  }

  static ConnectSinkSettings sink(String board, Duration deliveryTimeout) {
    return new ConnectSinkSettings(
        settings("StrictSink", board, 1), "results", Duration.ofMillis(200), deliveryTimeout);
  }

  /** Adds entries to a list of a board. */
  static void add(String board, String list, List<String> entries) {
    Board.of(board).list(list).addAll(entries);
  }
}
