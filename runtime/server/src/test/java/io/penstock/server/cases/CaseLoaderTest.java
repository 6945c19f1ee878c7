package io.penstock.server.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.cases.CaseLoader.Loaded;
import io.penstock.server.config.FileProblem;
import io.penstock.server.config.Plugins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Loading cases")
class CaseLoaderTest {

  private static final String STREAM =
      """
      { "apiVersion": "penstock/v1", "name": "NAME", "source": { "type": "generate" },
        "onSuccess": [ { "type": "file", "name": "out", "path": "out" } ] }
      """;

  private static final String CASES =
      "{ \"cases\": [ { \"name\": \"n\", \"events\": [ { \"data\": 1 } ] } ] }";

  @TempDir private Path directory;

  @Test
  void findsThemBesideTheirConnector() throws IOException {
    Path a = write("a.json", STREAM.replace("NAME", "a"));
    Path cases = write("a.test.json", CASES);
    write("b.json", STREAM.replace("NAME", "b"));
    write("b.test.json", CASES);

    assertThat(load(a).files()).extracting(CaseFile::file).containsExactly(cases);
    assertThat(load(cases).files().get(0).connector().name()).isEqualTo("a");
    assertThat(load(directory).files())
        .extracting(file -> file.connector().name())
        .containsExactly("a", "b");
  }

  @Test
  void mayNameTheirConnector() throws IOException {
    write("both.json", "[" + STREAM.replace("NAME", "a") + "," + STREAM.replace("NAME", "b") + "]");
    String named =
        CASES.replace("{ \"cases\"", "{ \"connector\": \"both.json\", \"name\": \"b\", \"cases\"");

    assertThat(load(write("x.test.json", named)).files().get(0).connector().name()).isEqualTo("b");
    assertThat(texts(load(write("y.test.json", named.replace("\"b\",", "\"c\",")))))
        .singleElement()
        .asString()
        .contains("$.name", "one of a, b");
    assertThat(texts(load(write("z.test.json", named.replace("\"name\": \"b\",", "")))))
        .singleElement()
        .asString()
        .contains("$.name", "the file of the connector has several");
  }

  @Test
  void readEventsInEveryForm() throws IOException {
    write("a.json", STREAM.replace("NAME", "a"));
    Path file =
        write(
            "a.test.json",
            """
            { "cases": [ { "name": "n", "events": [
              { "id": "i", "source": "s", "type": "t", "subject": "u", "time": "2026-01-31T12:00:00+01:00",
                "datacontenttype": "application/x", "extensions": { "tenant": "acme", "n": 1 },
                "data_base64": "AAE=", "key": "k", "lane": "l", "at": "5s" },
              { "data": null }, { "text": "plain" }, {},
              { "specversion": "1.0", "id": "ce", "source": "x", "type": "y", "tenant": "acme",
                "data": { "a": 1 } } ] } ] }
            """);
    Loaded loaded = load(file);
    assertThat(texts(loaded)).isEmpty();
    List<InputEvent> events = loaded.files().get(0).cases().get(0).events();

    InputEvent full = events.get(0);
    assertThat(full.event().id()).isEqualTo("i");
    assertThat(full.event().source()).isEqualTo("s");
    assertThat(full.event().type()).isEqualTo("t");
    assertThat(full.event().subject()).hasValue("u");
    assertThat(full.event().time()).hasValue(Instant.parse("2026-01-31T11:00:00Z"));
    assertThat(full.event().dataContentType()).hasValue("application/x");
    assertThat(full.event().extensions()).containsEntry("tenant", "acme").containsEntry("n", "1");
    assertThat(full.event().data()).containsExactly(0, 1);
    assertThat(full.key()).hasValue("k");
    assertThat(full.lane().name()).isEqualTo("l");
    assertThat(full.at()).isEqualTo(Duration.ofSeconds(5));

    assertThat(events).extracting(e -> e.event().id()).containsExactly("i", "2", "3", "4", "ce");
    assertThat(events)
        .extracting(e -> new String(e.event().data(), StandardCharsets.UTF_8))
        .endsWith("null", "plain", "", "{\"a\":1}");
    assertThat(events.get(1).event().dataContentType()).hasValue("application/json");
    assertThat(events.get(4).event().extensions()).containsOnlyKeys("tenant");
  }

