package io.penstock.server.cases;

import static java.util.stream.Collectors.joining;

import io.penstock.connector.Codec;
import io.penstock.connector.config.Durations;
import io.penstock.server.cases.JsonTrees.Difference;
import io.penstock.server.cases.Observed.Delivered;
import io.penstock.server.cases.Observed.Fate;
import io.penstock.server.cases.Observed.Settled;
import io.penstock.server.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What must come of a case.
 *
 * @param settled how events end, by id; those that are not named must be delivered or filtered
 * @param sinks what sinks get, by name; those that are not named may get anything
 * @param calls how often the function is called, if that counts
 * @param within how much time may pass, if that counts
 */
record Expectation(
    Map<String, ExpectedFate> settled,
    Map<String, List<ExpectedEvent>> sinks,
    Optional<Long> calls,
    Optional<Duration> within) {

  /** How an event ends: for all that is given. */
  record ExpectedFate(Settled as, Optional<String> code, Optional<Long> calls) {}

  /**
   * Everything that came otherwise, a line or several each; empty if all is as expected.
   *
   * @param whyFiltered why the event of an id doesn't pass the filter, a line each
   */
  List<String> differences(
      Observed observed, Codec format, Function<String, List<String>> whyFiltered) {
    List<String> differences = new ArrayList<>();
    observed.events().forEach((id, fate) -> compare(id, fate, whyFiltered, differences));
    sinks.forEach(
        (name, expected) ->
            compare(
                name,
                expected,
                observed.sinks().getOrDefault(name, List.of()),
                format,
                differences));
    calls
        .filter(wanted -> wanted != observed.calls())
        .ifPresent(
            wanted ->
                differences.add(
                    "the function was called %d times, expected %d"
                        .formatted(observed.calls(), wanted)));
    within
        .filter(most -> observed.elapsed().compareTo(most) > 0)
        .ifPresent(
            most ->
                differences.add(
                    "it took %s, expected at most %s"
                        .formatted(Durations.format(observed.elapsed()), Durations.format(most))));
    if (!differences.isEmpty()) {
      differences.addAll(observed.notes());
    }
    return differences;
  }

  private void compare(
      String id, Fate fate, Function<String, List<String>> whyFiltered, List<String> differences) {
    Optional<ExpectedFate> expected = Optional.ofNullable(settled.get(id));
    boolean good =
        expected
            .map(e -> e.as() == fate.as())
            .orElse(fate.as() == Settled.DELIVERED || fate.as() == Settled.FILTERED);
    if (!good) {
      differences.add(
          "event '%s' is %s, expected %s"
                  .formatted(
                      id,
                      shown(fate),
                      expected.map(e -> word(e.as())).orElse("delivered or filtered"))
              + (fate.as() == Settled.FILTERED
                  ? whyFiltered.apply(id).stream().map(why -> "\n  " + why).collect(joining())
                  : ""));
      return;
    }
    if (expected.isEmpty()) {
      return;
    }
    expected
        .get()
        .code()
        .filter(code -> !code.equals(fate.code().orElse("")))
        .ifPresent(
            code ->
                differences.add(
                    "event '%s' is %s, expected for %s".formatted(id, shown(fate), code)));
    expected
        .get()
        .calls()
        .filter(wanted -> wanted != fate.calls())
        .ifPresent(
            wanted ->
                differences.add(
                    "%d calls held event '%s', expected %d".formatted(fate.calls(), id, wanted)));
  }

  private static String shown(Fate fate) {
    return word(fate.as())
        + fate.code().map(code -> " for " + code).orElse("")
        + fate.text().map(text -> " (" + text + ")").orElse("");
  }

  /** A way to end as files have it. */
  static String word(Settled settled) {
    return Json.camelCase(settled);
  }

  // ---- sinks

  private static void compare(
      String sink,
      List<ExpectedEvent> expected,
      List<Delivered> actual,
      Codec format,
      List<String> differences) {
    // For each that came, the place of what it is taken for; -1 for nothing.
    int[] places = new int[actual.size()];
    Arrays.fill(places, -1);
    List<ExpectedEvent> missing = new ArrayList<>();
    for (int place = 0; place < expected.size(); place++) {
      if (!take(expected.get(place), place, actual, places, format)) {
        missing.add(expected.get(place));
      }
    }
    List<Delivered> left = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0) {
        left.add(actual.get(i));
      }
    }
    if (missing.isEmpty() && left.isEmpty()) {
      compareOrder(sink, actual, places, differences);
      return;
    }
    StringBuilder text =
        new StringBuilder(
            "results of sink '%s': %d, expected %d"
                .formatted(sink, actual.size(), expected.size()));
    for (int i = 0; i < missing.size(); i++) {
      text.append("\n  missing     ").append(Json.line(missing.get(i).given()));
      if (i < left.size()) {
        for (Difference one : missing.get(i).differences(left.get(i).event(), format)) {
          text.append("\n    ").append(shown(one));
        }
      }
    }
    for (Delivered extra : left) {
      text.append("\n  unexpected  ").append(Json.line(EventForm.shown(extra.event(), format)));
    }
    differences.add(text.toString());
  }

  private static boolean take(
      ExpectedEvent wanted, int place, List<Delivered> actual, int[] places, Codec format) {
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0 && wanted.isLike(actual.get(i).event(), format)) {
        places[i] = place;
        return true;
      }
    }
    return false;
  }

  private static String shown(Difference difference) {
    return difference.path()
        + ": expected "
        + shown(difference.expected())
        + ", got "
        + shown(difference.actual());
  }

  private static String shown(@Nullable Object value) {
    return value == JsonTrees.NOTHING ? "nothing" : value == null ? "null" : Json.line(value);
  }

  /** Only results of one key have an order; across keys any will do. */
  private static void compareOrder(
      String sink, List<Delivered> actual, int[] places, List<String> differences) {
    Map<Long, Integer> lastByKey = new HashMap<>();
    for (int i = 0; i < places.length; i++) {
      Delivered one = actual.get(i);
      Integer before = one.orderKey() == 0 ? null : lastByKey.put(one.orderKey(), places[i]);
      if (before != null && before > places[i]) {
        differences.add(
            "sink '%s' got the results of one key in another order: %s came too late"
                .formatted(sink, one.event().id()));
        return;
      }
    }
  }
}
