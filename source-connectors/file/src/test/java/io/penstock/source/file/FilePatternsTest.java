package io.penstock.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePatternsTest {

  @TempDir private Path base;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String file :
        List.of("a.log", "b.log", "c.txt", "in/a.log", "in/deep/b.log", "in/deep/er/c.log")) {
      Files.createDirectories(base.resolve(file).getParent());
      Files.writeString(base.resolve(file), "");
    }
    Files.createDirectories(base.resolve("folder.log"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.log               | a.log b.log",
        "./?.log             | a.log b.log",
        "[!a].*              | b.log c.txt",
        "in/../*.{txt,log}   | a.log b.log c.txt",
        "in/**.log           | in/a.log in/deep/b.log in/deep/er/c.log",
        "in/*/*.log          | in/deep/b.log",
        "**/c.*              | in/deep/er/c.log",
        "{a.log,in/a.log}    | a.log in/a.log",
        "in/deep/*           | in/deep/b.log",
        "none/*.log          | ''"
      })
  void findFilesAndKnowThemAgain(String pattern, String expected) throws IOException {
    FilePatterns patterns = FilePatterns.of(List.of(pattern), base);
    List<String> found =
        patterns.find().stream().map(path -> base.relativize(path).toString()).toList();
    assertThat(String.join(" ", found)).isEqualTo(expected);
    assertThat(patterns.find()).allMatch(patterns::matches);
    assertThat(patterns.matches(base.resolve("elsewhere/x"))).isFalse();
  }

  @Test
  void mayBePaths() throws IOException {
    FilePatterns patterns =
        FilePatterns.of(List.of("a.log", "not-there", base + "/in/./a.log", "*.log"), base);
    assertThat(patterns.paths())
        .containsExactly(
            base.resolve("a.log"), base.resolve("not-there"), base.resolve("in/a.log"));
    assertThat(patterns.find())
        .containsExactly(base.resolve("a.log"), base.resolve("b.log"), base.resolve("in/a.log"));
    assertThat(patterns.missingFolder()).isNull();
    assertThat(FilePatterns.of(List.of("none/*.log"), base).missingFolder())
        .isEqualTo(base.resolve("none"));
  }

  @Test
  void followLinksButNotForEver() throws IOException {
    Files.createSymbolicLink(base.resolve("in/up"), base);
    Files.createSymbolicLink(base.resolve("in/nowhere"), base.resolve("gone"));
    assertThat(FilePatterns.of(List.of("in/**.log"), base).find())
        .hasSize(5)
        .contains(base.resolve("in/up/b.log"));
  }

  @Test
  void mustBePatterns() {
    for (String none : List.of("a[", "{a", "a\0b", "in/{x,")) {
      assertThatThrownBy(() -> FilePatterns.of(List.of(none), base))
          .as(none)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
