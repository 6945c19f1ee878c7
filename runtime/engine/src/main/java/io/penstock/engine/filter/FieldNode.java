package io.penstock.engine.filter;

import io.penstock.connector.DecodeException;
import io.penstock.engine.codec.JsonScanner;
import io.penstock.engine.codec.KeyTable;
import io.penstock.engine.filter.Alternatives.Part;
import io.penstock.engine.filter.Alternatives.Term;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A field of a pattern: what its value must be, and the fields below. Immutable.
 *
 * <p>A value answers with bits: those of the terms whose value was found at or below it, and those
 * of the terms that want no value where there is one. In an object they add up. An array stands for
 * one of its elements: of what one alternative asks for below it, everything is in the same element
 * or nothing is; a field that must not be there must not be in that element, or in none of them if
 * nothing else is asked for.
 */
final class FieldNode {

  private final Condition[] conditions;

  /** The terms of each condition: one field may be part of many alternatives. */
  private final long[] conditionBits;

  /** The terms that want no value here. */
  private final long absenceBits;

  private final KeyTable<FieldNode> below;

  /** Terms at and below that need no company in an element of an array. */
  private final long free;

  /** What each of the other alternatives wants, and doesn't want, in the same element. */
  private final long[] together;

  private final long[] without;

  private FieldNode(Builder from, KeyTable<FieldNode> below, long[] wanted, long[] unwanted) {
    this.conditions = from.conditions.toArray(Condition[]::new);
    this.conditionBits = from.conditionBits.stream().mapToLong(Long::longValue).toArray();
    this.absenceBits = from.absenceBits;
    this.below = below;
    long alone = 0;
    List<Long> wantedHere = new ArrayList<>();
    List<Long> unwantedHere = new ArrayList<>();
    for (int i = 0; i < wanted.length; i++) {
      long values = wanted[i] & from.all;
      long absences = unwanted[i] & from.all;
      if (values == 0 || absences == 0 && Long.bitCount(values) == 1) {
        alone |= values | absences;
      } else {
        wantedHere.add(values);
        unwantedHere.add(absences);
      }
    }
    this.free = alone;
    this.together = wantedHere.stream().mapToLong(Long::longValue).toArray();
    this.without = unwantedHere.stream().mapToLong(Long::longValue).toArray();
  }

  boolean hasFields() {
    return !below.isEmpty();
  }

  // ---- JSON, as it is read

  /** Passes the value that the scanner stands on. */
  long match(JsonScanner in) {
    switch (in.first()) {
      case '{' -> {
        if (!below.isEmpty()) {
          return object(in);
        }
      }
      case '[' -> {
        return array(in);
      }
      case '"' -> {
        if (hasTerms()) {
          in.readText();
          return text(in);
        }
      }
      case 't' -> {
        in.skip();
        return constant(true);
      }
      case 'f' -> {
        in.skip();
        return constant(false);
      }
      case 'n' -> {
        in.skip();
        return constant(null);
      }
      default -> {
        if (hasTerms()) {
          return number(in);
        }
      }
    }
    in.skip();
    return 0;
  }

  private boolean hasTerms() {
    return conditions.length > 0 || absenceBits != 0;
  }

  private long text(JsonScanner in) {
    long found = absenceBits;
    for (int i = 0; i < conditions.length; i++) {
      if (conditions[i].text(in)) {
        found |= conditionBits[i];
      }
    }
    return found;
  }

  private long number(JsonScanner in) {
    var number = in.readNumber();
    long found = absenceBits;
    for (int i = 0; i < conditions.length; i++) {
      if (conditions[i].number(number)) {
        found |= conditionBits[i];
      }
    }
    return found;
  }

  private long constant(@Nullable Boolean value) {
    long found = absenceBits;
    for (int i = 0; i < conditions.length; i++) {
      if (conditions[i].constant(value)) {
        found |= conditionBits[i];
      }
    }
    return found;
  }

  private long object(JsonScanner in) {
    long found = 0;
    if (in.openObject()) {
      long seen = 0;
      BitSet seenMore = below.size() > Long.SIZE ? new BitSet() : null;
      do {
        in.readKey();
        int key = below.find(in);
        if (key < 0) {
          in.skip();
          continue;
        }
        boolean again;
        if (seenMore == null) {
          again = (seen & 1L << key) != 0;
          seen |= 1L << key;
        } else {
          again = seenMore.get(key);
          seenMore.set(key);
        }
        if (again) {
          throw new DecodeException(
              "payload: the key '" + below.key(key) + "' is given twice, byte " + in.position());
        }
        found |= below.value(key).match(in);
      } while (in.nextInObject());
    }
    return found;
  }

  private long array(JsonScanner in) {
    long found = 0;
    if (in.openArray()) {
      do {
        found |= inElement(match(in));
      } while (in.nextInArray());
    }
    return found;
  }

  /** What is left of an element's bits: not a part of what an alternative wants. */
  private long inElement(long found) {
    long left = found & free;
    for (int i = 0; i < together.length; i++) {
      if ((found & together[i]) == together[i] && (found & without[i]) == 0) {
        left |= together[i];
      }
    }
    return left;
  }

  // ---- trees, as other formats make them

  long match(@Nullable Object tree) {
    long found = 0;
    if (tree instanceof Map<?, ?> object) {
      for (Map.Entry<?, ?> field : object.entrySet()) {
        int key = below.find(String.valueOf(field.getKey()));
        found |= key < 0 ? 0 : below.value(key).match(field.getValue());
      }
      return found;
    }
    if (tree instanceof List<?> array) {
      for (Object element : array) {
        found |= inElement(match(element));
      }
      return found;
    }
    found = absenceBits;
    for (int i = 0; i < conditions.length; i++) {
      if (conditions[i].scalar(tree)) {
        found |= conditionBits[i];
      }
    }
    return found;
  }

  /** A field while the terms are put in. */
  static final class Builder {

    private final Map<String, Builder> children = new LinkedHashMap<>();
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Long> conditionBits = new ArrayList<>();
    private long absenceBits;

    /** Of all terms at and below. */
    private long all;

    /** Puts in a term below {@code data}. */
    void add(Term term, long bit) {
      Builder at = this;
      at.all |= bit;
      List<String> path = term.field().path();
      for (String name : path.subList(1, path.size())) {
        at = at.children.computeIfAbsent(name, n -> new Builder());
        at.all |= bit;
      }
      if (term.part() == Part.ABSENCE) {
        at.absenceBits |= bit;
        return;
      }
      Condition condition = Objects.requireNonNull(term.field().values().condition());
      int known = at.conditions.indexOf(condition);
      if (known < 0) {
        at.conditions.add(condition);
        at.conditionBits.add(bit);
      } else {
        at.conditionBits.set(known, at.conditionBits.get(known) | bit);
      }
    }

    FieldNode build(long[] wanted, long[] unwanted) {
      Map<String, FieldNode> nodes = new LinkedHashMap<>();
      children.forEach(
          (name, child) -> {
            FieldNode node = child.build(wanted, unwanted);
            nodes.put(name, node);
            node.below.forEach((path, deeper) -> nodes.put(name + "." + path, deeper));
          });
      return new FieldNode(this, new KeyTable<>(nodes), wanted, unwanted);
    }
  }
}
