package io.penstock.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages that are made of the code lie in {@code docs} as the code is now. */
@DisplayName("Made pages")
class PagesTest {

  private static final Path DOCS = Path.of("../../docs");

  private static final String AGAIN =
      "make the pages anew: mvn -q test -pl runtime/server -am -Dtest=PagesTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dpenstock.docs=write";

  static Set<String> pages() {
    return Pages.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void areAsTheCodeIs(String page) throws IOException {
    Path file = DOCS.resolve(page);
    String text = Pages.all().get(page);
    if ("write".equals(System.getProperty("penstock.docs"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(file).as(AGAIN).content().isEqualTo(text);
  }

  @Test
  void areAllThereIs() throws IOException {
    Set<String> there = new TreeSet<>();
    for (String folder : new String[] {"reference", "errors"}) {
      try (Stream<Path> files = Files.list(DOCS.resolve(folder))) {
        files.forEach(file -> there.add(folder + "/" + file.getFileName()));
      }
    }
    assertThat(there).as(AGAIN).isEqualTo(new TreeSet<>(pages()));
  }
}
