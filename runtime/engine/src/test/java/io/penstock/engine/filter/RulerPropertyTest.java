package io.penstock.engine.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.engine.Seeds;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.fake.DecodedJson;
import io.penstock.engine.filter.NaiveMatcher.Quirk;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.event.ruler.Machine;

/**
 * Random patterns and events against event-ruler, which AWS EventBridge matches with, and against a
 * naive matcher that states what the language means. Ours must always be what the naive one says,
 * and event-ruler what the naive one says with its quirks: a difference that no quirk explains
 * fails.
 *
 * <p>A million pairs: {@code -Dtest=RulerPropertyTest -Dpenstock.filter.pairs=1000000}.
 */
@DisplayName("Patterns beside event-ruler")
class RulerPropertyTest {

  private static final int EVENTS_A_PATTERN = 5;

  /** One pattern in a hundred thousand comes to so many machines that they fill the memory. */
  private static final int MOST_MACHINES = 2_000;

  private static final int PAIRS = Integer.getInteger("penstock.filter.pairs", 20_000);

  private final JsonCodec json = new JsonCodec();
  private final Map<Quirk, Integer> differences = new EnumMap<>(Quirk.class);
  private int refused;
  private int refusedByRuler;
  private int beyondRuler;
  private int pairs;
  private int passed;

  @Test
  void differOnlyWhereWeMeanTo() {
    Seeds.each(PAIRS / EVENTS_A_PATTERN, this::onePattern);
    System.out.printf(
        "RulerPropertyTest: %,d pairs, %,d of them match; %,d beside event-ruler; differences %s;"
            + " patterns refused by us %,d, by event-ruler alone %,d%n",
        pairs, passed, pairs - beyondRuler, differences, refused, refusedByRuler);
    if (Long.getLong("penstock.seed") == null) {
      assertThat(passed).isBetween(pairs / 4, pairs / 4 * 3);
      assertThat(refused).isLessThan(pairs / EVENTS_A_PATTERN / 3);
      assertThat(pairs - beyondRuler).isGreaterThan(pairs / 10 * 8);
      assertThat(differences.keySet()).isEqualTo(EnumSet.allOf(Quirk.class));
    }
  }

  private void onePattern(SplittableRandom random) {
    RandomPatterns patterns = new RandomPatterns(random);
    Map<String, Object> first = patterns.event();
    Map<String, Object> pattern = Map.of();
    Optional<EventPattern> filter = Optional.empty();
    for (; filter.isEmpty(); refused++) { // with a field twice, mostly
      pattern = patterns.pattern(first);
      byte[] spelled = RandomPatterns.json(pattern).getBytes(UTF_8);
      filter = EventPattern.compile(json.decode(spelled), "$", json, new Problems());
    }
    refused--;
    String spelled = RandomPatterns.json(pattern);
    Optional<List<Machine>> ruler = ruler(pattern);
    for (int i = 0; i < EVENTS_A_PATTERN; i++) {
      onePair(
          pattern,
          spelled,
          filter.get(),
          ruler,
          i == 0 ? first : i == 1 ? patterns.event() : patterns.like(first));
    }
  }

  private void onePair(
      Map<String, Object> pattern,
      String spelled,
      EventPattern filter,
      Optional<List<Machine>> ruler,
      Map<String, Object> content) {
    Event event = event(content);
    boolean expected = NaiveMatcher.matches(pattern, content);
    String pair = spelled + " on " + RandomPatterns.json(content);
    assertThat(filter.passes(event, json)).as("%s, streamed", pair).isEqualTo(expected);
    assertThat(filter.passes(event, new DecodedJson())).as("%s, decoded", pair).isEqualTo(expected);
    Explanation explanation = filter.explain(event, json);
    assertThat(explanation.passes()).as("%s, explained", pair).isEqualTo(expected);
    pairs++;
    passed += expected ? 1 : 0;
    if (ruler.isEmpty()) {
      beyondRuler++;
      return;
    }
    boolean theirs = matches(ruler.get(), RandomPatterns.json(content));
    if (theirs != expected) {
      assertThat(NaiveMatcher.matches(pattern, content, EnumSet.allOf(Quirk.class)))
          .as("%s, event-ruler", pair)
          .isEqualTo(theirs);
      for (Quirk quirk : Quirk.values()) {
        Set<Quirk> others = EnumSet.complementOf(EnumSet.of(quirk));
        if (NaiveMatcher.matches(pattern, content, others) != theirs) {
          differences.merge(quirk, 1, Integer::sum);
        }
      }
    }
  }

