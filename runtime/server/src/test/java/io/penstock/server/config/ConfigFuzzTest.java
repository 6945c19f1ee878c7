package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.penstock.server.cases.CaseLoader;
import io.penstock.server.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No bytes make validation throw or hang. How many are tried is {@code -Dpenstock.fuzz}, by default
 * some thousands; {@code -Dpenstock.seed} repeats a run.
 */
@DisplayName("Validation of any bytes")
class ConfigFuzzTest {

  private static final Path EXAMPLES = Path.of("../../config-examples");
  private static final int COUNT = Integer.getInteger("penstock.fuzz", 4_000);
  private static final long SEED = Long.getLong("penstock.seed", System.nanoTime());

  /** Far more than any needs, also on a machine that is busy. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** What parsers and readers stumble over. */
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "0",
    "-0",
    "1e999999999",
    "-1E-999999999",
    "9".repeat(400),
    "9223372036854775808",
    "NaN",
    "\u0000",
    "\ufeff",
    "\u202e",
    "\r",
    "/*",
    "\"\"",
    "{}",
    "[]",
    "[{}]",
    "\"type\"",
    "\"data\"",
    "\"$or\"",
    "\"form\"",
    "\"kafka\"",
    "\"http\"",
    "\"${env:A}\"",
    "\"${file:.}\"",
    "\"${file:\\u0000}\"",
    "\"${\"",
    "\"$${x:y}\"",
    "\"${a:${b:c}}\"",
    "\"{{random 0 1e999999999}}\"",
    "\"{{pick}}\"",
    "\"{{\"",
    "\"5s\"",
    "\"1MiB\"",
    "\"((a+)+)+$\"",
    "\"*\".repeat(9)",
    "[{\"wildcard\": \"*a*a*a*a*a*a*b\"}]",
    "[{\"numeric\": [\">\", 1e999999999]}]",
    "[{\"cidr\": \"::/0\"}]",
    "[{\"anything-but\": {\"prefix\": \"\"}}]",
    "\"https://[::1]:1/\"",
    "{\"a\":".repeat(60) + "1" + "}".repeat(60),
    "[".repeat(2_000),
    "{\"a\":[".repeat(300)
  };

  @TempDir private Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Plugins plugins = Plugins.load();

  @Test
  void doesNotThrowAndDoesNotHang() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    BrokenConfigs.bases().values().forEach(b -> seeds.add(b.getBytes(StandardCharsets.UTF_8)));
    for (int i = 0; i < COUNT; i++) {
      check(bytes(seeds), "penstock.seed=" + SEED + ", number " + i);
    }
  }

  @Test
  void takesNumbersOfAnySize() throws IOException {
    String properties =
        """
        { "apiVersion": "penstock/v1", "name": "a", "source": { "type": "kafka",
          "bootstrapServers": "b:1", "topics": "t", "properties": { "client.id": 1e999999999 } },
          "onSuccess": [ { "type": "kafka", "topic": "t" } ] }
        """;
    check(properties.getBytes(StandardCharsets.UTF_8), properties);
  }

  private void check(byte[] bytes, String what) throws IOException {
    Path file = Files.write(directory.resolve("c.json"), bytes);
    Path cases = Files.write(directory.resolve("d.test.json"), bytes);
    assertTimeoutPreemptively(
        LONGEST,
        () ->
            assertThatCode(() -> validate(file, cases))
                .as("%s: %s", what, new String(bytes, StandardCharsets.UTF_8))
                .doesNotThrowAnyException(),
        what);
  }

  private void validate(Path file, Path cases) {
    List<FileProblem> problems =
        new ConfigLoader(plugins, name -> "A".equals(name) ? "x" : null)
            .load(List.of(file))
            .problems();
    problems.forEach(problem -> assertThat(problem.text()).isNotBlank());
    assertThat(Json.line(problems.stream().map(FileProblem::problem).toList())).isNotBlank();
    assertThat(new CaseLoader(plugins, name -> null).load(List.of(cases)).files())
        .hasSizeLessThan(2);
  }

  private byte[] bytes(List<byte[]> seeds) {
    if (random.nextInt(20) == 0) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      return bytes;
    }
    byte[] bytes = seeds.get(random.nextInt(seeds.size()));
    for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
      bytes = changed(bytes, seeds);
    }
    return bytes;
  }

  private byte[] changed(byte[] bytes, List<byte[]> seeds) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(1 + random.nextInt(40)));
    byte[] other = seeds.get(random.nextInt(seeds.size()));
    return switch (random.nextInt(6)) {
      case 0 -> joined(bytes, from, new byte[0], to);
      case 1 -> joined(bytes, from, piece(), from);
      case 2 -> joined(bytes, from, piece(), to);
      case 3 -> valueReplaced(bytes, from);
      case 4 -> joined(bytes, from, part(other), from);
      default ->
          joined(
              bytes,
              from,
              new byte[] {(byte) random.nextInt(256)},
              Math.min(bytes.length, from + 1));
    };
  }

  /** Puts a piece in place of what stands after the next colon, up to the next comma or bracket. */
  private byte[] valueReplaced(byte[] bytes, int at) {
    int from = at;
    while (from < bytes.length && bytes[from] != ':') {
      from++;
    }
    int to = from + 1;
    while (to < bytes.length && ",}]".indexOf(bytes[to]) < 0) {
      to++;
    }
    return from >= bytes.length
        ? bytes
        : joined(bytes, from + 1, piece(), Math.min(to, bytes.length));
  }

  private byte[] piece() {
    return PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
  }

  private byte[] part(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(100));
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] joined(byte[] bytes, int from, byte[] between, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
