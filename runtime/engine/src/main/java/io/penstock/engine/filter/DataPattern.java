package io.penstock.engine.filter;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.JsonScanner;
import io.penstock.engine.codec.TextCodec;
import io.penstock.engine.filter.Alternatives.Part;
import io.penstock.engine.filter.Alternatives.Term;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pattern asks of the payload. Immutable.
 *
 * <p>Each term of each alternative is a bit; a reading of the payload answers with the bits of the
 * values that were found. As many alternatives as fit into 64 bits share a reading.
 */
final class DataPattern {

  /** Alternatives that share a reading. */
  private record Reading(FieldNode root, long[] wanted, long[] unwanted, int[] numbers) {

    /** Whether one of its alternatives holds, among those that are still open. */
    boolean holds(long found, long open) {
      for (int i = 0; i < wanted.length; i++) {
        if ((open & 1L << numbers[i]) != 0
            && (found & wanted[i]) == wanted[i]
            && (found & unwanted[i]) == 0) {
          return true;
        }
      }
      return false;
    }

    boolean isOpen(long open) {
      for (int number : numbers) {
        if ((open & 1L << number) != 0) {
          return true;
        }
      }
      return false;
    }
  }

  private final Reading[] readings;

  private DataPattern(Reading[] readings) {
    this.readings = readings;
  }

  /**
   * Makes the pattern of those alternatives that look into the payload; each keeps its number. The
   * terms that are about attributes are left out.
   */
  static DataPattern of(List<List<Term>> alternatives) {
    List<Reading> readings = new ArrayList<>();
    int next = 0;
    while (next < alternatives.size()) {
      FieldNode.Builder root = new FieldNode.Builder();
      List<Long> wanted = new ArrayList<>();
      List<Long> unwanted = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      int bits = 0;
      for (; next < alternatives.size(); next++) {
        List<Term> terms =
            alternatives.get(next).stream().filter(term -> term.field().isData()).toList();
        if (bits + terms.size() > Long.SIZE) {
          break;
        }
        if (!terms.isEmpty()) {
          long values = 0;
          long absences = 0;
          for (Term term : terms) {
            long bit = 1L << bits++;
            root.add(term, bit);
            if (term.part() == Part.ABSENCE) {
              absences |= bit;
            } else {
              values |= bit;
            }
          }
          wanted.add(values);
          unwanted.add(absences);
          numbers.add(next);
        }
      }
      if (!numbers.isEmpty()) {
        long[] w = wanted.stream().mapToLong(Long::longValue).toArray();
        long[] u = unwanted.stream().mapToLong(Long::longValue).toArray();
        readings.add(
            new Reading(
                root.build(w, u), w, u, numbers.stream().mapToInt(Integer::intValue).toArray()));
      }
    }
    return new DataPattern(readings.toArray(Reading[]::new));
  }

  /**
   * Whether the payload has what one of the alternatives asks for.
   *
   * @param open the alternatives that are still to be looked at, one bit each
   */
  boolean matches(byte[] payload, Codec format, long open) {
    boolean json = format instanceof JsonCodec;
    Object tree = json ? null : tree(payload, format);
    for (Reading reading : readings) {
      if (reading.isOpen(open)
          && reading.holds(json ? found(payload, reading.root) : reading.root.match(tree), open)) {
        return true;
      }
    }
    return false;
  }

  private static long found(byte[] payload, FieldNode root) {
    JsonScanner in = new JsonScanner(payload);
    long found = root.match(in);
    in.end();
    return found;
  }

  private @Nullable Object tree(byte[] payload, Codec format) {
    // It would never match: that is a mistake to show, not an event to drop.
    if (format instanceof BytesCodec || format instanceof TextCodec && readsFields()) {
      throw new DecodeException(
          "payload of %d bytes: the filter looks into it, which format '%s' does not allow; "
                  .formatted(payload.length, format.format())
              + "set the connector's \"format\" to what the payload is");
    }
    return format.decode(payload);
  }

  /** Whether it asks for fields of the payload, not just for the payload as a whole. */
  boolean readsFields() {
    for (Reading reading : readings) {
      if (reading.root.hasFields()) {
        return true;
      }
    }
    return false;
  }
}
