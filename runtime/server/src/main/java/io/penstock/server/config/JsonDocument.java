package io.penstock.server.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JSON text as a plain tree that remembers on which line each value stood. Immutable. */
public final class JsonDocument {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private static final long MAX_FILE_BYTES = 16 << 20;

  /** As {@link #at} writes it. */
  private static final Pattern PLACE = Pattern.compile(" at line (\\d{1,9}), column \\d+$");

  private final @Nullable Object tree;
  private final Map<String, Integer> lines;

  private JsonDocument(@Nullable Object tree, Map<String, Integer> lines) {
    this.tree = tree;
    this.lines = lines;
  }

  /** Reads a file; as {@link #parse}, and a file that can't be read is a problem too. */
  public static Optional<JsonDocument> read(Path file, Problems problems) {
    try {
      if (Files.notExists(file)) {
        unreadable("nothing there", "a file or folder", problems);
      } else if (!Files.isRegularFile(file)) {
        unreadable("something that is no ordinary file", "a file", problems);
      } else if (Files.size(file) > MAX_FILE_BYTES) {
        unreadable("more than 16 MiB", "a file of 16 MiB at most", problems);
      } else {
        return parse(Files.readAllBytes(file), problems);
      }
    } catch (IOException e) {
      unreadable("a file that can't be read", "a file that can be read", problems);
    }
    return Optional.empty();
  }

  private static void unreadable(String found, String expected, Problems problems) {
    problems.add(ProblemCode.UNREADABLE_FILE, "$", found, expected);
  }

  /** The problems with the lines they are on. */
  public static List<FileProblem> located(
      Path file, Optional<JsonDocument> document, List<Problem> problems) {
    return problems.stream()
        .map(
            problem ->
                new FileProblem(
                    file,
                    document.map(d -> d.line(problem.path())).orElseGet(() -> syntaxLine(problem)),
                    problem))
        .sorted(Comparator.comparingInt(problem -> problem.line().orElse(Integer.MAX_VALUE)))
        .toList();
  }

  /** Where a text stops being JSON: there is no document then to ask. */
  private static OptionalInt syntaxLine(Problem problem) {
    Matcher place = PLACE.matcher(problem.found());
    return problem.code() == ProblemCode.NOT_JSON && place.find()
        ? OptionalInt.of(Integer.parseInt(place.group(1)))
        : OptionalInt.empty();
  }

  /**
   * Reads a text. Two keys of one name in an object are a problem, and so is anything that isn't
   * JSON; after the latter there is no document.
   */
  public static Optional<JsonDocument> parse(byte[] json, Problems problems) {
    try (JsonParser parser = JSON.createParser(json)) {
      Reader reader = new Reader(parser, problems);
      if (parser.nextToken() == null) {
        problems.add(ProblemCode.NOT_JSON, "$", "an empty file", "JSON");
        return Optional.empty();
      }
      Object tree = reader.value("$");
      if (parser.nextToken() != null) {
        throw new JsonProcessingExceptionAt("more text after the end", parser.currentLocation());
      }
      return Optional.of(new JsonDocument(tree, reader.lines));
    } catch (JsonProcessingException e) {
      problems.add(ProblemCode.NOT_JSON, "$", readable(e) + at(e.getLocation()), "JSON");
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** What the parser says, without its own settings and classes. */
  private static String readable(JsonProcessingException e) {
    return e.getOriginalMessage()
        .replaceAll("\\[Source: [^;\\]]*; line: (\\d+), column: (\\d+)]", "line $1, column $2")
        .replaceAll(" \\(not recognized as one since Feature [^)]*\\)", "")
        .replaceAll(": enable `[^`]*` to allow", "");
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** The value at {@code $}; null stands for JSON's null. */
  public @Nullable Object tree() {
    return tree;
  }

  /** The line of a path, or else of the nearest value around it. */
  public OptionalInt line(String path) {
    for (String p = path; !p.isEmpty(); p = parent(p)) {
      Integer line = lines.get(p);
      if (line != null) {
        return OptionalInt.of(line);
      }
    }
    return OptionalInt.empty();
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }

  private static final class Reader {

    private final JsonParser parser;
    private final Problems problems;
    private final Map<String, Integer> lines = new HashMap<>();

    Reader(JsonParser parser, Problems problems) {
      this.parser = parser;
      this.problems = problems;
    }

    @Nullable Object value(String path) throws IOException {
      lines.put(path, parser.currentTokenLocation().getLineNr());
      return switch (parser.currentToken()) {
        case START_OBJECT -> object(path);
        case START_ARRAY -> array(path);
        case VALUE_STRING -> parser.getText();
        case VALUE_NUMBER_INT ->
            parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? parser.getBigIntegerValue()
                : (Object) parser.getLongValue();
        case VALUE_NUMBER_FLOAT -> decimal();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        default -> null;
      };
    }

    private BigDecimal decimal() throws IOException {
      try {
        return parser.getDecimalValue();
      } catch (NumberFormatException e) { // the parser lets such an exponent pass
        throw new JsonProcessingExceptionAt(
            "a number that is too large", parser.currentTokenLocation());
      }
    }

    private Map<String, @Nullable Object> object(String path) throws IOException {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        String memberPath = path + "." + name;
        int line = parser.currentTokenLocation().getLineNr();
        Integer before = object.containsKey(name) ? lines.get(memberPath) : null;
        parser.nextToken();
        Object value = value(memberPath);
        lines.put(memberPath, line);
        if (before != null) {
          problems.add(
              ProblemCode.DUPLICATE_KEY,
              memberPath,
              "'" + name + "' again, after line " + before,
              "each key once",
              "remove one of the two");
        }
        object.put(name, value);
      }
      return object;
    }

    private List<@Nullable Object> array(String path) throws IOException {
      List<@Nullable Object> array = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(path + "[" + array.size() + "]"));
      }
      return array;
    }
  }

  /** A syntax error that the parser itself doesn't see. */
  private static final class JsonProcessingExceptionAt extends JsonProcessingException {
    private static final long serialVersionUID = 1L;

    JsonProcessingExceptionAt(String message, JsonLocation location) {
      super(message, location);
    }
  }
}
