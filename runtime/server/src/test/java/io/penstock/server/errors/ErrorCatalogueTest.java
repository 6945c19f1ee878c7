package io.penstock.server.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.errors.ErrorCatalogue.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Error codes")
class ErrorCatalogueTest {

  private static final Path RUNTIME = Path.of("..");

  /** How a code of an event looks in the source; shorter words, and those of JSON, are none. */
  private static final Pattern WORD = Pattern.compile("\"([A-Z]{2,}[A-Z_]{3,})\"");

  /** Words in capitals that are something else. */
  private static final Set<String> NO_CODES =
      Set.of("ORIGINAL", "CONSTANT", "JSONPATH", "TEMPLATE");

  @Test
  void areUniqueAndExplained() {
    assertThat(ErrorCatalogue.entries()).extracting(Entry::code).doesNotHaveDuplicates();
    assertThat(ErrorCatalogue.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.code()).matches("PEN-[1-9]\\d{3}|[A-Z_]+");
              assertThat(entry.title()).doesNotEndWith(".").hasSizeBetween(5, 80);
              assertThat(entry.meaning()).endsWith(".");
              assertThat(entry.remedy()).endsWith(".");
            });
  }

  @Test
  void areFoundInAnyCase() {
    assertThat(ErrorCatalogue.find("pen-1002")).map(Entry::title).hasValue("A file is not JSON");
    assertThat(ErrorCatalogue.find("timeout")).isPresent();
    assertThat(ErrorCatalogue.find("PEN-0000")).isEmpty();
  }

  @Test
  void ofEventsAreThoseThatTheEngineAndItsFunctionsUse() throws IOException {
    Set<String> used = new TreeSet<>();
    for (String module : new String[] {"engine", "functions"}) {
      try (Stream<Path> files = Files.walk(RUNTIME.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Matcher words = WORD.matcher(Files.readString(file));
          while (words.find()) {
            used.add(words.group(1));
          }
        }
      }
    }
    used.removeAll(NO_CODES);
    Set<String> explained = new TreeSet<>();
    for (EventCode code : EventCode.values()) {
      explained.add(code.name());
    }
    assertThat(explained).isEqualTo(used);
  }
}
