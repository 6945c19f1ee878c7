package io.penstock.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.doctor.Finding.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The machine")
class MachineTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path directory;

  @Test
  void hasMemoryForWhatConnectorsKeep() {
    assertThat(Machine.memory(0, 64 * MIB).verdict()).isEqualTo(Verdict.OK);
    assertThat(Machine.memory(400 * MIB, 512 * MIB).verdict()).isEqualTo(Verdict.OK);

    Finding little = Machine.memory(500 * MIB, 512 * MIB);
    assertThat(little.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(little.code()).hasValue("PEN-2202");
    assertThat(little.text())
        .contains("the JVM takes up to 512MiB; the connectors keep up to 500MiB; give it 600MiB");
  }

  @Test
  void hasNoDataFolderWhereAFileIs() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(Machine.dataFolder(file).verdict()).isEqualTo(Verdict.BAD);
    assertThat(Machine.dataFolder(file.resolve("below")).verdict()).isEqualTo(Verdict.BAD);
    assertThat(Machine.dataFolder(directory.resolve("a/b")).verdict()).isEqualTo(Verdict.OK);
    assertThat(directory.resolve("a")).doesNotExist();
  }
}
