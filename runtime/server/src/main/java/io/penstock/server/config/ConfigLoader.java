package io.penstock.server.config;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads connectors from files and folders. Everything that is wrong in any of them is found in one
 * go; nothing is made and nothing outside is touched but the files. Thread-safe.
 */
public final class ConfigLoader {

  private static final Pattern INHERITED =
      Pattern.compile(
          "(\\$(?:\\[\\d+])?)\\.on(?:Success|Failure)\\[\\d+](\\.(?:"
              + String.join("|", ConnectorKeys.INHERITED_ADDRESSES)
              + ").*)");

  /**
   * What was loaded.
   *
   * @param files the files that were read, folders resolved
   * @param connectors in the order of their files; only to be used if there is no problem
   * @param problems everything that is wrong
   */
  public record Loaded(
      List<Path> files, List<ConnectorConfig> connectors, List<FileProblem> problems) {
    /** Copies. */
    public Loaded {
      files = List.copyOf(files);
      connectors = List.copyOf(connectors);
      problems = List.copyOf(problems);
    }
  }

  private final Plugins plugins;
  private final Function<String, @Nullable String> environment;

  /**
   * Makes a loader.
   *
   * @param environment the values of {@code ${env:NAME}}, null for a name that isn't set
   */
  public ConfigLoader(Plugins plugins, Function<String, @Nullable String> environment) {
    this.plugins = plugins;
    this.environment = environment;
  }

  /**
   * Loads the connectors of these files, and of the files ending in {@code .json} in these folders
   * (not in folders below them), but for those ending in {@code .test.json} and {@code
   * .schema.json} and those beginning with a dot. A file named twice is loaded once.
   */
  public Loaded load(List<Path> filesAndFolders) {
    List<FileProblem> problems = new ArrayList<>();
    List<ConnectorConfig> connectors = new ArrayList<>();
    Map<String, Path> fileByName = new HashMap<>();
    List<Path> files = files(filesAndFolders, problems);
    for (Path file : files) {
      loadFile(file, fileByName, connectors, problems);
    }
    return new Loaded(files, connectors, problems);
  }

  private static List<Path> files(List<Path> filesAndFolders, List<FileProblem> problems) {
    Map<Path, Path> files = new LinkedHashMap<>();
    for (Path path : filesAndFolders) {
      if (Files.isDirectory(path)) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "*.json")) {
          TreeSet<Path> sorted = new TreeSet<>();
          found.forEach(sorted::add);
          sorted.removeIf(ConfigLoader::isBesideConnectors);
          sorted.forEach(file -> files.putIfAbsent(file.toAbsolutePath().normalize(), file));
          if (sorted.isEmpty()) {
            problems.add(
                problem(path, "a folder without *.json", "a folder with connectors' files"));
          }
        } catch (IOException | DirectoryIteratorException e) {
          problems.add(problem(path, "a folder that can't be read", "a folder that can be read"));
        }
      } else {
        files.putIfAbsent(path.toAbsolutePath().normalize(), path);
      }
    }
    return List.copyOf(files.values());
  }

  /** What may lie among connectors' files without being one: tests, schema, what editors hide. */
  private static boolean isBesideConnectors(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") || name.endsWith(".test.json") || name.endsWith(".schema.json");
  }

  private void loadFile(
      Path file,
      Map<String, Path> fileByName,
      List<ConnectorConfig> connectors,
      List<FileProblem> problems) {
    Problems found = new Problems();
    Optional<JsonDocument> document = JsonDocument.read(file, found);
    Substitution substitution =
        new Substitution(environment, ConnectorConfig.directoryOf(file), found);
    document.ifPresent(
        d -> {
          Object tree = substitution.apply(d.tree(), "$");
          ConnectorReader reader =
              new ConnectorReader(plugins, ConnectorConfig.directoryOf(file), found);
          if (tree instanceof List<?> list) {
            if (list.isEmpty()) {
              found.add(
                  ProblemCode.WRONG_TYPE,
                  "$",
                  "an empty list",
                  "a connector, or a list of connectors");
            }
            for (int i = 0; i < list.size(); i++) {
              String path = "$[" + i + "]";
              Object element = list.get(i);
              checkUnique(element, path, file, fileByName, found);
              reader
                  .read(element, path)
                  .ifPresent(body -> connectors.add(new ConnectorConfig(file, element, body)));
            }
          } else {
            checkUnique(tree, "$", file, fileByName, found);
            reader
                .read(tree, "$")
                .ifPresent(body -> connectors.add(new ConnectorConfig(file, tree, body)));
          }
        });
    problems.addAll(
        JsonDocument.located(
            file, document, withoutEchoes(found.list()).stream().map(substitution::hide).toList()));
  }

  /**
   * The problems without those that only repeat another: of a value whose reference leads nowhere,
   * and of an address that a sink takes over from its source.
   */
  private static List<Problem> withoutEchoes(List<Problem> problems) {
    Set<String> unresolved = new HashSet<>();
    Set<String> ofSources = new HashSet<>();
    for (Problem problem : problems) {
      if (problem.code() == ProblemCode.UNRESOLVED_REFERENCE) {
        unresolved.add(problem.path());
      }
      ofSources.add(problem.path() + problem.code() + problem.found());
    }
    return problems.stream()
        .filter(
            problem ->
                problem.code() == ProblemCode.UNRESOLVED_REFERENCE
                    || !unresolved.contains(problem.path()))
        .filter(
            problem -> {
              Matcher ofSink = INHERITED.matcher(problem.path());
              return !ofSink.matches()
                  || !ofSources.contains(
                      ofSink.group(1)
                          + ".source"
                          + ofSink.group(2)
                          + problem.code()
                          + problem.found());
            })
        .toList();
  }

  private static void checkUnique(
      @Nullable Object tree,
      String path,
      Path file,
      Map<String, Path> fileByName,
      Problems problems) {
    if (tree instanceof Map<?, ?> raw && raw.get("name") instanceof String name) {
      Path other = fileByName.putIfAbsent(name, file);
      if (other != null) {
        problems.add(
            ProblemCode.NAME_TAKEN,
            path + ".name",
            "'" + name + "'",
            "a name that no other connector has",
            "there is one of that name in " + (other.equals(file) ? "this file" : other));
      }
    }
  }

  private static FileProblem problem(Path file, String found, String expected) {
    return new FileProblem(
        file,
        OptionalInt.empty(),
        new Problem(ProblemCode.UNREADABLE_FILE, "$", found, expected, Optional.empty()));
  }
}
