package io.penstock.server.cases;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.filter.EventPattern;
import io.penstock.functions.Event;
import io.penstock.server.cases.Expectation.ExpectedFate;
import io.penstock.server.cases.Observed.Settled;
import io.penstock.server.config.ConnectorConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the cases of a connector and reports everything that is wrong with them. For one use. */
final class CaseFileReader {

  private static final String DONE = "done";
  private static final String DELIVERED = "delivered";

  /** The types of functions that run in this process and can be called as they are. */
  private static final Set<String> CALLABLE = Set.of("java");

  private static final Set<String> COMPARED =
      Set.of(
          "id",
          "source",
          "type",
          "subject",
          "time",
          "datacontenttype",
          "extensions",
          "data",
          "text",
          "match");

  private final ConnectorConfig connector;
  private final Problems problems;
  private final EventForm events;

  CaseFileReader(ConnectorConfig connector, Problems problems) {
    this.connector = connector;
    this.problems = problems;
    this.events = new EventForm(connector.format(), problems);
  }

  /** The cases; only to be used if no problem was added. */
  List<TestCase> read(Object tree, String path) {
    Set<String> names = new HashSet<>();
    List<TestCase> cases = new ArrayList<>();
    each(
        tree,
        path,
        "a list of cases",
        (raw, at) -> {
          if (raw instanceof Map<?, ?> map) {
            Settings given = CaseKeys.CASE.read(map, at, problems);
            given
                .find(CaseKeys.CASE_NAME)
                .filter(name -> !names.add(name))
                .ifPresent(
                    name ->
                        problems.add(
                            ProblemCode.NAME_TAKEN,
                            at + ".name",
                            "'" + name + "'",
                            "a name that no other case of the file has"));
            readCase(given, at).ifPresent(cases::add);
          } else {
            wrongType(at, "a case, which is an object");
          }
          return Optional.empty();
        });
    if (cases.isEmpty() && problems.isEmpty()) {
      wrongType(path, "at least one case");
    }
    return cases;
  }

  private Optional<TestCase> readCase(Settings given, String path) {
    int before = problems.size();
    Set<String> ids = new HashSet<>();
    List<InputEvent> inputs = inputs(given, path + ".events", ids);
    Optional<Map<String, List<Answer>>> answers =
        given.find(CaseKeys.ANSWERS).map(raw -> answers(raw, path + ".answers", ids));
    checkFunctions(answers.isPresent(), inputs, path);
    Map<String, List<SinkOutcome>> deliveries =
        given
            .find(CaseKeys.DELIVERIES)
            .map(raw -> bySink(raw, path + ".deliveries", this::deliveries))
            .orElse(Map.of());
    Expectation expected = expectation(given.find(CaseKeys.EXPECT), path + ".expect", ids);
    if (problems.size() > before || given.find(CaseKeys.CASE_NAME).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TestCase(
            given.get(CaseKeys.CASE_NAME),
            inputs,
            answers,
            deliveries,
            given.get(CaseKeys.UNTIL),
            expected));
  }

  /** The events; their ids are added, also those of events that have a problem. */
  private List<InputEvent> inputs(Settings given, String path, Set<String> ids) {
    List<InputEvent> inputs = new ArrayList<>();
    int[] number = {0};
    given
        .find(CaseKeys.EVENTS)
        .ifPresent(
            raw ->
                each(
                    raw,
                    path,
                    "a list of events",
                    (event, at) -> {
                      String id = String.valueOf(++number[0]);
                      events.input(event, at, id).ifPresent(inputs::add);
                      checkUnique(EventForm.id(event).orElse(id), at, ids);
                      return Optional.empty();
                    }));
    return inputs;
  }

  private void checkUnique(String id, String path, Set<String> ids) {
    if (!ids.add(id)) {
      problems.add(
          ProblemCode.NAME_TAKEN,
          path + ".id",
          "'" + id + "'",
          "an id that no other event of the case has");
    }
  }

  /** Events name a route if the connector has some, and routes have functions that are called. */
  private void checkFunctions(boolean hasAnswers, List<InputEvent> inputs, String path) {
    Set<Optional<String>> routes = new LinkedHashSet<>();
    if (connector.routes().isEmpty()) {
      routes.add(Optional.empty());
    }
    for (int i = 0; i < inputs.size(); i++) {
      Optional<String> route = inputs.get(i).route();
      if (route.isPresent() && !connector.routes().contains(route.get())) {
        problems.addUnknown(
            path + ".events[" + i + "].route", route.get(), new TreeSet<>(connector.routes()));
      } else if (route.isEmpty() && !connector.routes().isEmpty()) {
        problems.add(
            ProblemCode.MISSING_KEY,
            path + ".events[" + i + "].route",
            "nothing",
            "one of " + String.join(", ", new TreeSet<>(connector.routes())));
      } else {
        routes.add(route);
      }
    }
    for (Optional<String> route : routes) {
      checkFunction(connector.functionType(route), hasAnswers, path);
    }
  }

