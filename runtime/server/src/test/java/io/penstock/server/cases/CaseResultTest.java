package io.penstock.server.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.server.cases.CaseResult.EventResult;
import io.penstock.server.config.FileProblem;
import io.penstock.server.config.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cases in the real engine: the brokers that the connectors name are not there. */
@DisplayName("A case")
@Timeout(60)
class CaseResultTest {

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "moods",
        "source": { "type": "kafka", "bootstrapServers": "${env:BROKER}", "topics": ["moods"] },
        "filter": { "type": ["event"] },
        "function": { "type": "java", "handler": "io.penstock.server.cases.Moody", "timeout": "200ms" },
        "delivery": { "batch": { "maxEvents": 1 }, "retry": { "maxAttempts": 3 } },
        "onSuccess": [ { "type": "kafka", "topic": "results", "retry": { "maxAttempts": 2 } } ],
        "onFailure": [ { "type": "file", "name": "dead", "path": "/nowhere/dead.jsonl" } ] }
      """;

  @TempDir private Path directory;

  private String connector = CONNECTOR;

  @Test
  void callsTheFunctionAndDeliversItsResults() throws Exception {
    CaseResult result = run("\"events\": [ { \"data\": { \"mood\": \"fine\" } } ]");

    assertThat(result.passed()).as("%s", result.differences()).isTrue();
    assertThat(result.events()).containsOnlyKeys("1");
    assertThat(result.calls()).isOne();
    assertThat(result.sinks().get("onSuccess[0] kafka"))
        .singleElement()
        .satisfies(
            event -> assertThat(event).containsEntry("id", "1/0").containsEntry("text", "fine"));
    assertThat(result.sinks().get("dead")).isEmpty();
    assertThat(directory).isDirectoryNotContaining("glob:**dead*");
  }

  @Test
  void tellsHowEachEventEnded() throws Exception {
    CaseResult result =
        run(
            """
            "events": [ { "id": "fine", "data": { "mood": "fine" } },
                        { "id": "again", "data": { "mood": "retry" } },
                        { "id": "no", "data": { "mood": "reject" } },
                        { "id": "broken", "data": { "mood": "throw" } },
                        { "id": "slow", "data": { "mood": "hang" } },
                        { "id": "other", "type": "other", "data": {} },
                        { "id": "garbage", "text": "{" } ]
            """);

    Map<String, EventResult> events = result.events();
    assertThat(events.get("fine").as()).isEqualTo("delivered");
    assertThat(events.get("again"))
        .extracting(EventResult::as, EventResult::calls)
        .containsExactly("delivered", 3);
    assertThat(events.get("no").code()).hasValue("FUNCTION_REJECT");
    assertThat(events.get("no").text().orElseThrow()).contains("not today");
    assertThat(events.get("broken"))
        .extracting(EventResult::as, EventResult::calls)
        .containsExactly("deadLettered", 3);
    assertThat(events.get("broken").code()).hasValue("FUNCTION_ERROR");
    assertThat(events.get("slow").code()).hasValue("TIMEOUT");
    assertThat(events.get("other"))
        .extracting(EventResult::as, EventResult::calls)
        .containsExactly("filtered", 0);
    assertThat(events.get("garbage").code()).hasValue("BAD_INPUT");
    assertThat(result.sinks().get("dead")).hasSize(4);
    assertThat(result.passed()).isFalse();
    assertThat(result.differences()).anyMatch(d -> d.startsWith("event 'no' is deadLettered for"));
  }

  @Test
  void hasATimeOfItsOwn() throws Exception {
    CaseResult result =
        run(
            """
            "until": "3h",
            "events": [ { "id": "early", "data": { "mood": "patient" } },
                        { "id": "late", "at": "90m", "data": {} } ]
            """);

    assertThat(result.passed()).as("%s", result.differences()).isTrue();
    assertThat(result.elapsed()).isBetween(Duration.ofMinutes(90), Duration.ofMinutes(91));
    assertThat(result.took()).isLessThan(Duration.ofSeconds(30));
    assertThat(result.sinks().get("onSuccess[0] kafka").get(0).get("text").toString())
        .as("a deadline an hour after the begin")
        .startsWith("2026-01-01T01:00:");
  }

  @Test
  void isTheSameEachTime() throws Exception {
    String events =
        """
        "events": [ { "id": "a", "key": "k", "data": { "mood": "retry" } },
                    { "id": "b", "key": "k", "data": { "mood": "retry" } },
                    { "id": "c", "key": "l", "data": { "mood": "throw" } },
                    { "id": "d", "lane": "1", "data": { "mood": "retry" } } ]
        """;
    CaseResult first = run(events);
    CaseResult second = run(events);

    assertThat(second.sinks()).isEqualTo(first.sinks());
    assertThat(second.elapsed()).isEqualTo(first.elapsed());
    assertThat(second.events()).isEqualTo(first.events());
    assertThat(first.sinks().get("onSuccess[0] kafka"))
        .extracting(event -> event.get("id"))
        .containsSubsequence("a/0", "b/0");
  }

  @Test
  void answersForTheFunction() throws Exception {
    CaseResult result =
        run(
            """
            "events": [ { "id": "twice" }, { "id": "busy" }, { "id": "late" }, { "id": "bad" },
                        { "id": "any" } ],
            "answers": { "twice": [ { "retry": "no" }, { "results": [ { "type": "made", "data": 1 },
                                                                      { "data": [2] } ] } ],
                         "busy": [ { "throttle": "busy", "after": "10m" }, "done" ],
                         "late": [ { "hang": true }, "done" ],
                         "bad": { "reject": "never" },
                         "*": [ { "throttleAll": "all busy", "after": "1m" }, "done" ] },
            "expect": { "settled": { "bad": { "as": "deadLettered", "code": "FUNCTION_REJECT" },
                                     "busy": { "as": "delivered" } },
                        "sinks": { "onSuccess[0] kafka": [ { "id": "twice/0", "type": "made", "data": 1.0 },
                                                           { "match": { "data": [2] } } ] } }
            """);

    assertThat(result.differences()).isEmpty();
    assertThat(result.elapsed()).isGreaterThan(Duration.ofMinutes(11));
  }

  @Test
  void aCallThatFailsAsAWholeUsesUpNoOtherAnswers() throws Exception {
    connector = CONNECTOR.replace("\"maxEvents\": 1", "\"maxEvents\": 10");
    CaseResult result =
        run(
            """
            "events": [ { "id": "late" }, { "id": "poison" }, { "id": "good" } ],
            "answers": { "late": [ { "hang": true }, "done" ], "poison": { "fail": "broken" },
                         "good": [ { "results": [ {} ] }, { "reject": "asked twice" } ] },
            "expect": { "settled": { "poison": { "as": "deadLettered", "code": "FUNCTION_ERROR" } },
                        "sinks": { "onSuccess[0] kafka": [ { "id": "good/0" } ] } }
            """);

    assertThat(result.differences()).isEmpty();
  }

  @Test
  void letsSinksRefuse() throws Exception {
    CaseResult result =
        run(
            """
            "events": [ { "id": "a", "data": {} } ],
            "deliveries": { "onSuccess[0] kafka": [ { "throttle": "busy" }, { "retry": "away" } ] },
            "expect": { "settled": { "a": { "as": "deadLettered", "code": "SINK_EXHAUSTED" } },
                        "calls": 1 }
            """);

    assertThat(result.differences()).isEmpty();
    assertThat(result.sinks().get("onSuccess[0] kafka")).isEmpty();
  }

  @Test
  void endsAlsoIfItsEventsDoNot() throws Exception {
    connector =
        CONNECTOR
            .replace("\"retry\": { \"maxAttempts\": 3 }", "\"order\": \"lane\"")
            .replaceAll("(?s), \"retry\": \\{ \"maxAttempts\": 2 } } ],\\s*\"onFailure.*", "} ] }");
    CaseResult result =
        run(
            """
            "until": "10m",
            "events": [ { "id": "ok", "data": {} }, { "id": "stop", "data": { "mood": "reject" } },
                        { "id": "behind", "data": {} } ]
            """);

    assertThat(result.events().values())
        .extracting(EventResult::as)
        .containsExactly("delivered", "unsettled", "unsettled");
    assertThat(result.differences())
        .contains("event 'stop' is unsettled, expected delivered or filtered")
        .anyMatch(note -> note.startsWith("lane 0 stopped: "));
  }

  @Test
  void tellsWhatIsGivenUp() throws Exception {
    connector =
        CONNECTOR.replaceAll(
            "(?s)\"onFailure\": .*", "\"onFailure\": [ { \"type\": \"drop\" } ] }");
    CaseResult result =
        run(
            """
            "events": [ { "id": "a", "data": { "mood": "reject" } } ],
            "expect": { "settled": { "a": { "as": "dropped", "code": "FUNCTION_REJECT" } } }
            """);

    assertThat(result.differences()).isEmpty();
  }

  @Test
  void tellsEachDifference() throws Exception {
    CaseResult result =
        run(
            """
            "events": [ { "id": "a", "key": "k", "data": { "mood": "x" } },
                        { "id": "b", "key": "k", "data": { "mood": "y" } } ],
            "expect": { "settled": { "a": "filtered", "b": { "as": "delivered", "calls": 2 } },
                        "sinks": { "onSuccess[0] kafka": [ { "id": "a/0", "text": "z" } ], "dead": [ {} ] },
                        "calls": 5, "within": "1ms" }
            """);

    assertThat(result.differences())
        .containsExactly(
            "event 'a' is delivered, expected filtered",
            "1 calls held event 'b', expected 2",
            "results of sink 'onSuccess[0] kafka': 2, expected 1\\n  missing     "
                    .replace("\\n", "\n")
                + "{\"id\":\"a/0\",\"text\":\"z\"}\n    text: expected \"z\", got \"x\""
                + unexpected("a", "x")
                + unexpected("b", "y"),
            "results of sink 'dead': 0, expected 1\n  missing     {}",
            "the function was called " + result.calls() + " times, expected 5",
            "it took 200ms, expected at most 1ms");
  }

  private static String unexpected(String id, String text) {
    return "\n  unexpected  {\"id\":\""
        + id
        + "/0\",\"source\":\"test#moods\",\"type\":\"event\",\"datacontenttype\":\"text/plain;"
        + " charset=utf-8\",\"text\":\""
        + text
        + "\"}";
  }

  @Test
  void holdsResultsOfAKeyToTheirOrder() throws Exception {
    String events =
        """
        "events": [ { "id": "a", "key": "k", "data": {} }, { "id": "b", "key": "k", "data": {} },
                    { "id": "c", "key": "l", "data": {} } ],
        "expect": { "sinks": { "onSuccess[0] kafka": [ { "id": "%s/0" }, { "id": "%s/0" }, { "id": "%s/0" } ] } }
        """;
    assertThat(run(events.formatted("a", "b", "c")).differences()).isEmpty();
    assertThat(run(events.formatted("c", "a", "b")).differences()).isEmpty();
    assertThat(run(events.formatted("b", "a", "c")).differences())
        .containsExactly(
            "sink 'onSuccess[0] kafka' got the results of one key in another order: b/0 came too"
                + " late");
  }

  @Test
  void tellsWhatTheFilterMisses() throws Exception {
    CaseResult result =
        run(
            """
            "events": [ { "id": "a", "type": "other", "data": {} } ],
            "expect": { "settled": { "a": "delivered" } }
            """);

    assertThat(result.differences())
        .containsExactly(
            "event 'a' is filtered, expected delivered\n"
                + "  $.filter.type: expected [\"event\"], found \"other\"");
  }

  @Test
  void needsItsFunction() throws IOException {
    connector = CONNECTOR.replace(".Moody", ".Gone");
    CaseFile file = load("\"events\": []");

    assertThatThrownBy(() -> CaseResult.of(file, file.cases().get(0)))
        .isInstanceOf(CaseRun.NotMadeException.class)
        .hasMessageContaining("Gone");
  }

  private CaseResult run(String testCase) throws Exception {
    CaseFile file = load(testCase);
    return CaseResult.of(file, file.cases().get(0));
  }

  private CaseFile load(String testCase) throws IOException {
    Files.writeString(directory.resolve("moods.json"), connector);
    Path file =
        Files.writeString(
            directory.resolve("moods.test.json"),
            "{ \"environment\": { \"BROKER\": \"203.0.113.1:9092\" }, \"cases\": [ { \"name\": \"n\", "
                + testCase
                + " } ] }");
    CaseLoader.Loaded loaded = new CaseLoader(Plugins.load(), name -> null).load(List.of(file));
    assertThat(loaded.problems()).extracting(FileProblem::text).isEmpty();
    return loaded.files().get(0);
  }
}
