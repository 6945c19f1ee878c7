package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.postgres.SharedPostgres;
import io.penstock.postgres.ThrowAwayPostgres;
import io.penstock.server.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two workers with one connector and one PostgreSQL: one runs the source, and when it is killed the other
 * goes on within 10 s, from what was committed.
 */
@Tag("crash")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TakeOverKillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TAKE_OVER = Duration.ofSeconds(10);

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "shared",
        "source": { "type": "kafka-connect", "plugin": "FileStreamSource",
                    "properties": { "file": "FOLDER/in.txt", "topic": "lines",
                      "value.converter": "org.apache.kafka.connect.storage.StringConverter" } },
        "delivery": { "order": "lane", "commitInterval": "20ms" },
        "onSuccess": [ { "type": "file", "path": "${env:OUT}" } ] }
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private int written;

  @Test
  void aKilledOwnersStreamIsTakenOver() throws Exception {
    ThrowAwayPostgres server = SharedPostgres.server();
    String url = server.url(server.newDatabase());
    Files.writeString(
        folder.resolve("shared.json"), CONNECTOR.replace("FOLDER", folder.toString()));
    write();
    Process first = start("first", url);
    Process second = null;
    try {
      await().atMost(PATIENCE).until(() -> lines("first").size() >= 100);
      second = start("second", url);
      await().atMost(PATIENCE).until(() -> log("second").contains("penstock"));
      for (int i = 0; i < 5; i++) {
        write();
        int all = written;
        await().atMost(PATIENCE).until(() -> lines("first").size() >= all);
      }
      assertThat(lines("second")).as("it stands by").isEmpty();

      first.toHandle().destroyForcibly();
      long killedNs = System.nanoTime();
      write();
      await().atMost(PATIENCE).until(() -> !lines("second").isEmpty());
      Duration taken = Duration.ofNanos(System.nanoTime() - killedNs);
      System.out.println("taken over after " + taken.toMillis() + " ms");
      assertThat(taken).isLessThan(TAKE_OVER);
      write();
      await().atMost(PATIENCE).until(() -> numbers("second").containsKey(written - 1));
    } finally {
      first.destroyForcibly();
      if (second != null) {
        second.destroyForcibly();
      }
    }
    Map<Integer, String> all = numbers("first");
    numbers("second")
        .forEach((number, id) -> assertThat(all.getOrDefault(number, id)).isEqualTo(id));
    all.putAll(numbers("second"));
    assertThat(all).hasSize(written);
  }

  private void write() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      lines.append(written++).append('\n');
    }
    Files.writeString(
        folder.resolve("in.txt"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private Process start(String name, String url) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            folder.resolve("shared.json").toString(),
            "--port",
            "0",
            "--data",
            folder.resolve("data-" + name).toString());
    builder.environment().put("PENSTOCK_STATE", url);
    builder.environment().put("OUT", folder.resolve(name + ".jsonl").toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  private String log(String name) {
    return read(name + ".log");
  }

  private List<String> lines(String name) {
    String text = read(name + ".jsonl");
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private String read(String file) {
    try {
      Path path = folder.resolve(file);
      return Files.exists(path) ? Files.readString(path, UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines that arrived, each with its event's id. */
  private Map<Integer, String> numbers(String name) {
    Map<Integer, String> numbers = new HashMap<>();
    for (String line : lines(name)) {
      try {
        JsonNode event = JSON.readTree(line);
        numbers.put(Integer.parseInt(event.get("data").textValue()), event.get("id").textValue());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return numbers;
  }
}
