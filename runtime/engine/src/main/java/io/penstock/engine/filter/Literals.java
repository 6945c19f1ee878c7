package io.penstock.engine.filter;

import io.penstock.engine.codec.JsonScanner;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The exact values that a field may have. Types are distinct ({@code 1} is not {@code "1"}), numbers
 * are compared by value ({@code 1}, {@code 1.0} and {@code 1e0} are one). Immutable.
 */
final class Literals implements Condition {

  /** So many texts are compared one by one, without making a string of the event's. */
  private static final int FEW = 8;

  private final Set<String> texts;
  private final byte[][] fewTexts;

  /** Sorted. */
  private final BigDecimal[] numbers;

  private final boolean hasTrue;
  private final boolean hasFalse;
  private final boolean hasNull;

  /** Makes a set of null, booleans, texts and numbers. */
  Literals(Collection<? extends @Nullable Object> values) {
    Set<Object> distinct = new HashSet<>(values);
    texts =
        Set.copyOf(
            distinct.stream().filter(String.class::isInstance).map(String.class::cast).toList());
    fewTexts =
        texts.size() > FEW
            ? new byte[0][]
            : texts.stream()
                .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    numbers =
        distinct.stream()
            .filter(Number.class::isInstance)
            .map(number -> decimal((Number) number))
            .sorted()
            .toArray(BigDecimal[]::new);
    hasTrue = distinct.contains(true);
    hasFalse = distinct.contains(false);
    hasNull = distinct.contains(null);
  }

  @Override
  public boolean text(String value) {
    return texts.contains(value);
  }

  @Override
  public boolean text(JsonScanner in) {
    if (in.isTextEscaped() || texts.size() > FEW) {
      return texts.contains(in.text());
    }
    for (byte[] text : fewTexts) {
      if (in.textIs(text)) {
        return true;
      }
    }
    return false;
  }

  // compareTo sees 1 and 1.0 as equal, and stays cheap with an exponent of a billion, which
  // stripping zeros or expanding the number would not.
  @Override
  public boolean number(BigDecimal value) {
    return numbers.length > 0 && Arrays.binarySearch(numbers, value) >= 0;
  }

  @Override
  public boolean constant(@Nullable Boolean value) {
    return value == null ? hasNull : value ? hasTrue : hasFalse;
  }

  static BigDecimal decimal(Number number) {
    return number instanceof BigDecimal decimal
        ? decimal
        : number instanceof Long whole
            ? BigDecimal.valueOf(whole)
            : new BigDecimal(number.toString());
  }
}
