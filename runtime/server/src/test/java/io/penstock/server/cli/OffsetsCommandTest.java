package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connect.Offsets;
import io.penstock.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("penstock offsets")
class OffsetsCommandTest {

  @TempDir Path directory;
  private final CommandRun command = new CommandRun();

  private void store() {
    try (Storage storage = Storage.open(Storage.Options.in(directory))) {
      new Offsets("orders", storage.state())
          .change(
              List.of(
                  new Offsets.Offset(Map.of("file", "a"), Map.of("position", 7)),
                  new Offsets.Offset(Map.of("file", "b"), Map.of("position", 9))));
    }
  }

  private int offsets(Object... more) {
    Object[] all = new Object[more.length + 4];
    all[0] = "offsets";
    all[1] = "orders";
    all[2] = "--data";
    all[3] = directory;
    System.arraycopy(more, 0, all, 4, more.length);
    return command.execute(all);
  }

  /** The last line that was printed. */
  private String shown() {
    List<String> lines = command.out().lines().toList();
    return lines.get(lines.size() - 1);
  }

  @Test
  void showsChangesAndResets() throws IOException {
    assertThat(offsets()).isZero();
    assertThat(shown()).contains("\"offsets\"").doesNotContain("position");
    store();
    assertThat(offsets()).isZero();
    assertThat(shown())
        .contains("{\"partition\":{\"file\":\"a\"},\"offset\":{\"position\":7}}")
        .contains("{\"partition\":{\"file\":\"b\"},\"offset\":{\"position\":9}}");

    Path file =
        Files.writeString(
            directory.resolve("new.json"),
            """
            {"offsets": [{"partition": {"file": "a"}, "offset": {"position": 1}},
                         {"partition": {"file": "b"}, "offset": null}]}
            """,
            UTF_8);
    assertThat(offsets("--set", file)).isZero();
    assertThat(shown()).contains("\"position\":1").doesNotContain("\"b\"");

    assertThat(offsets("--reset")).isZero();
    assertThat(shown()).doesNotContain("position");
  }

  @Test
  void refusesWhatIsNoOffsetsAndARunningWorker() throws IOException {
    Path file = Files.writeString(directory.resolve("new.json"), "{\"offsets\": [{}]}", UTF_8);
    assertThat(offsets("--set", file)).isEqualTo(2);
    assertThat(command.err()).contains("expected a \"partition\"");
    assertThat(offsets("--set", file, "--reset")).isEqualTo(2);
    try (Storage worker = Storage.open(Storage.Options.in(directory))) {
      assertThat(worker.state().keys("")).isEmpty();
      assertThat(offsets()).isEqualTo(3);
    }
    assertThat(command.err()).contains("is in use by another worker", "[PEN-2102]");
  }
}
