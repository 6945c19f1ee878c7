package io.penstock.engine.transform;

import io.penstock.connector.DecodeException;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.transform.Template.Kind;
import io.penstock.engine.transform.Template.Part;
import io.penstock.engine.transform.Template.Piece;
import io.penstock.engine.transform.Template.Slot;
import io.penstock.engine.transform.Template.Spot;
import io.penstock.engine.transform.Template.Variable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a template and its variables and reports all that is wrong with them. For one use. */
final class TemplateReader {

  /** How long a template may be, in characters. */
  static final int MAX_LENGTH = 65_536;

  /** How many variables it may have. */
  static final int MAX_VARIABLES = 100;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Pattern SLOT = Pattern.compile("\\$\\{(" + NAME + ")}");
  private static final String DOLLAR = "$${";

  private final Problems problems;
  private final PathReader pathReader;
  private final List<String> names = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final List<EventPath> paths = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final TreeSet<String> unused = new TreeSet<>();

  TemplateReader(Problems problems, PathReader pathReader) {
    this.problems = problems;
    this.pathReader = pathReader;
  }

  /**
   * Reads the template.
   *
   * @param at where the transform stands
   * @param escape what was said; else it depends on the template
   */
  Optional<Template> read(
      @Nullable Object template, @Nullable Object values, Optional<Kind> escape, String at) {
    int before = problems.size();
    readVariables(values, at + ".value");
    String path = at + ".template";
    Kind kind = Kind.JSON;
    if (template instanceof String text) {
      kind = escape.orElse(looksLikeJson(text) ? Kind.JSON : Kind.TEXT);
      readText(text, kind, path);
    } else if (template instanceof Map || template instanceof List) {
      if (escape.equals(Optional.of(Kind.TEXT))) {
        problems.add(at + ".escape", "'none'", "'json' or nothing: the template is JSON");
      }
      readTree(template, path);
    } else {
      problems.add(
          path,
          template == null ? "nothing" : String.valueOf(template),
          "a text, an object or a list");
    }
    if (kind == Kind.JSON && problems.size() == before) {
      checkJson(path);
    }
    if (problems.size() == before) {
      for (String name : unused) {
        problems.add(
            at + ".value." + name, "a variable that the template does not use", "one that it uses");
      }
    }
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(new Template(kind, parts, variables, paths));
  }

