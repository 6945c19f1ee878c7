package io.penstock.engine.filter;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The exact values that a field may have. Types are distinct ({@code 1} is not {@code "1"}), numbers
 * are compared by value ({@code 1}, {@code 1.0} and {@code 1e0} are one). Immutable.
 */
final class Literals {

  private final Set<String> texts;

  /** Sorted. All numbers, and those of them that are a long: what most events hold. */
  private final BigDecimal[] numbers;

  private final long[] longs;

  private final boolean hasTrue;
  private final boolean hasFalse;
  private final boolean hasNull;

  /** Makes a set of null, booleans, texts and numbers. */
  Literals(Collection<? extends @Nullable Object> values) {
    Set<Object> distinct = new HashSet<>(values);
    texts =
        Set.copyOf(
            distinct.stream().filter(String.class::isInstance).map(String.class::cast).toList());
    numbers =
        distinct.stream()
            .filter(Number.class::isInstance)
            .map(number -> number(number))
            .sorted()
            .toArray(BigDecimal[]::new);
    longs =
        Arrays.stream(numbers).filter(Literals::isLong).mapToLong(BigDecimal::longValue).toArray();
    hasTrue = distinct.contains(true);
    hasFalse = distinct.contains(false);
    hasNull = distinct.contains(null);
  }

  /** Whether the scalar that the parser stands on is one of these. */
  boolean contain(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> !texts.isEmpty() && texts.contains(parser.getText());
      case VALUE_NUMBER_INT ->
          numbers.length > 0
              && (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                  ? contain(parser.getDecimalValue())
                  : Arrays.binarySearch(longs, parser.getLongValue()) >= 0);
      case VALUE_NUMBER_FLOAT -> numbers.length > 0 && contain(parser.getDecimalValue());
      case VALUE_TRUE -> hasTrue;
      case VALUE_FALSE -> hasFalse;
      case VALUE_NULL -> hasNull;
      default -> false;
    };
  }

  /** Whether a scalar of a tree is one of these. */
  boolean contain(@Nullable Object scalar) {
    if (scalar instanceof String text) {
      return texts.contains(text);
    }
    if (scalar instanceof Number) {
      return numbers.length > 0 && contain(number(scalar));
    }
    return scalar == null ? hasNull : scalar instanceof Boolean flag && (flag ? hasTrue : hasFalse);
  }

  // compareTo sees 1 and 1.0 as equal, and stays cheap with an exponent of a billion, which
  // stripping zeros or expanding the number would not.
  private boolean contain(BigDecimal number) {
    return Arrays.binarySearch(numbers, number) >= 0;
  }

  private static BigDecimal number(Object number) {
    return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
  }

  private static boolean isLong(BigDecimal number) {
    BigDecimal min = BigDecimal.valueOf(Long.MIN_VALUE);
    BigDecimal max = BigDecimal.valueOf(Long.MAX_VALUE);
    return number.compareTo(min) >= 0
        && number.compareTo(max) <= 0
        && number.compareTo(BigDecimal.valueOf(number.longValue())) == 0;
  }
}