  private void checkFunction(Optional<String> type, boolean hasAnswers, String path) {
    if (type.isEmpty() && hasAnswers) {
      problems.add(
          path + ".answers", "answers", "none: the connector has no function", "remove them");
    }
    type.filter(t -> !CALLABLE.contains(t) && !hasAnswers)
        .ifPresent(
            t ->
                problems.add(
                    ProblemCode.MISSING_KEY,
                    path + ".answers",
                    "nothing",
                    "what the function answers",
                    "a function of type '" + t + "' isn't called: nothing outside is contacted"));
  }

  // ---- answers of the function

  private Map<String, List<Answer>> answers(Object raw, String path, Set<String> ids) {
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    if (!(raw instanceof Map<?, ?> map)) {
      wrongType(path, "an object of event ids and answers");
      return answers;
    }
    map.forEach(
        (id, value) -> {
          String at = path + "." + id;
          checkId(String.valueOf(id), ids, ScriptedFunction.ANY, at);
          List<Answer> list =
              value instanceof List<?>
                  ? each(value, at, "a list of answers", this::answer)
                  : answer(value, at).map(List::of).orElse(List.of());
          answers.put(String.valueOf(id), list);
        });
    return answers;
  }

  private void checkId(String id, Set<String> ids, String alsoGood, String path) {
    if (!ids.contains(id) && !id.equals(alsoGood)) {
      problems.addUnknown(path, id, ids.stream().sorted().toList());
    }
  }

  private Optional<Answer> answer(@Nullable Object raw, String path) {
    if (DONE.equals(raw)) {
      return Optional.of(new Answer.OfEvent(EventOutcome.Done.EMPTY));
    }
    if (!(raw instanceof Map<?, ?> map)) {
      wrongType(path, "\"done\", or an object such as {\"retry\": \"why\"}");
      return Optional.empty();
    }
    Settings given = CaseKeys.ANSWER.read(map, path, problems);
    if (!isOneOf(
        given,
        path,
        CaseKeys.RESULTS,
        CaseKeys.RETRY,
        CaseKeys.REJECT,
        CaseKeys.THROTTLE,
        CaseKeys.FAIL,
        CaseKeys.THROTTLE_ALL,
        CaseKeys.HANG)) {
      return Optional.empty();
    }
    Duration after = given.find(CaseKeys.AFTER).orElse(Duration.ZERO);
    if (given.find(CaseKeys.RESULTS).isPresent()) {
      List<Event> results =
          each(given.get(CaseKeys.RESULTS), path + ".results", "a list of events", events::result);
      return Optional.of(new Answer.OfEvent(new EventOutcome.Done(results)));
    }
    return Optional.of(
        given
            .find(CaseKeys.RETRY)
            .<Answer>map(
                t -> new Answer.OfEvent(new EventOutcome.Retry(after, "FUNCTION_RETRY", t)))
            .or(
                () ->
                    given
                        .find(CaseKeys.REJECT)
                        .map(
                            t -> new Answer.OfEvent(new EventOutcome.Reject("FUNCTION_REJECT", t))))
            .or(
                () ->
                    given
                        .find(CaseKeys.THROTTLE)
                        .map(t -> new Answer.OfEvent(new EventOutcome.Throttled(after, t))))
            .or(
                () ->
                    given
                        .find(CaseKeys.FAIL)
                        .map(
                            t ->
                                new Answer.OfCall(
                                    new InvocationResult.Failed("FUNCTION_ERROR", t))))
            .or(
                () ->
                    given
                        .find(CaseKeys.THROTTLE_ALL)
                        .map(t -> new Answer.OfCall(new InvocationResult.Throttled(after, t))))
            .orElseGet(Answer.Hang::new));
  }

  private boolean isOneOf(Settings given, String path, ConfigKey<?>... keys) {
    List<String> all = Arrays.stream(keys).map(ConfigKey::name).toList();
    long count = Arrays.stream(keys).filter(key -> given.find(key).isPresent()).count();
    if (count != 1 && problems.list().stream().noneMatch(p -> p.path().startsWith(path))) {
      problems.add(
          path,
          count == 0 ? "none of them" : "several of them",
          "exactly one of " + String.join(", ", all));
    }
    return count == 1;
  }

  // ---- sinks

  private <T> Map<String, List<T>> bySink(
      Object raw, String path, BiFunction<@Nullable Object, String, List<T>> reader) {
    Map<String, List<T>> bySink = new LinkedHashMap<>();
    if (!(raw instanceof Map<?, ?> map)) {
      wrongType(path, "an object of names of sinks and lists");
      return bySink;
    }
    map.forEach(
        (name, value) -> {
          String sink = String.valueOf(name);
          String at = path + "['" + sink + "']";
          if (!connector.sinkNames().contains(sink)) {
            problems.addUnknown(at, sink, connector.sinkNames());
          }
          bySink.put(sink, reader.apply(value, at));
        });
    return bySink;
  }