  private static boolean looksLikeJson(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[");
  }

  private void readVariables(@Nullable Object values, String at) {
    if (!(values instanceof Map<?, ?> map)) {
      if (values != null) {
        problems.add(at, "no object", "an object of variables such as {\"name\": \"$.data.name\"}");
      }
      return;
    }
    if (map.size() > MAX_VARIABLES) {
      problems.add(at, map.size() + " variables", "at most " + MAX_VARIABLES);
      return;
    }
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          String path = at + "." + name;
          if (!NAME.matcher(name).matches()) {
            problems.add(path, "'" + name + "'", "a name of letters, digits, '_' and '-'");
          } else if (value instanceof String text && text.startsWith("$")) {
            pathReader
                .read(text, path)
                .ifPresent(p -> add(name, new Variable(paths.size(), null), p));
          } else {
            add(name, new Variable(-1, Found.of(value)), null);
          }
          unused.add(name);
          if (!names.contains(name)) { // there was a problem: it is known all the same
            add(name, new Variable(-1, null), null);
          }
        });
  }

  private void add(String name, Variable variable, @Nullable EventPath path) {
    names.add(name);
    variables.add(variable);
    if (path != null) {
      paths.add(path);
    }
  }

  /** A template that is a text. */
  private void readText(String text, Kind kind, String path) {
    if (isTooLong(text, path)) {
      return;
    }
    boolean inQuotes = false;
    StringBuilder piece = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (text.startsWith(DOLLAR, i)) {
        piece.append("${");
        i += DOLLAR.length() - 1;
      } else if (text.startsWith("${", i)) {
        Matcher slot = SLOT.matcher(text).region(i, text.length());
        Spot spot = kind == Kind.TEXT ? Spot.TEXT : inQuotes ? Spot.JSON_TEXT : Spot.JSON_VALUE;
        if (!slot.lookingAt()) {
          problems.add(
              path,
              "'${' that no variable follows",
              "${name}",
              "write $${ for the characters themselves, and one more $ in a file");
          return;
        }
        addPiece(piece);
        addSlot(slot.group(1), spot, path);
        i = slot.end() - 1;
      } else {
        if (kind == Kind.JSON && c == '\\' && i + 1 < text.length()) {
          piece.append(c);
          i++;
          c = text.charAt(i);
        } else if (c == '"') {
          inQuotes = !inQuotes;
        }
        piece.append(c);
      }
    }
    addPiece(piece);
  }

  /** A template that is JSON: a text in it that is nothing but a variable becomes its value. */
  private void readTree(@Nullable Object tree, String path) {
    if (tree instanceof Map<?, ?> object) {
      String next = "{";
      for (Map.Entry<?, ?> field : object.entrySet()) {
        addPiece(next);
        readQuoted(String.valueOf(field.getKey()), path);
        addPiece(":");
        readTree(field.getValue(), path + "." + field.getKey());
        next = ",";
      }
      addPiece(object.isEmpty() ? "{}" : "}");
    } else if (tree instanceof List<?> list) {
      String next = "[";
      for (int i = 0; i < list.size(); i++) {
        addPiece(next);
        readTree(list.get(i), path + "[" + i + "]");
        next = ",";
      }
      addPiece(list.isEmpty() ? "[]" : "]");
    } else if (tree instanceof String text) {
      Matcher slot = SLOT.matcher(text);
      if (slot.matches()) {
        addSlot(slot.group(1), Spot.JSON_VALUE, path);
      } else {
        readQuoted(text, path);
      }
    } else {
      addPiece(json(tree));
    }
  }

  private void readQuoted(String text, String path) {
    // The characters of a variable need no escape, so it is found again in the JSON.
    readText(json(text), Kind.JSON, path);
  }

  private static String json(@Nullable Object tree) {
    return new String(new JsonCodec().encode(tree), StandardCharsets.UTF_8);
  }

  private boolean isTooLong(String text, String path) {
    if (text.length() > MAX_LENGTH) {
      problems.add(path, text.length() + " characters", "at most " + MAX_LENGTH + " characters");
    }
    return text.length() > MAX_LENGTH;
  }

  private void addPiece(StringBuilder piece) {
    addPiece(piece.toString());
    piece.setLength(0);
  }

  private void addPiece(String text) {
    if (!text.isEmpty()) {
      parts.add(new Piece(text));
    }
  }

  private void addSlot(String name, Spot spot, String path) {
    int variable = names.indexOf(name);
    if (names.isEmpty()) {
      problems.add(path, "'${" + name + "}'", "a variable of \"value\", which has none");
      return;
    }
    if (variable < 0) {
      problems.addUnknown(
          path, "${" + name + "}", names.stream().map(n -> "${" + n + "}").toList());
      return;
    }
    unused.remove(name);
    parts.add(new Slot(variable, spot));
  }

  /** Whether it is JSON whatever the values are. */
  private void checkJson(String path) {
    StringBuilder sample = new StringBuilder();
    int texts = 0;
    for (Part part : parts) {
      sample.append(
          part instanceof Piece piece
              ? piece.text()
              : ((Slot) part).spot() == Spot.JSON_VALUE ? "null" : "x" + texts++);
    }
    try {
      new JsonCodec().decode(sample.toString().getBytes(StandardCharsets.UTF_8));
    } catch (DecodeException e) {
      problems.add(
          path,
          "a template that is no JSON with its variables filled in (" + e.getMessage() + ")",
          "JSON",
          "add \"escape\": \"none\" if it is a text of another kind");
    }
  }
}
