package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.WindowPolicy;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.ConnectorConfig.Body;
import io.penstock.server.config.ConnectorConfig.FunctionConfig;
import io.penstock.server.config.ConnectorConfig.OnFailure;
import io.penstock.server.config.ConnectorConfig.SinkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Loading connectors")
class ConfigLoaderTest {

  private static final String MINIMAL =
      """
      { "apiVersion": "penstock/v1", "name": "NAME",
        "source": { "type": "kafka", "bootstrapServers": "b:9092", "topics": ["orders"] },
        "onSuccess": [ { "type": "file", "path": "out" } ] REST }
      """;

  private static final String FULL =
      """
      {
        "apiVersion": "penstock/v1",
        "name": "orders-to-invoices",
        "source": { "type": "kafka", "format": "text", "bootstrapServers": "b:9092",
                    "topics": "orders", "properties": { "sasl.mechanism": "PLAIN", "x.y": 1 } },
        "filter": { "type": ["order"] },
        "transform": { "form": "ORIGINAL" },
        "function": { "type": "java", "name": "invoice", "handler": "com.acme.Invoice",
                      "timeout": "5s", "concurrency": { "min": 2, "max": 8, "initial": 3 } },
        "delivery": { "order": "lane",
                      "batch": { "maxEvents": 10, "maxBytes": "64KiB", "maxWait": "20ms" },
                      "retry": { "maxAttempts": 3, "backoff": { "initial": "1s", "max": "2s" },
                                 "maxAge": "1h", "bisect": false },
                      "window": { "maxEvents": 500, "onWindowFull": "deadLetter" },
                      "memory": "8MiB", "commitInterval": "1s", "revokeWait": "4s",
                      "onUnreadableData": "noMatch" },
        "onSuccess": [ { "type": "kafka", "topic": "invoices" },
                       { "type": "kafka", "bootstrapServers": "c:9092", "topic": "invoices" },
                       { "type": "file", "name": "log", "path": "out",
                         "filter": { "type": ["big"] }, "transform": { "form": "ORIGINAL" },
                         "retry": { "maxAttempts": 2, "backoff": { "initial": "1ms", "max": "2ms" },
                                    "maxAge": "1m" },
                         "concurrency": { "max": 2 } } ],
        "onFailure": [ { "type": "kafka", "topic": "dead", "properties": { "acks": "1" } } ]
      }
      """;

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @Test
  void aMinimalConnectorHasDefaults() throws IOException {
    Body body = one(minimal("a"));

    assertThat(body.name()).isEqualTo("a");
    assertThat(body.source().format().format()).isEqualTo("json");
    assertThat(body.filter()).isEmpty();
    assertThat(body.transform()).isEmpty();
    assertThat(body.function()).isEmpty();
    assertThat(body.delivery()).isEqualTo(DeliveryPolicy.DEFAULT);
    assertThat(body.onFailure()).isEqualTo(OnFailure.HALT);
    assertThat(body.failureSinks()).isEmpty();
    assertThat(body.onSuccess())
        .singleElement()
        .satisfies(
            sink -> {
              assertThat(sink.name()).isEqualTo("onSuccess[0] file");
              assertThat(sink.retry()).isEqualTo(RetryPolicy.FOREVER);
              assertThat(sink.concurrency()).isEqualTo(ConcurrencyPolicy.DEFAULT);
              assertThat(sink.filter()).isEmpty();
              assertThat(sink.transform()).isEmpty();
            });
  }

