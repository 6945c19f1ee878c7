package io.penstock.engine.filter;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The pattern language as the managed services tell it: an event is a list of values, each with its
 * path and its places in arrays; a match takes one value for each field of the pattern, such that
 * no two of them have different places in the same array, and a field that must be absent has no
 * value that fits in with these. All choices are tried. With {@link Quirk quirks} it is what
 * event-ruler does instead.
 */
final class NaiveMatcher {

  /** Where event-ruler differs, on purpose or not; docs/filters.md tells why we don't follow. */
  enum Quirk {
    /** Numbers that no double is are compared as they are written, and are in no range. */
    NUMBERS,
    /** A literal that is an address equals every spelling of it; zeros may lead. */
    ADDRESSES,
    /** A text is compared with quotes around it, so that they can be matched. */
    QUOTES,
    /** Upper and lower case of a character may be several; characters beyond 16 bits are lost. */
    CASE,
    /** Fields are looked at by name, so an absent one may come before what places it in an array. */
    ABSENCE
  }

  /** A scalar of the event. Places: from an array's identity to the index in it. */
  private record Value(String path, Object scalar, Map<Integer, Integer> places) {}

  /** A field that must match one of the list, or, if absent, have no value. */
  record Wanted(String path, List<?> list, boolean absent) {}

  private static final Pattern V4 = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*");

  private final Set<Quirk> quirks;
  private final List<Value> values = new ArrayList<>();
  private int arrays;

  private NaiveMatcher(Set<Quirk> quirks) {
    this.quirks = quirks;
  }

  static boolean matches(Map<String, Object> pattern, Map<String, Object> event) {
    return matches(pattern, event, EnumSet.noneOf(Quirk.class));
  }

  static boolean matches(
      Map<String, Object> pattern, Map<String, Object> event, Set<Quirk> quirks) {
    NaiveMatcher matcher = new NaiveMatcher(quirks);
    matcher.flatten("", event, Map.of());
    return alternatives("", pattern).stream().anyMatch(matcher::matchesAll);
  }

  // ---- the pattern, multiplied out

  static List<List<Wanted>> alternatives(String prefix, Map<?, ?> pattern) {
    List<List<Wanted>> result = List.of(List.of());
    for (Map.Entry<?, ?> field : pattern.entrySet()) {
      List<List<Wanted>> options = new ArrayList<>();
      String path = prefix + field.getKey();
      if (field.getKey().equals("$or")) {
        for (Object one : (List<?>) field.getValue()) {
          options.addAll(alternatives(prefix, (Map<?, ?>) one));
        }
      } else if (field.getValue() instanceof Map<?, ?> below) {
        options.addAll(alternatives(path + ".", below));
      } else {
        List<?> list = (List<?>) field.getValue();
        List<?> present = list.stream().filter(v -> !Map.of("exists", false).equals(v)).toList();
        if (!present.isEmpty()) {
          options.add(List.of(new Wanted(path, present, false)));
        }
        if (present.size() < list.size()) {
          options.add(List.of(new Wanted(path, List.of(), true)));
        }
      }
      List<List<Wanted>> longer = new ArrayList<>();
      for (List<Wanted> head : result) {
        for (List<Wanted> tail : options) {
          List<Wanted> both = new ArrayList<>(head);
          both.addAll(tail);
          longer.add(both);
        }
      }
      result = longer;
    }
    return result;
  }

  // ---- the event, flattened

  private void flatten(String path, Object value, Map<Integer, Integer> places) {
    if (value instanceof Map<?, ?> object) {
      object.forEach(
          (key, field) -> flatten(path.isEmpty() ? "" + key : path + "." + key, field, places));
    } else if (value instanceof List<?> array) {
      int identity = arrays++;
      for (int i = 0; i < array.size(); i++) {
        Map<Integer, Integer> inside = new HashMap<>(places);
        inside.put(identity, i);
        flatten(path, array.get(i), inside);
      }
    } else {
      values.add(new Value(path, value, places));
    }
  }