  @Test
  void tellEverythingThatIsWrong() throws IOException {
    write("a.json", STREAM.replace("NAME", "a"));
    Path file =
        write(
            "a.test.json",
            """
            { "conector": "a.json", "cases": [
              { "name": "a",
                "events": [ { "dta": 1 }, { "id": "x", "data": 1, "text": "y" }, { "id": "x" },
                            { "time": "noon", "extensions": { "Bad": 1 }, "data_base64": "?" }, 7 ],
                "answers": { "y": "doen", "x": { "retry": "a", "fail": "b" } },
                "deliveries": { "uot": [ "delivered" ], "out": [ "lost", { "retry": 5 } ] },
                "until": "soon",
                "expect": { "settled": { "x": "delivred", "z": "dropped" },
                            "sinks": { "out": { }, "other": [ { "dat": 1 }, { "match": 1 } ] }, "cals": 1 } },
              { "name": "a" }, 3 ] }
            """);

    assertThat(load(file).problems())
        .extracting(problem -> problem.problem().path())
        .containsExactlyInAnyOrder(
            "$.conector",
            "$.cases[0].events[0].dta",
            "$.cases[0].events[1]",
            "$.cases[0].events[2].id",
            "$.cases[0].events[3].time",
            "$.cases[0].events[3].extensions.Bad",
            "$.cases[0].events[3].data_base64",
            "$.cases[0].events[4]",
            "$.cases[0].answers.y",
            "$.cases[0].answers.y",
            "$.cases[0].answers.x",
            "$.cases[0].answers",
            "$.cases[0].deliveries['uot']",
            "$.cases[0].deliveries['out'][0]",
            "$.cases[0].deliveries['out'][1].retry",
            "$.cases[0].until",
            "$.cases[0].expect.settled.x.as",
            "$.cases[0].expect.settled.z",
            "$.cases[0].expect.sinks['out']",
            "$.cases[0].expect.sinks['other']",
            "$.cases[0].expect.sinks['other'][0].dat",
            "$.cases[0].expect.sinks['other'][1].match",
            "$.cases[0].expect.cals",
            "$.cases[1].events",
            "$.cases[1].name",
            "$.cases[2]");
  }

  @Test
  void tellWhatIsWrongWithTheConnectorToo() throws IOException {
    write("a.json", STREAM.replace("generate", "genrate"));
    Path file = write("a.test.json", CASES);
    Path alone = write("alone.test.json", CASES);

    assertThat(texts(load(file, alone, directory.resolve("none.test.json"))))
        .satisfiesExactly(
            text -> assertThat(text).startsWith(directory.resolve("a.json").toString()),
            text -> assertThat(text).contains("alone.json", "nothing there", "PEN-1001"),
            text -> assertThat(text).contains("none.test.json", "nothing there"));
    assertThat(texts(load(Files.createDirectory(directory.resolve("empty")))))
        .singleElement()
        .asString()
        .contains("a folder without *.test.json");
    Path without = write("without.json", STREAM);
    assertThat(texts(load(without, directory.resolve("nowhere.json"))))
        .satisfiesExactly(
            text -> assertThat(text).contains("without.test.json", "the cases of " + without),
            text -> assertThat(text).contains("nowhere.json", "a connector with cases beside it"));
    assertThat(texts(load(write("b.test.json", "[]")))).hasSize(1);
    write("c.json", STREAM.replace("NAME", "c"));
    assertThat(texts(load(write("c.test.json", "{ \"cases\": [] }")))).hasSize(1);
  }

  private Loaded load(Path... paths) {
    return new CaseLoader(Plugins.load(), name -> null).load(Arrays.asList(paths));
  }

  private static List<String> texts(Loaded loaded) {
    return loaded.problems().stream().map(FileProblem::text).toList();
  }

  private Path write(String name, String json) throws IOException {
    return Files.writeString(directory.resolve(name), json);
  }
}
