package io.penstock.engine.filter;

import io.penstock.connector.Codec;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.TextCodec;
import io.penstock.engine.filter.Alternatives.Term;
import io.penstock.functions.Event;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A filter written as an event pattern, in the language of EventBridge: AWS's and Alibaba's united.
 *
 * <pre>{@code
 * { "type": [{ "prefix": "order." }], "region": ["eu"],
 *   "data": { "total": { "currency": ["EUR"], "value": [{ "numeric": [">", 0] }] } } }
 * }</pre>
 *
 * <ul>
 *   <li>At the top stand the attributes {@code id}, {@code source}, {@code type}, {@code subject},
 *       {@code time} and {@code datacontenttype}, the extensions under their own names, and {@code
 *       data}. Fields of the event that the pattern does not list are ignored.
 *   <li>All fields must match; a field matches if its value is any of the array. Case matters.
 *       Types are distinct, {@code 1} and {@code 1.0} are the same number, {@code null} is not the
 *       same as absent. An attribute is a text; {@code time} is one in UTC, such as {@code
 *       2026-01-31T12:00:00Z}.
 *   <li>In {@code data}, an event's array matches if any element does, arrays in arrays flattened;
 *       fields below an array must match in the same element of it. {@code "a.b": [1]} and {@code
 *       "a": {"b": [1]}} are the same, in the pattern and in the payload.
 *   <li>If {@code data} itself is an array of values, the whole payload is the value: so a text
 *       payload is matched.
 *   <li>{@code $or} takes two or more objects, one of which must match, at any level.
 * </ul>
 *
 * <p>The payload is read only if the pattern has {@code data} and the attributes match, and then to
 * its end: a malformed one is never taken for one that does not match. Nothing but the few values
 * that an operator looks at becomes an object on the way.
 */
public final class EventPattern implements EventFilter {

  /** The words that make a condition, such as {@code prefix}, for editors. */
  public static final List<String> OPERATORS = ValuesReader.OPERATORS;

  private final Rule rule;

  /** Of each alternative, what is not about the payload. */
  private final AttributeCheck[][] attributes;

  /** The alternatives that look into the payload, one bit each. */
  private final long withData;

  private final DataPattern data;

  private EventPattern(Rule rule, List<List<Term>> alternatives) {
    this.rule = rule;
    this.attributes = new AttributeCheck[alternatives.size()][];
    long reading = 0;
    for (int i = 0; i < attributes.length; i++) {
      List<Term> terms = alternatives.get(i);
      attributes[i] =
          terms.stream()
              .filter(term -> !term.field().isData())
              .map(AttributeCheck::of)
              .toArray(AttributeCheck[]::new);
      reading |= attributes[i].length < terms.size() ? 1L << i : 0;
    }
    this.withData = reading;
    this.data = DataPattern.of(alternatives);
  }

  /**
   * Compiles a pattern.
   *
   * @param tree the pattern as a tree (see {@link Codec})
   * @param path where it stands in the configuration, for example {@code $.filter}
   * @param format of the payloads it will see
   * @param problems gets everything that is wrong with it
   * @return the filter; empty if a problem was added
   */
  public static Optional<EventPattern> compile(
      @Nullable Object tree, String path, Codec format, Problems problems) {
    int before = problems.size();
    Rule rule = new PatternReader(problems).read(tree, path);
    if (problems.size() > before) {
      return Optional.empty();
    }
    Optional<EventPattern> pattern =
        Alternatives.of(rule, path, problems).map(a -> new EventPattern(rule, a));
    pattern.ifPresent(p -> p.checkFormat(path, format, problems));
    return problems.size() > before ? Optional.empty() : pattern;
  }

  private void checkFormat(String path, Codec format, Problems problems) {
    boolean bytes = format instanceof BytesCodec && withData != 0;
    if (bytes || format instanceof TextCodec && data.readsFields()) {
      problems.add(
          path + ".data",
          "a filter that looks into payloads of format '" + format.format() + "'",
          bytes ? "attributes and extensions only" : "values of the payload as a whole",
          "set the source's \"format\" to \"json\" if that is what the payloads are");
    }
  }

  @Override
  public boolean passes(Event event, Codec format) {
    long open = 0;
    for (int i = 0; i < attributes.length; i++) {
      if (attributesPass(attributes[i], event)) {
        long alternative = 1L << i;
        if ((withData & alternative) == 0) {
          return true;
        }
        open |= alternative;
      }
    }
    return open != 0 && data.matches(event.data(), format, open);
  }

  private static boolean attributesPass(AttributeCheck[] tests, Event event) {
    for (AttributeCheck test : tests) {
      if (!test.passes(event)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Says field by field how an event compares. Decodes the payload as a whole: not for many events.
   *
   * @param format reads the payload
   */
  public Explanation explain(Event event, Codec format) {
    return new Explainer(event, format).explain(rule, this);
  }
}