  // ---- all choices

  private boolean matchesAll(List<Wanted> wanted) {
    List<Wanted> ordered = new ArrayList<>(wanted);
    ordered.sort(
        quirks.contains(Quirk.ABSENCE)
            ? Comparator.comparing(Wanted::path)
            : Comparator.comparing(Wanted::absent));
    return choose(ordered, 0, Map.of());
  }

  private boolean choose(List<Wanted> wanted, int next, Map<Integer, Integer> taken) {
    if (next == wanted.size()) {
      return true;
    }
    Wanted field = wanted.get(next);
    List<Value> fitting =
        values.stream().filter(v -> v.path.equals(field.path) && fits(v.places, taken)).toList();
    if (field.absent) {
      return fitting.isEmpty() && choose(wanted, next + 1, taken);
    }
    for (Value value : fitting) {
      if (field.list.stream().anyMatch(matcher -> accepts(matcher, value.scalar))) {
        Map<Integer, Integer> places = new HashMap<>(taken);
        places.putAll(value.places);
        if (choose(wanted, next + 1, places)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean fits(Map<Integer, Integer> places, Map<Integer, Integer> taken) {
    return places.entrySet().stream()
        .allMatch(p -> taken.getOrDefault(p.getKey(), p.getValue()).equals(p.getValue()));
  }

  // ---- one value

  private boolean accepts(Object matcher, Object scalar) {
    if (!(matcher instanceof Map<?, ?> operators)) {
      return equal(matcher, scalar);
    }
    return operators.entrySet().stream().allMatch(o -> accepts(o.getKey(), o.getValue(), scalar));
  }

  private boolean accepts(Object operator, Object argument, Object scalar) {
    if (operator.equals("exists")) {
      return true;
    }
    if (operator.equals("anything-but")) {
      return !isOneOf(argument, scalar);
    }
    if (operator.equals("numeric")) {
      return scalar instanceof Number && inRange((List<?>) argument, (Number) scalar);
    }
    if (!(scalar instanceof String text)) {
      return false;
    }
    if (operator.equals("exactly")) {
      return text.equals(argument);
    }
    if (operator.equals("cidr")) {
      return inBlock((String) argument, text);
    }
    boolean quoted = quirks.contains(Quirk.QUOTES);
    String value = quoted ? '"' + text + '"' : text;
    if (argument instanceof Map<?, ?> inner) {
      String what = (String) inner.get("equals-ignore-case");
      return operator.equals("prefix")
          ? sameIgnoringCase(quoted ? '"' + what : what, value, Part.START)
          : sameIgnoringCase(quoted ? what + '"' : what, value, Part.END);
    }
    String what = (String) argument;
    return switch ((String) operator) {
      case "prefix" -> value.startsWith(quoted ? '"' + what : what);
      case "suffix" -> value.endsWith(quoted ? what + '"' : what);
      case "contains" -> text.contains(what);
      case "equals-ignore-case" ->
          sameIgnoringCase(quoted ? '"' + what + '"' : what, value, Part.ALL);
      case "wildcard" -> matchesWildcard(quoted ? '"' + what + '"' : what, value);
      default -> throw new IllegalArgumentException((String) operator);
    };
  }

  private boolean isOneOf(Object excluded, Object scalar) {
    if (excluded instanceof List<?> list) {
      return list.stream().anyMatch(one -> isOneOf(one, scalar));
    }
    if (excluded instanceof Map<?, ?> inner) {
      Map.Entry<?, ?> only = inner.entrySet().iterator().next();
      return only.getValue() instanceof List<?> list
          ? list.stream().anyMatch(one -> accepts(only.getKey(), one, scalar))
          : accepts(only.getKey(), only.getValue(), scalar);
    }
    return excluded instanceof String ? excluded.equals(scalar) : equal(excluded, scalar);
  }

  private boolean equal(Object literal, Object scalar) {
    if (literal instanceof Number && scalar instanceof Number) {
      return quirks.contains(Quirk.NUMBERS) && !(isDouble(literal) && isDouble(scalar))
          ? literal.toString().equals(scalar.toString())
          : decimal(literal).compareTo(decimal(scalar)) == 0;
    }
    if (quirks.contains(Quirk.ADDRESSES)
        && literal instanceof String expected
        && scalar instanceof String actual
        && address(expected) != null) {
      return Arrays.equals(address(expected), address(actual));
    }
    return Objects.equals(literal, scalar);
  }

  // ---- numbers

  private boolean inRange(List<?> range, Number number) {
    if (quirks.contains(Quirk.NUMBERS) && !isDouble(number)) {
      return false;
    }
    for (int i = 0; i < range.size(); i += 2) {
      int compared = decimal(number).compareTo(decimal(range.get(i + 1)));
      boolean holds =
          switch ((String) range.get(i)) {
            case "=" -> compared == 0;
            case "<" -> compared < 0;
            case "<=" -> compared <= 0;
            case ">" -> compared > 0;
            default -> compared >= 0;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private static BigDecimal decimal(Object number) {
    return new BigDecimal(number.toString());
  }

  static boolean isDouble(Object number) {
    double value = decimal(number).doubleValue();
    return !Double.isInfinite(value) && BigDecimal.valueOf(value).compareTo(decimal(number)) == 0;
  }

  // ---- addresses

  private boolean inBlock(String block, String text) {
    String[] halves = block.split("/");
    byte[] base = address(halves[0]);
    byte[] value = address(text);
    boolean strict = !quirks.contains(Quirk.ADDRESSES);
    if (value == null || base == null || value.length != base.length) {
      return false;
    }
    if (strict && Arrays.stream(text.split("\\.")).anyMatch(p -> p.matches("0\\d+"))) {
      return false;
    }
    for (int i = 0; i < Integer.parseInt(halves[1]); i++) {
      int bit = 0x80 >> i % 8;
      if ((base[i / 8] & bit) != (value[i / 8] & bit)) {
        return false;
      }
    }
    return true;
  }

  /** An address of 4 or 16 bytes, or null. */
  private static byte[] address(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      return null; // anything else would be looked up
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  // ---- texts

  private enum Part {
    START,
    END,
    ALL
  }

  private boolean sameIgnoringCase(String what, String value, Part part) {
    if (!quirks.contains(Quirk.CASE)) {
      int length = part == Part.ALL ? value.length() : what.length();
      return switch (part) {
        case ALL -> value.equalsIgnoreCase(what);
        case START -> value.length() >= length && value.substring(0, length).equalsIgnoreCase(what);
        case END ->
            value.length() >= length
                && value.substring(value.length() - length).equalsIgnoreCase(what);
      };
    }
    StringBuilder pattern = new StringBuilder();
    for (char c : what.toCharArray()) {
      String lower = bytes(String.valueOf(c).toLowerCase(Locale.ROOT));
      String upper = bytes(String.valueOf(c).toUpperCase(Locale.ROOT));
      pattern
          .append("(?:")
          .append(Pattern.quote(lower))
          .append('|')
          .append(Pattern.quote(upper))
          .append(')');
    }
    String any = "[\\x00-\\xff]*";
    return bytes(value)
        .matches((part == Part.END ? any : "") + pattern + (part == Part.START ? any : ""));
  }

  /** UTF-8 as one character a byte. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static boolean matchesWildcard(String wildcard, String value) {
    if (wildcard.isEmpty()) {
      return value.isEmpty();
    }
    char first = wildcard.charAt(0);
    if (first == '*') {
      return matchesWildcard(wildcard.substring(1), value)
          || !value.isEmpty() && matchesWildcard(wildcard, value.substring(1));
    }
    boolean escape = first == '\\';
    char literal = escape ? wildcard.charAt(1) : first;
    return !value.isEmpty()
        && value.charAt(0) == literal
        && matchesWildcard(wildcard.substring(escape ? 2 : 1), value.substring(1));
  }
}
