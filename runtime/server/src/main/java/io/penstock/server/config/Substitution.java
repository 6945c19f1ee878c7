package io.penstock.server.config;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values from outside into the texts of a tree: {@code ${env:NAME}} and {@code ${file:PATH}},
 * each with an optional default after {@code :-}. One more dollar sign before it, as in {@code
 * $${env:NAME}}, takes the meaning away. It remembers what it put in, so that no problem shows it.
 * Not thread-safe.
 */
final class Substitution {

  /** An escape, or a reference with a word before the colon. Other texts in braces are left alone. */
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\$\\{)|\\$\\{(\\w+):([^}]*)}");

  private static final String DEFAULT = ":-";
  private static final long MAX_FILE_BYTES = 1 << 20;

  /** A shorter value may stand in a message by chance, so it is only hidden where it is quoted. */
  private static final int SHORTEST_HIDDEN = 4;

  private final Function<String, @Nullable String> environment;
  private final Path directory;
  private final Problems problems;
  private final Map<String, String> referenceByPath = new HashMap<>();

  /** Longest first: a value may be part of another. */
  private final Map<String, String> referenceByValue =
      new TreeMap<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  /**
   * @param environment null for a name that isn't set
   * @param directory where relative paths start
   */
  Substitution(Function<String, @Nullable String> environment, Path directory, Problems problems) {
    this.environment = environment;
    this.directory = directory;
    this.problems = problems.as(ProblemCode.UNRESOLVED_REFERENCE);
  }

  /** The tree with everything put in; a reference that leads nowhere is a problem. */
  @Nullable Object apply(@Nullable Object tree, String path) {
    if (tree instanceof String text) {
      return text.contains("${") ? replaced(text, path) : text;
    }
    if (tree instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      for (int i = 0; i < list.size(); i++) {
        copy.add(apply(list.get(i), path + "[" + i + "]"));
      }
      return copy;
    }
    if (tree instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((name, value) -> copy.put((String) name, apply(value, path + "." + name)));
      return copy;
    }
    return tree;
  }

  private String replaced(String text, String path) {
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder replaced = new StringBuilder();
    while (matcher.find()) {
      String value =
          matcher.group(1) != null
              ? matcher.group(1)
              : value(matcher.group(), matcher.group(2), matcher.group(3), path);
      matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(replaced).toString();
  }

  /** What a reference stands for; the reference itself after a problem. */
  private String value(String reference, String kind, String argument, String path) {
    int at = argument.indexOf(DEFAULT);
    String name = at < 0 ? argument : argument.substring(0, at);
    Optional<String> found =
        switch (kind) {
          case "env" -> Optional.ofNullable(environment.apply(name));
          case "file" -> content(reference, name, path, at >= 0);
          default -> {
            problems.add(
                path,
                "'" + reference + "'",
                "${env:NAME} or ${file:PATH}",
                "write $${ for a literal ${");
            yield Optional.of(reference);
          }
        };
    if (found.isPresent()) {
      remember(reference, found.get(), path);
      return found.get();
    }
    if (at >= 0) {
      return argument.substring(at + DEFAULT.length());
    }
    if (kind.equals("env")) {
      problems.add(
          path,
          "'" + reference + "'",
          "an environment variable that is set",
          "set " + name + ", or give a default: ${env:" + name + ":-value}");
    }
    return reference;
  }

  private void remember(String reference, String value, String path) {
    if (!value.equals(reference)) {
      referenceByPath.put(path, reference);
      if (!value.isEmpty()) {
        referenceByValue.put(
            value.length() < SHORTEST_HIDDEN ? "'" + value + "'" : value, reference);
      }
    }
  }

  private Optional<String> content(
      String reference, String name, String path, boolean mayBeMissing) {
    String hint = "the path starts from the folder of this file, " + directory;
    try {
      Path file = directory.resolve(name);
      if (mayBeMissing && !Files.exists(file)) {
        return Optional.empty();
      }
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        problems.add(path, "'" + reference + "'", "a file that can be read", hint);
      } else if (Files.size(file) > MAX_FILE_BYTES) {
        problems.add(path, "'" + reference + "'", "a file of 1 MiB at most");
      } else {
        return Optional.of(withoutLastLineEnd(Files.readString(file, StandardCharsets.UTF_8)));
      }
    } catch (IOException | InvalidPathException e) {
      problems.add(path, "'" + reference + "'", "a file with UTF-8 text that can be read", hint);
    }
    return Optional.of(reference);
  }

  private static String withoutLastLineEnd(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** The problem without anything that was put in. */
  Problem hide(Problem problem) {
    String reference = referenceByPath.get(problem.path());
    return new Problem(
        problem.code(),
        masked(problem.path()),
        reference == null ? masked(problem.found()) : "the value of " + reference + ", not shown",
        masked(problem.expected()),
        // A near word tells too much of a secret that stands in the wrong place.
        reference == null ? problem.suggestion().map(this::masked) : Optional.empty());
  }

  /** A text without anything that was put in. */
  String masked(String text) {
    String masked = text;
    for (Map.Entry<String, String> secret : referenceByValue.entrySet()) {
      masked = masked.replace(secret.getKey(), secret.getValue());
    }
    return masked;
  }
}