  private static Event event(Map<String, Object> content) {
    EventBuilder event =
        Event.builder()
            .type((String) content.get("type"))
            .json(RandomPatterns.json(content.get("data")));
    if (content.get("subject") instanceof String subject) {
      event.subject(subject);
    }
    if (content.get("region") instanceof String region) {
      event.extension("region", region);
    }
    return event.build();
  }

  // ---- event-ruler

  private static boolean matches(List<Machine> machines, String event) {
    try {
      for (Machine machine : machines) {
        if (!machine.rulesForJSONEvent(event).isEmpty()) {
          return true;
        }
      }
      return false;
    } catch (Exception e) {
      throw new AssertionError(event, e);
    }
  }

  /**
   * The pattern as event-ruler takes it; empty if it has something that is ours alone, or too much.
   * Each alternative, and each value of a list with operators, gets a machine of its own, and one
   * of them must match: put together, event-ruler 2.1.0 gets some of them wrong ({@link
   * RulerDifferencesTest} has examples).
   */
  private Optional<List<Machine>> ruler(Map<String, Object> pattern) {
    List<Map<String, Object>> rules = rules(pattern);
    if (rules.size() > MOST_MACHINES) {
      return Optional.empty();
    }
    List<Machine> machines = new ArrayList<>();
    for (Map<String, Object> rule : rules) {
      String spelled = RandomPatterns.json(rule);
      Machine machine = new Machine();
      try {
        machine.addRule("rule", spelled);
      } catch (IOException | IllegalArgumentException e) {
        // Of what is generated it refuses only operators side by side, and numbers that no double
        // is as bounds and exclusions.
        assertThat(spelled)
            .as(e.getMessage())
            .matches(
                ".*(fix\": .*fix\":|9007199254740993|000000001|E\\+400|" + Long.MAX_VALUE + ").*");
        refusedByRuler++;
        return Optional.empty();
      }
      machines.add(machine);
    }
    return Optional.of(machines);
  }

  private static List<Map<String, Object>> rules(Map<String, Object> pattern) {
    List<Map<String, Object>> rules = new ArrayList<>();
    for (List<NaiveMatcher.Wanted> alternative : NaiveMatcher.alternatives("", pattern)) {
      List<Map<String, Object>> some = List.of(Map.of());
      for (NaiveMatcher.Wanted field : alternative) {
        List<List<?>> lists = new ArrayList<>();
        if (field.absent()) {
          lists.add(List.of(Map.of("exists", false)));
        } else if (field.list().stream().anyMatch(Map.class::isInstance)) {
          field.list().forEach(one -> lists.add(Collections.singletonList(translated(one))));
        } else {
          lists.add(field.list());
        }
        List<Map<String, Object>> longer = new ArrayList<>();
        for (Map<String, Object> head : some) {
          for (List<?> list : lists) {
            Map<String, Object> both = new LinkedHashMap<>(head);
            both.put(field.path(), list);
            longer.add(both);
          }
        }
        some = longer;
      }
      rules.addAll(some);
    }
    return rules;
  }

  /** It has no 'contains', but wildcards. */
  private static Object translated(Object value) {
    if (value instanceof Map<?, ?> operator && operator.get("contains") instanceof String text) {
      String literal = text.replace("\\", "\\\\").replace("*", "\\*");
      return Map.of("wildcard", literal.isEmpty() ? "*" : "*" + literal + "*");
    }
    return value;
  }
}