  @Test
  void everyKeyCanBeSet() throws IOException {
    Body body = one(FULL);

    assertThat(body.source().format().format()).isEqualTo("text");
    assertThat(body.filter()).isPresent();
    assertThat(body.transform()).isPresent();
    FunctionConfig function = body.function().orElseThrow();
    assertThat(function.name()).isEqualTo("invoice");
    assertThat(function.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(function.concurrency()).isEqualTo(ConcurrencyPolicy.adaptive(2, 8, 3));
    assertThat(body.delivery())
        .isEqualTo(
            new DeliveryPolicy(
                Order.LANE,
                new BatchPolicy(10, 64 << 10, Duration.ofMillis(20)),
                new RetryPolicy(
                    OptionalInt.of(3),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Optional.of(Duration.ofHours(1))),
                DeliveryPolicy.Bisect.OFF,
                new WindowPolicy(
                    500,
                    8 << 20,
                    WindowPolicy.WhenFull.DEAD_LETTER,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(4)),
                DeliveryPolicy.UnreadableData.NO_MATCH));
    SinkConfig log = body.onSuccess().get(2);
    assertThat(log.name()).isEqualTo("log");
    assertThat(log.filter()).isPresent();
    assertThat(log.transform()).isPresent();
    assertThat(log.concurrency()).isEqualTo(ConcurrencyPolicy.adaptive(1, 2, 2));
    assertThat(log.retry())
        .isEqualTo(
            new RetryPolicy(
                OptionalInt.of(2),
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Optional.of(Duration.ofMinutes(1))));
    assertThat(body.onFailure()).isEqualTo(OnFailure.DEAD_LETTER);
  }

  @Test
  void aSinkGoesToTheClusterOfItsSourceUnlessItSaysOtherwise() throws IOException {
    Body body = one(FULL);

    assertThat(body.onSuccess())
        .extracting(SinkConfig::destination)
        .startsWith("b:9092/invoices {sasl.mechanism=PLAIN}", "c:9092/invoices");
    assertThat(body.failureSinks())
        .extracting(SinkConfig::destination)
        .containsExactly("b:9092/dead {acks=1, sasl.mechanism=PLAIN}");
  }

  @Test
  void fiveAttemptsAreTheDefaultWithAFailureSinkAndNoEndWithout() throws IOException {
    String drop = ", \"onFailure\": [ { \"type\": \"drop\" } ]";

    assertThat(one(minimal("a")).delivery().retry().maxAttempts()).isEmpty();
    assertThat(one(minimal("a", drop)).delivery().retry().maxAttempts()).hasValue(5);
    assertThat(one(minimal("a", drop)).onFailure()).isEqualTo(OnFailure.DROP);
  }

  @Test
  void whatEndsRetriesNeedsSomewhereForTheEventToGo() throws IOException {
    List<String> problems =
        problems(
            minimal(
                    "a",
                    ", \"delivery\": { \"retry\": { \"maxAttempts\": 3, \"maxAge\": \"1h\" },"
                        + " \"window\": { \"onWindowFull\": \"deadLetter\" } }")
                .replace(
                    "\"path\": \"out\"", "\"path\": \"out\", \"retry\": { \"maxAttempts\": 2 }"));

    assertThat(problems)
        .hasSize(4)
        .allMatch(p -> p.contains("add \"onFailure\" with a sink, or with {\"type\": \"drop\"}"));
    assertThat(paths(problems))
        .containsExactlyInAnyOrder(
            "$.delivery.retry.maxAttempts",
            "$.delivery.retry.maxAge",
            "$.delivery.window.onWindowFull",
            "$.onSuccess[0].retry.maxAttempts");
  }

  @Test
  void everyProblemOfEveryFileIsFoundAtOnce() throws IOException {
    Path first =
        write(
            "first.json",
            """
            { "apiVersion": "penstock/v2", "nmae": "x",
              "source": { "type": "kafak", "topics": [] },
              "function": { "type": "java", "timeout": "5 secs", "timeOut": "5s" },
              "delivery": { "order": "keys", "memory": "1KiB",
                            "batch": { "maxEvents": 0, "maxBytes": "1TB" } },
              "onSuccess": { "type": "file" },
              "onFailure": [ { "type": "drop" }, { "type": "file" } ] }
            """);
    Path second =
        write(
            "second.json",
            """
            [ { "apiVersion": "penstock/v1", "name": "-a-",
                "source": { "type": "kafka", "format": "jsn", "topics": "t",
                            "bootstrapServers": "b" },
                "filter": { "data": 1 }, "transform": { "form": "CONST" },
                "onSuccess": [ { "path": "x" }, { "type": "file", "path": "none", "lines": 2 } ] },
              7,
              { "apiVersion": "penstock/v1", "name": "b",
                "source": { "type": "kafka", "topics": "t", "bootstrapServers": "b" } } ]
            """);
    Path third = write("third.json", "{ \"apiVersion\": ");

    Loaded loaded = load(first, second, third, directory.resolve("fourth.json"));

    assertThat(loaded.connectors()).isEmpty();
    assertThat(loaded.problems())
        .extracting(p -> p.file().getFileName() + " " + p.problem().path())
        .containsExactlyInAnyOrder(
            "first.json $.apiVersion",
            "first.json $.nmae",
            "first.json $.name",
            "first.json $.source.type",
            "first.json $.function.handler",
            "first.json $.function.timeout",
            "first.json $.function.timeOut",
            "first.json $.delivery.order",
            "first.json $.delivery.memory",
            "first.json $.delivery.batch.maxEvents",
            "first.json $.delivery.batch.maxBytes",
            "first.json $.onSuccess",
            "first.json $.onFailure",
            "second.json $[0].name",
            "second.json $[0].source.format",
            "second.json $[0].filter.data",
            "second.json $[0].transform.form",
            "second.json $[0].onSuccess[0].type",
            "second.json $[0].onSuccess[1].lines",
            "second.json $[1]",
            "second.json $[2]",
            "third.json $",
            "fourth.json $");
    assertThat(loaded.problems())
        .extracting(FileProblem::text)
        .contains(
            first
                + ":2  $.source.type  [PEN-1105]\n"
                + "    found     'kafak'\n"
                + "    expected  one of kafka\n"
                + "    hint      did you mean 'kafka'?")
        .anyMatch(text -> text.contains("did you mean 'timeout'?"))
        .anyMatch(text -> text.contains("did you mean 'name'?"))
        .anyMatch(text -> text.contains("did you mean 'json'?"))
        .anyMatch(text -> text.contains("did you mean 'key'?"))
        .anyMatch(text -> text.startsWith(second + ":6  $[1]  [PEN-1103]\n    found     7\n"));
  }

  @Test
  void limitsFitEachOther() throws IOException {
    List<String> problems =
        problems(
            FULL.replace("\"min\": 2, \"max\": 8, \"initial\": 3", "\"min\": 9, \"max\": 8")
                .replace(
                    "\"concurrency\": { \"max\": 2 }",
                    "\"concurrency\": { \"initial\": 5, \"max\": 2 }")
                .replace(
                    "\"initial\": \"1s\", \"max\": \"2s\"", "\"initial\": \"3s\", \"max\": \"2s\"")
                .replace("\"maxBytes\": \"64KiB\"", "\"maxBytes\": \"5MiB\""));

    assertThat(paths(problems))
        .containsExactlyInAnyOrder(
            "$.function.concurrency.min",
            "$.onSuccess[2].concurrency.initial",
            "$.delivery.retry.backoff.max",
            "$.delivery.batch.maxBytes");
  }

  @Test
  void limitsThatAreNotGivenFollowThoseThatAre() throws IOException {
    assertThat(concurrency("{ \"min\": 100 }"))
        .isEqualTo(ConcurrencyPolicy.adaptive(100, 100, 100));
    assertThat(concurrency("{ \"max\": 2 }")).isEqualTo(ConcurrencyPolicy.adaptive(1, 2, 2));
    assertThat(concurrency("{ \"min\": 10 }")).isEqualTo(ConcurrencyPolicy.adaptive(10, 64, 10));
    assertThat(concurrency("{ \"initial\": 70 }")).isEqualTo(ConcurrencyPolicy.adaptive(1, 70, 70));
    assertThat(concurrency("{ \"max\": 500 }")).isEqualTo(ConcurrencyPolicy.adaptive(1, 500, 4));
  }

  @Test
  void theAlgorithmOfALimitCanBeChosen() throws IOException {
    assertThat(concurrency("{ \"algorithm\": \"aimd\", \"max\": 8 }"))
        .isEqualTo(ConcurrencyPolicy.aimd(1, 8, 4));
    assertThat(concurrency("{ \"algorithm\": \"fixed\", \"max\": 8 }"))
        .isEqualTo(ConcurrencyPolicy.fixed(8));
    assertThat(concurrency("{ \"algorithm\": \"adaptive\", \"tolerance\": 2.5 }"))
        .isEqualTo(
            new ConcurrencyPolicy(
                ConcurrencyPolicy.Algorithm.ADAPTIVE, 1, 64, 4, OptionalDouble.of(2.5)));
  }

  @Test
  void whatMeansNothingToAnAlgorithmIsAProblem() throws IOException {
    assertThat(paths(problems(withConcurrency("{ \"algorithm\": \"fixed\", \"min\": 2 }"))))
        .containsExactlyInAnyOrder("$.function.concurrency.min", "$.function.concurrency.max");
    assertThat(paths(problems(withConcurrency("{ \"algorithm\": \"aimd\", \"tolerance\": 2 }"))))
        .containsExactly("$.function.concurrency.tolerance");
    assertThat(paths(problems(withConcurrency("{ \"algorithm\": \"vegas\" }"))))
        .containsExactly("$.function.concurrency.algorithm");
    assertThat(paths(problems(withConcurrency("{ \"tolerance\": 1 }"))))
        .containsExactly("$.function.concurrency.tolerance");
  }

  private static String withConcurrency(String json) {
    return FULL.replace("{ \"min\": 2, \"max\": 8, \"initial\": 3 }", json);
  }

  private ConcurrencyPolicy concurrency(String json) throws IOException {
    return one(withConcurrency(json)).function().orElseThrow().concurrency();
  }

  @Test
  void namesAreUniqueOverAllFiles() throws IOException {
    Path a = write("a.json", minimal("same"));
    Path b = write("b.json", "[" + minimal("same") + "," + minimal("other") + "]");

    assertThat(load(a, b).problems())
        .extracting(FileProblem::text)
        .containsExactly(
            b
                + ":1  $[0].name  [PEN-1107]\n    found     'same'\n"
                + "    expected  a name that no other connector has\n"
                + "    hint      there is one of that name in "
                + a);
  }

  @Test
  void sinksOfAConnectorHaveNamesOfTheirOwn() throws IOException {
    assertThat(
            paths(problems(FULL.replace("\"name\": \"log\"", "\"name\": \"onSuccess[0] kafka\""))))
        .containsExactly("$.onSuccess[2].name");
  }

  @Test
  void aFolderIsItsJsonFiles() throws IOException {
    write("b.json", minimal("b"));
    write("a.json", minimal("a"));
    write("notes.txt", "no connector");
    write("a.test.json", "no connector");
    write("penstock.schema.json", "no connector");
    Files.createDirectory(directory.resolve("deeper.d"));
    write("deeper.d/c.json", minimal("c"));

    Loaded loaded = load(directory, directory.resolve("a.json"));

    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.connectors()).extracting(ConnectorConfig::name).containsExactly("a", "b");
    assertThat(load(Files.createDirectory(directory.resolve("empty"))).problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("a folder without *.json"));
  }