  private List<SinkOutcome> deliveries(@Nullable Object raw, String path) {
    return each(raw, path, "a list of answers", this::delivery);
  }

  private Optional<SinkOutcome> delivery(@Nullable Object raw, String path) {
    if (DELIVERED.equals(raw)) {
      return Optional.of(SinkOutcome.Delivered.INSTANCE);
    }
    if (!(raw instanceof Map<?, ?> map)) {
      wrongType(path, "\"delivered\", or an object such as {\"retry\": \"why\"}");
      return Optional.empty();
    }
    Settings given = CaseKeys.DELIVERY.read(map, path, problems);
    if (!isOneOf(given, path, CaseKeys.RETRY, CaseKeys.REJECT, CaseKeys.THROTTLE)) {
      return Optional.empty();
    }
    Duration after = given.find(CaseKeys.AFTER).orElse(Duration.ZERO);
    return given
        .find(CaseKeys.RETRY)
        .<SinkOutcome>map(text -> new SinkOutcome.Retry(after, text))
        .or(() -> given.find(CaseKeys.REJECT).map(SinkOutcome.Reject::new))
        .or(
            () ->
                given.find(CaseKeys.THROTTLE).map(text -> new SinkOutcome.Throttled(after, text)));
  }

  // ---- what is expected

  private Expectation expectation(Optional<Settings> given, String path, Set<String> ids) {
    return new Expectation(
        given
            .flatMap(g -> g.find(CaseKeys.SETTLED))
            .map(raw -> fates(raw, path + ".settled", ids))
            .orElse(Map.of()),
        given
            .flatMap(g -> g.find(CaseKeys.SINKS))
            .map(raw -> bySink(raw, path + ".sinks", this::expectedEvents))
            .orElse(Map.of()),
        given.flatMap(g -> g.find(CaseKeys.CALLS)),
        given.flatMap(g -> g.find(CaseKeys.WITHIN)));
  }

  private Map<String, ExpectedFate> fates(Object raw, String path, Set<String> ids) {
    Map<String, ExpectedFate> fates = new LinkedHashMap<>();
    if (!(raw instanceof Map<?, ?> map)) {
      wrongType(path, "an object of event ids and how they end");
      return fates;
    }
    map.forEach(
        (id, value) -> {
          String at = path + "." + id;
          checkId(String.valueOf(id), ids, "", at);
          Map<?, ?> fate = value instanceof Map<?, ?> m ? m : Map.of("as", String.valueOf(value));
          Settings given = CaseKeys.FATE.read(fate, at, problems);
          Optional<Settled> as = given.find(CaseKeys.AS);
          if (as.isPresent()) {
            fates.put(
                String.valueOf(id),
                new ExpectedFate(
                    as.get(), given.find(CaseKeys.CODE), given.find(CaseKeys.EVENT_CALLS)));
          }
        });
    return fates;
  }

  private List<ExpectedEvent> expectedEvents(@Nullable Object raw, String path) {
    return each(raw, path, "a list of events", this::expectedEvent);
  }

  private Optional<ExpectedEvent> expectedEvent(@Nullable Object raw, String path) {
    if (!(raw instanceof Map<?, ?> map)) {
      wrongType(path, "an object such as {\"data\": ...} or {\"match\": PATTERN}");
      return Optional.empty();
    }
    Map<String, @Nullable Object> given = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (!COMPARED.contains(name)) {
            problems.addUnknown(path + "." + name, name, COMPARED.stream().sorted().toList());
          } else if (!name.equals("match")) {
            given.put(name, value);
          }
        });
    boolean hasPattern = map.containsKey("match");
    Optional<EventFilter> pattern =
        hasPattern
            ? EventPattern.compile(
                    map.get("match"),
                    path + ".match",
                    connector.format(),
                    problems.as(ProblemCode.WRONG_PATTERN))
                .map(compiled -> compiled)
            : Optional.empty();
    return Optional.of(new ExpectedEvent(given, pattern));
  }

  // ---- lists

  /** What is made of each element of a list, but for those that nothing is made of. */
  private <T> List<T> each(
      @Nullable Object raw,
      String path,
      String expected,
      BiFunction<@Nullable Object, String, Optional<T>> reader) {
    List<T> read = new ArrayList<>();
    if (!(raw instanceof List<?> list)) {
      wrongType(path, expected);
      return read;
    }
    for (int i = 0; i < list.size(); i++) {
      reader.apply(list.get(i), path + "[" + i + "]").ifPresent(read::add);
    }
    return read;
  }

  private void wrongType(String path, String expected) {
    problems.add(ProblemCode.WRONG_TYPE, path, "something else", expected);
  }
}
