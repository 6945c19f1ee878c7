package io.penstock.source.generate;

import io.penstock.connector.config.Problems;
import io.penstock.source.generate.Template.Part;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/**
 * What stands between {@code {{} and {@code }}}.
 *
 * @param number whether it stands for a number
 * @param part appends its value, escaped for a JSON text
 * @param plain appends its value as it is
 */
record Placeholder(boolean number, Part part, Part plain) {

  private static final List<String> NAMES =
      List.of("index", "lane", "position", "id", "key", "uuid", "now", "random", "pick");
  private static final Placeholder NOTHING = text((out, values) -> {});

  private static Placeholder number(Part part) {
    return new Placeholder(true, part, part);
  }

  private static Placeholder text(Part part) {
    return new Placeholder(false, part, part);
  }

  /**
   * Reads the inside of a placeholder, for example {@code random 1 100}.
   *
   * @param problems gets what is wrong; what is returned is of no use then
   */
  static Placeholder parse(String inner, String path, Problems problems) {
    String[] words = inner.split("\\s+");
    List<String> arguments = Arrays.asList(words).subList(1, words.length);
    String name = words[0];
    if (!NAMES.contains(name)) {
      problems.addUnknown(path, name, NAMES);
      return NOTHING;
    }
    if (name.equals("random")) {
      return random(inner, arguments, path, problems);
    }
    if (name.equals("pick")) {
      return pick(inner, arguments, path, problems);
    }
    if (!arguments.isEmpty()) {
      problems.add(path, "'{{" + inner + "}}'", "'{{" + name + "}}' without anything behind it");
      return NOTHING;
    }
    return switch (name) {
      case "index" -> number((out, values) -> out.append(values.index()));
      case "lane" -> number((out, values) -> out.append(values.lane()));
      case "position" -> number((out, values) -> out.append(values.position()));
      case "id" -> text((out, values) -> out.append(values.id()));
      case "key" -> text((out, values) -> out.append(values.key()));
      case "uuid" -> text((out, values) -> out.append(values.uuid()));
      default -> text((out, values) -> out.append(values.nowText()));
    };
  }

  private static Placeholder random(
      String inner, List<String> arguments, String path, Problems problems) {
    try {
      if (arguments.size() == 2) {
        BigDecimal min = new BigDecimal(arguments.get(0));
        BigDecimal max = new BigDecimal(arguments.get(1));
        int scale = Math.max(0, Math.max(min.scale(), max.scale()));
        BigInteger from = min.setScale(scale).unscaledValue();
        BigInteger span = max.setScale(scale).unscaledValue().subtract(from).add(BigInteger.ONE);
        if (span.signum() > 0) {
          return random(from.longValueExact(), span.longValueExact(), scale);
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Said below, together with what is right.
    }
    problems.add(
        path,
        "'{{" + inner + "}}'",
        "'{{random MIN MAX}}' with two numbers, the smaller first, for example {{random 1 100}}");
    return NOTHING;
  }

  private static Placeholder random(long from, long span, int scale) {
    if (scale == 0) {
      return number((out, values) -> out.append(from + values.chance().below(span)));
    }
    return number(
        (out, values) ->
            out.append(
                BigDecimal.valueOf(from + values.chance().below(span), scale).toPlainString()));
  }

  private static Placeholder pick(
      String inner, List<String> arguments, String path, Problems problems) {
    if (arguments.isEmpty()) {
      problems.add(path, "'{{" + inner + "}}'", "words to pick from, for example {{pick A B C}}");
      return NOTHING;
    }
    List<String> words = List.copyOf(arguments);
    List<String> escaped = words.stream().map(Template::escaped).toList();
    return new Placeholder(
        false,
        (out, values) -> out.append(escaped.get((int) values.chance().below(escaped.size()))),
        (out, values) -> out.append(words.get((int) values.chance().below(words.size()))));
  }
}
