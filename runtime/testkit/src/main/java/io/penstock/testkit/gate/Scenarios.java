package io.penstock.testkit.gate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The scenarios of the suite, in the order of the file that lists them. */
public final class Scenarios {

  private static final String LIST = "scenarios.txt";

  private Scenarios() {}

  /** All of them. */
  public static List<Scenario> all() {
    List<Scenario> scenarios = new ArrayList<>();
    for (String name : new String(read(LIST), StandardCharsets.UTF_8).split("\\s+")) {
      scenarios.add(ScenarioFile.read(name, read(name + ".json")));
    }
    return scenarios;
  }

  private static byte[] read(String file) {
    try (InputStream in = Scenarios.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("there is no scenario file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("scenario file " + file + " can't be read", e);
    }
  }
}
