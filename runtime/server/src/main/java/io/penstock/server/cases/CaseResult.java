package io.penstock.server.cases;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a case came out.
 *
 * @param file it stands in
 * @param name of the case
 * @param passed whether all came as expected
 * @param differences what came otherwise
 * @param events what became of each event, by id
 * @param sinks what each sink got, by name, as events are written in cases
 * @param calls how often the function was called
 * @param elapsed how much time passed, in the time of the case
 * @param took how long it ran, in real time
 */
public record CaseResult(
    String file,
    String name,
    boolean passed,
    List<String> differences,
    Map<String, EventResult> events,
    Map<String, List<Map<String, @Nullable Object>>> sinks,
    int calls,
    Duration elapsed,
    Duration took) {

  /** What became of an event: as files have it. */
  public record EventResult(String as, Optional<String> code, Optional<String> text, int calls) {}

  private static List<String> whyFiltered(CaseFile file, TestCase testCase, String id) {
    return testCase.events().stream()
        .filter(input -> input.event().id().equals(id))
        .flatMap(input -> file.connector().explain(input.event()).first().filter().stream())
        .flatMap(filter -> filter.fields().stream())
        .filter(field -> !field.matched())
        .map(
            field ->
                "%s: expected %s, found %s"
                    .formatted(field.path(), field.expected(), field.actual()))
        .toList();
  }

  /**
   * Runs a case.
   *
   * @throws CaseRun.NotMadeException if its connector's function can't be made
   */
  public static CaseResult of(CaseFile file, TestCase testCase)
      throws CaseRun.NotMadeException, InterruptedException {
    long begin = System.nanoTime();
    Observed observed = new CaseRun(file.connector(), testCase).run();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    List<String> differences =
        testCase
            .expected()
            .differences(
                observed, file.connector().format(), id -> whyFiltered(file, testCase, id));
    Map<String, EventResult> events = new LinkedHashMap<>();
    observed
        .events()
        .forEach(
            (id, fate) ->
                events.put(
                    id,
                    new EventResult(
                        Expectation.word(fate.as()), fate.code(), fate.text(), fate.calls())));
    Map<String, List<Map<String, @Nullable Object>>> sinks = new LinkedHashMap<>();
    observed
        .sinks()
        .forEach(
            (name, delivered) ->
                sinks.put(
                    name,
                    delivered.stream()
                        .map(one -> EventForm.shown(one.event(), file.connector().format()))
                        .toList()));
    return new CaseResult(
        file.file().toString(),
        testCase.name(),
        differences.isEmpty(),
        differences,
        events,
        sinks,
        observed.calls(),
        observed.elapsed(),
        took);
  }
}
