package io.penstock.engine.filter;

import io.penstock.connector.config.Problems;
import io.penstock.engine.filter.Rule.All;
import io.penstock.engine.filter.Rule.Any;
import io.penstock.engine.filter.Rule.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pattern multiplied out: lists of terms, one of which must hold in full. This is where a pattern
 * can explode, so the size is known before it is done.
 */
final class Alternatives {

  /** How many there may be. */
  static final int MAX = 64;

  /** How many fields one of them may have: a set of them is a long. */
  static final int MAX_FIELDS = 64;

  /** How many fields all of them may have together; each 64 are one more reading of the payload. */
  static final int MAX_FIELDS_IN_ALL = 512;

  /** What must be of a field in one alternative. */
  enum Part {
    /** A value that meets the condition. */
    VALUE,
    /** No value. */
    ABSENCE,
    /** One or the other; for attributes, where both are seen at once. */
    EITHER
  }

  /** A field in one alternative. */
  record Term(Field field, Part part) {}

  private Alternatives() {}

  /** Multiplies out; empty if a problem was added. */
  static Optional<List<List<Term>>> of(Rule rule, String path, Problems problems) {
    long count = count(rule);
    if (count > MAX) {
      problems.add(
          path,
          (count == Long.MAX_VALUE ? "very many" : count)
              + " alternatives when $or is multiplied out",
          "at most " + MAX,
          "values of one field belong into one list, and a list with {\"exists\": false} and other"
              + " values counts twice; or use several connectors");
      return Optional.empty();
    }
    int before = problems.size();
    List<List<Term>> all = expand(rule);
    int fields = 0;
    Set<String> reported = new HashSet<>();
    for (List<Term> one : all) {
      fields += one.size();
      checkSize(one, path, problems, reported);
      checkUnique(one, problems, reported);
    }
    if (fields > MAX_FIELDS_IN_ALL && problems.size() == before) {
      problems.add(
          path,
          fields + " fields when $or is multiplied out",
          "at most " + MAX_FIELDS_IN_ALL,
          "a field beside $or counts once for each alternative; move $or further in, or use several"
              + " connectors");
    }
    return problems.size() > before ? Optional.empty() : Optional.of(all);
  }

  private static long count(Rule rule) {
    if (rule instanceof Field field) {
      return parts(field).size();
    }
    if (rule instanceof All all) {
      long product = 1;
      for (Rule one : all.rules()) {
        long count = count(one);
        product = product > Long.MAX_VALUE / count ? Long.MAX_VALUE : product * count;
      }
      return product;
    }
    long sum = 0;
    for (Rule one : ((Any) rule).rules()) {
      long count = count(one);
      sum = sum > Long.MAX_VALUE - count ? Long.MAX_VALUE : sum + count;
    }
    return sum;
  }

  private static List<Part> parts(Field field) {
    if (!field.values().absenceMatches()) {
      return List.of(Part.VALUE);
    }
    if (field.values().condition() == null) {
      return List.of(Part.ABSENCE);
    }
    return field.isData() ? List.of(Part.VALUE, Part.ABSENCE) : List.of(Part.EITHER);
  }

  private static List<List<Term>> expand(Rule rule) {
    List<List<Term>> result = new ArrayList<>();
    if (rule instanceof Field field) {
      for (Part part : parts(field)) {
        result.add(List.of(new Term(field, part)));
      }
    } else if (rule instanceof Any any) {
      for (Rule one : any.rules()) {
        result.addAll(expand(one));
      }
    } else {
      result.add(List.of());
      for (Rule one : ((All) rule).rules()) {
        List<List<Term>> longer = new ArrayList<>();
        for (List<Term> tail : expand(one)) {
          for (List<Term> head : result) {
            List<Term> both = new ArrayList<>(head);
            both.addAll(tail);
            longer.add(both);
          }
        }
        result = longer;
      }
    }
    return result;
  }

  private static void checkSize(
      List<Term> terms, String path, Problems problems, Set<String> reported) {
    long data = terms.stream().filter(term -> term.field().isData()).count();
    if (data > MAX_FIELDS && reported.add(path)) {
      problems.add(path + ".data", data + " fields", "at most " + MAX_FIELDS + " fields");
    }
  }

  /** A field is asked for once: what it means twice below an array would be anybody's guess. */
  private static void checkUnique(List<Term> terms, Problems problems, Set<String> reported) {
    Set<List<String>> leaves = new HashSet<>();
    Set<List<String>> branches = new HashSet<>();
    for (Term term : terms) {
      List<String> path = term.field().path();
      boolean again = leaves.contains(path) || branches.contains(path);
      for (int i = 1; i < path.size(); i++) {
        again |= leaves.contains(path.subList(0, i));
        branches.add(path.subList(0, i));
      }
      leaves.add(path);
      if (again && reported.add(term.field().at())) {
        problems.add(
            term.field().at(),
            "a field that the pattern has already",
            "each field once, with values or with fields below it",
            "\"a.b\": [...] and \"a\": {\"b\": [...]} are the same field, and one inside $or is the"
                + " same as one beside it");
      }
    }
  }
}
