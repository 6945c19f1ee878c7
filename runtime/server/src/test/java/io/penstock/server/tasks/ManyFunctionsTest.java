package io.penstock.server.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registered functions cost little while nobody calls them, and begin at once when somebody does. */
class ManyFunctionsTest {

  @TempDir Path folder;

  private Map<String, Long> run(String heap, int functions, int accounts, int calls, int few)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path work = Files.createDirectories(folder.resolve("work"));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heap,
                    "-cp",
                    System.getProperty("java.class.path"),
                    ManyFunctionsMain.class.getName(),
                    work.toString(),
                    String.valueOf(functions),
                    String.valueOf(accounts),
                    String.valueOf(calls),
                    String.valueOf(few)))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(230, TimeUnit.SECONDS)).as("it ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(out);
    assertThat(process.exitValue()).as(said).isZero();
    System.out.println(said.replaceAll("(?m)^(?!\\w+=\\d+$).*\\R?", "").replace('\n', ' '));
    Map<String, Long> values = new HashMap<>();
    said.lines()
        .filter(line -> line.matches("\\w+=\\d+"))
        .forEach(line -> values.put(line.split("=")[0], Long.parseLong(line.split("=")[1])));
    return values;
  }

  /** More are called than are kept loaded, so the first of them are unloaded without waiting. */
  @Test
  void classLoadersOfIdleFunctionsUnload() throws Exception {
    Map<String, Long> seen = run("256m", 400, 20, 400, 300);
    assertThat(seen.get("idleRssMb")).isLessThan(512);
    assertThat(seen.get("loadersLeft")).isLessThanOrEqualTo(300);
    assertThat(seen.get("startP50Ms")).isLessThan(50);
  }

  @Test
  @Tag("soak")
  void tenThousandFunctionsOfAThousandAccounts() throws Exception {
    Map<String, Long> seen = run("400m", 10_000, 1_000, 1_000, 20);
    assertThat(seen.get("idleRssMb")).isLessThan(512);
    assertThat(seen.get("startP99Ms")).isLessThanOrEqualTo(50);
    assertThat(seen.get("loadersLeft")).isLessThanOrEqualTo(20);
  }
}
