package io.penstock.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The configs of {@code broken-configs.txt}: some that are right, under a name after {@code @}, and
 * then a line for each mistake: {@code name | what | instead | problems}, which are codes and
 * paths.
 */
final class BrokenConfigs {

  private static final String FILE = "broken-configs.txt";

  /**
   * A config with a mistake.
   *
   * @param line what it is made of
   * @param json the config
   * @param problems what is to be found, as {@code PEN-1101 $.nmae}
   */
  record Broken(String line, String json, List<String> problems) {
    @Override
    public String toString() {
      return line;
    }
  }

  private BrokenConfigs() {}

  static Map<String, String> bases() throws IOException {
    Map<String, String> bases = new HashMap<>();
    String name = "";
    for (String line : lines()) {
      if (line.startsWith("@")) {
        name = line.substring(1);
        bases.put(name, "");
      } else if (line.isBlank()) {
        name = "";
      } else if (!name.isEmpty()) {
        bases.put(name, bases.get(name) + line + "\n");
      }
    }
    return bases;
  }

  static List<Broken> all() throws IOException {
    Map<String, String> bases = bases();
    List<Broken> all = new ArrayList<>();
    for (String line : lines()) {
      String[] parts = line.split(Pattern.quote(" | "), -1);
      if (parts.length == 4 && bases.containsKey(parts[0])) {
        String base = bases.get(parts[0]);
        int at = base.indexOf(parts[1]);
        if (at < 0) {
          throw new IllegalArgumentException("not in " + parts[0] + ": " + parts[1]);
        }
        all.add(
            new Broken(
                line,
                base.substring(0, at) + parts[2].strip() + base.substring(at + parts[1].length()),
                List.of(parts[3].split("; "))));
      } else if (parts.length > 1) {
        throw new IllegalArgumentException("neither a base nor four parts: " + line);
      }
    }
    return all;
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = BrokenConfigs.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IOException(FILE + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
