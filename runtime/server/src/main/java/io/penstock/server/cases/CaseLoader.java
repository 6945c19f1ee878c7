package io.penstock.server.cases;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.server.config.ConfigLoader;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.FileProblem;
import io.penstock.server.config.JsonDocument;
import io.penstock.server.config.Plugins;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads files of cases with the connectors that they are for. Everything that is wrong in either is
 * found in one go. Thread-safe.
 */
public final class CaseLoader {

  private static final String TESTS = ".test.json";
  private static final String JSON = ".json";

  /**
   * What was loaded.
   *
   * @param files in order; only to be used if there is no problem
   * @param problems everything that is wrong
   */
  public record Loaded(List<CaseFile> files, List<FileProblem> problems) {
    /** Copies. */
    public Loaded {
      files = List.copyOf(files);
      problems = List.copyOf(problems);
    }
  }

  private final Plugins plugins;
  private final Function<String, @Nullable String> environment;

  /**
   * Makes a loader.
   *
   * @param environment the values of {@code ${env:NAME}} that a file of cases doesn't give
   */
  public CaseLoader(Plugins plugins, Function<String, @Nullable String> environment) {
    this.plugins = plugins;
    this.environment = environment;
  }

  /**
   * Loads files of cases, those beside the connectors' files that are named, and those in folders
   * that are named.
   */
  public Loaded load(List<Path> paths) {
    List<CaseFile> files = new ArrayList<>();
    List<FileProblem> problems = new ArrayList<>();
    for (Path path : paths) {
      for (Path file : files(path, problems)) {
        loadFile(file, files, problems);
      }
    }
    return new Loaded(files, problems);
  }

  private static List<Path> files(Path path, List<FileProblem> problems) {
    if (!Files.isDirectory(path)) {
      String name = path.toString();
      if (!name.endsWith(JSON) || name.endsWith(TESTS)) {
        return List.of(path);
      }
      Path cases = Path.of(name.substring(0, name.length() - JSON.length()) + TESTS);
      if (Files.exists(cases)) {
        return List.of(cases);
      }
      problems.add(
          Files.exists(path)
              ? unreadable(cases, "nothing there", "the cases of " + path)
              : unreadable(path, "nothing there", "a connector with cases beside it"));
      return List.of();
    }
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "*" + TESTS)) {
      found.forEach(files::add);
    } catch (IOException | DirectoryIteratorException e) { // reported below
      files.clear();
    }
    if (files.isEmpty()) {
      problems.add(unreadable(path, "a folder without *" + TESTS, "a folder with cases"));
    }
    return List.copyOf(files);
  }

  private static FileProblem unreadable(Path path, String found, String expected) {
    return new FileProblem(
        path,
        OptionalInt.empty(),
        new Problem(ProblemCode.UNREADABLE_FILE, "$", found, expected, Optional.empty()));
  }

  private void loadFile(Path file, List<CaseFile> files, List<FileProblem> all) {
    Problems problems = new Problems();
    Optional<JsonDocument> document = JsonDocument.read(file, problems);
    document.ifPresent(
        d -> {
          if (!(d.tree() instanceof Map<?, ?> raw)) {
            problems.add(
                ProblemCode.WRONG_TYPE, "$", "no object", "an object with \"cases\": [ ... ]");
            return;
          }
          Settings given = CaseKeys.FILE.read(raw, "$", problems);
          connector(file, given, problems, all)
              .ifPresent(
                  connector -> {
                    List<TestCase> cases =
                        given
                            .find(CaseKeys.CASES)
                            .map(c -> new CaseFileReader(connector, problems).read(c, "$.cases"))
                            .orElse(List.of());
                    files.add(new CaseFile(file, connector, cases));
                  });
        });
    all.addAll(JsonDocument.located(file, document, problems.list()));
  }

  private Optional<ConnectorConfig> connector(
      Path file, Settings given, Problems problems, List<FileProblem> all) {
    Map<String, String> own = given.find(CaseKeys.ENVIRONMENT).orElse(Map.of());
    String fileName = String.valueOf(file.getFileName());
    String beside =
        fileName.endsWith(TESTS)
            ? fileName.substring(0, fileName.length() - TESTS.length()) + JSON
            : fileName;
    Path of = file.resolveSibling(given.find(CaseKeys.CONNECTOR).orElse(beside));
    ConfigLoader.Loaded loaded =
        new ConfigLoader(
                plugins, name -> own.containsKey(name) ? own.get(name) : environment.apply(name))
            .load(List.of(of));
    all.addAll(loaded.problems());
    if (!loaded.problems().isEmpty()) {
      return Optional.empty();
    }
    List<ConnectorConfig> connectors = loaded.connectors();
    List<String> names = connectors.stream().map(ConnectorConfig::name).toList();
    Optional<String> wanted = given.find(CaseKeys.NAME);
    if (wanted.isEmpty() && connectors.size() > 1) {
      problems.add(
          ProblemCode.MISSING_KEY,
          "$.name",
          "nothing",
          "one of " + String.join(", ", names),
          "the file of the connector has several");
      return Optional.empty();
    }
    if (wanted.isPresent() && !names.contains(wanted.get())) {
      problems.addUnknown("$.name", wanted.get(), names);
      return Optional.empty();
    }
    return connectors.stream()
        .filter(connector -> wanted.isEmpty() || connector.name().equals(wanted.get()))
        .findFirst();
  }
}
