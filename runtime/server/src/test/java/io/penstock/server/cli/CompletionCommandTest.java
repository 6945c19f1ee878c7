package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("penstock completion")
class CompletionCommandTest {

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun();

  @ParameterizedTest
  @CsvSource({
    "penstock val, validate",
    "penstock run --po, --port",
    "penstock new fun, function",
    "penstock test --j, --json --junit"
  })
  void letsBashComplete(String typed, String completed) throws Exception {
    assertThat(command.execute("completion", "bash")).isZero();
    Path script = Files.writeString(directory.resolve("completion"), command.out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "compopt() { :; }; source "
                    + script
                    + "; COMP_LINE='"
                    + typed
                    + "'; COMP_WORDS=("
                    + typed
                    + "); COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); COMP_POINT=${#COMP_LINE};"
                    + " _complete_penstock penstock \"${COMP_WORDS[COMP_CWORD]}\"; echo \"${COMPREPLY[@]}\"")
            .redirectErrorStream(true)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(said.strip().split("\\s+")).containsExactlyInAnyOrder(completed.split(" "));
  }

  @Test
  void isThereForTwoShells() throws IOException {
    assertThat(command.execute("completion", "zsh")).isZero();
    assertThat(command.out()).contains("bashcompinit");
    assertThat(command.execute("completion", "fish")).isEqualTo(2);
    assertThat(command.execute("completion", "bash", "--json")).isZero();
    assertThat(command.out()).contains("{\"shell\":\"bash\",\"script\":\"#!/usr/bin/env bash");
  }
}