  @Test
  void anEmptyListOfFailureSinksIsNoPolicy() throws IOException {
    assertThat(paths(problems(minimal("a", ", \"onFailure\": []")))).containsExactly("$.onFailure");
  }

  @Test
  void dropHasNothingBesideIt() throws IOException {
    assertThat(
            paths(problems(minimal("a", ", \"onFailure\": [{\"type\": \"drop\", \"path\": 1}]"))))
        .containsExactly("$.onFailure[0].path");
  }

  @Test
  void filtersOnDataNeedAFormatThatHasFields() throws IOException {
    String filter = "\"filter\": { \"data\": { \"a\": [1] } }";
    String all =
        """
        { "apiVersion": "penstock/v1", "name": "a", FILTER,
          "source": { "type": "kafka", "bootstrapServers": "b", "topics": ["o"], "format": "text" },
          "onSuccess": [ { "type": "file", "path": "x", FILTER } ],
          "onFailure": [ { "type": "kafka", "topic": "dead", FILTER } ] }
        """
            .replace("FILTER", filter);

    assertThat(paths(problems(all))).containsExactly("$.filter.data", "$.onSuccess[0].filter.data");
    assertThat(problems(all.replace("\"text\"", "\"json\""))).isEmpty();
  }

  @Test
  void whatComesFromOutsideIsNeverShown() throws IOException {
    environment.put("SECRET", "hunter2-hunter2");
    Files.writeString(directory.resolve("token"), "t0ken-t0ken\n");
    String secret = "${env:SECRET}";

    Loaded loaded =
        load(
            write(
                "a.json",
                """
                { "apiVersion": "SECRET", "name": "SECRET !",
                  "source": { "type": "SECRET", "topics": ["SECRET"] },
                  "function": { "type": "java", "timeout": "SECRET", "handler": ["SECRET"],
                                "concurrency": { "max": "SECRET" } },
                  "delivery": { "order": "SECRET", "memory": "${file:token}" },
                  "filter": { "data": "SECRET" }, "transform": { "form": "SECRET" },
                  "onSuccess": [ "SECRET", { "type": "SECRET" },
                                 { "type": "file", "name": "SECRET", "path": "x" },
                                 { "type": "file", "name": "SECRET", "path": "x" } ] }
                """
                    .replace("SECRET", secret)
                    .replace("${env:${env:SECRET}}", secret)));

    assertThat(loaded.problems()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(loaded.problems())
        .extracting(FileProblem::text)
        .noneMatch(text -> text.contains("hunter2") || text.contains("t0ken"));
  }

  @Test
  void aValueFromOutsideIsUsed() throws IOException {
    environment.put("BOOTSTRAP", "kafka.example:9092");
    Body body = one(FULL.replace("\"b:9092\"", "\"${env:BOOTSTRAP:-localhost:9092}\""));

    assertThat(body.onSuccess().get(0).destination()).startsWith("kafka.example:9092/invoices");
  }

  private static String minimal(String name) {
    return minimal(name, "");
  }

  private static String minimal(String name, String rest) {
    return MINIMAL.replace("NAME", name).replace("REST", rest);
  }

  private Body one(String json) throws IOException {
    Loaded loaded = load(write("one.json", json));
    assertThat(loaded.problems()).extracting(FileProblem::text).isEmpty();
    return loaded.connectors().get(0).body();
  }

  private List<String> problems(String json) throws IOException {
    return load(write("one.json", json)).problems().stream().map(FileProblem::text).toList();
  }

  private static List<String> paths(List<String> texts) {
    return texts.stream()
        .map(text -> text.replaceFirst("(?s)^.*?  (.*?)  \\[PEN-1\\d{3}]\n.*", "$1"))
        .toList();
  }

  private Loaded load(Path... files) {
    return new ConfigLoader(new FakePlugins().plugins(), environment::get)
        .load(Arrays.asList(files));
  }

  private Path write(String name, String json) throws IOException {
    return Files.writeString(directory.resolve(name), json);
  }
}
