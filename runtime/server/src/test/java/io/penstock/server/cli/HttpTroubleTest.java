package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import io.penstock.testkit.http.Reply.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole worker between endpoints that behave badly. */
@DisplayName("penstock run, to endpoints in trouble")
class HttpTroubleTest {

  private static final int EVENTS = 3_000;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern NUMBER = Pattern.compile("\"n\": ?\"?(\\d+)");

  private static final String TROUBLE =
      """
      { "apiVersion": "penstock/v1", "name": "trouble",
        "source": { "type": "generate", "rate": 100000, "count": 3000, "keys": 100,
                    "template": { "n": "{{index}}" } },
        "function": { "type": "http", "url": "${env:SERVER}/fn", "mode": "MODE", "timeout": "300ms",
                      "maxAnswer": "64KiB" },
        "delivery": { "batch": { "maxEvents": 20 },
                      "retry": { "maxAttempts": 1000, "backoff": { "initial": "1ms", "max": "20ms" } } },
        "onSuccess": [ { "type": "webhook", "url": "${env:SERVER}/hook", "mode": "batched",
                         "maxEvents": 10, "timeout": "300ms",
                         "retry": { "backoff": { "initial": "1ms", "max": "20ms" } } } ],
        "onFailure": [ { "type": "webhook", "url": "${env:SERVER}/dead", "mode": "structured",
                         "timeout": "300ms",
                         "retry": { "backoff": { "initial": "1ms", "max": "20ms" } } } ] }
      """;

  private static final String HANGING =
      """
      [ { "apiVersion": "penstock/v1", "name": "stuck",
          "source": { "type": "generate", "rate": 100000, "count": 3000, "template": { "n": "{{index}}" } },
          "onSuccess": [ { "type": "webhook", "url": "${env:STUCK}/hook", "timeout": "1h" } ] },
        { "apiVersion": "penstock/v1", "name": "good",
          "source": { "type": "generate", "rate": 100000, "count": 3000, "template": { "n": "{{index}}" } },
          "onSuccess": [ { "type": "webhook", "url": "${env:SERVER}/hook" } ] } ]
      """;

  @TempDir private Path directory;

  private final Random random = new Random(1);
  private final Map<String, Set<Integer>> arrived =
      Map.of(
          "/hook", ConcurrentHashMap.newKeySet(),
          "/dead", ConcurrentHashMap.newKeySet());

  private static Set<Integer> numbers(String text) {
    Set<Integer> numbers = ConcurrentHashMap.newKeySet();
    Matcher found = NUMBER.matcher(text);
    while (found.find()) {
      numbers.add(Integer.valueOf(found.group(1)));
    }
    return numbers;
  }

  /** One request in four goes wrong in one of many ways. On the server's thread. */
  private Reply inTrouble(Received request, Function<Received, Reply> otherwise) {
    return switch (random.nextInt(40)) {
      case 0, 1 -> Reply.status(500);
      case 2 -> Reply.of(Kind.RESET);
      case 3 -> Reply.status(429);
      case 4 -> Reply.status(503).header("retry-after", "0");
      case 5 -> Reply.of(Kind.HALF).body("text/plain", "half an answer");
      case 6 -> Reply.of(Kind.ENDLESS);
      case 7 -> random.nextInt(10) == 0 ? Reply.of(Kind.HANG) : Reply.status(408);
      case 8 -> Reply.status(200).body("application/cloudevents+json", "{garbage");
      case 9 -> otherwise.apply(request).after(Duration.ofMillis(20));
      default -> otherwise.apply(request);
    };
  }

  private Reply answer(Received request) {
    if (request.uri().equals("/fn")) {
      return inTrouble(request, HttpTroubleTest::function);
    }
    // What was answered 2xx has arrived, whatever else the answer was.
    Reply reply = inTrouble(request, one -> Reply.status(204));
    if (reply.status() / 100 == 2 && reply.kind() != Kind.RESET && reply.kind() != Kind.HANG) {
      arrived.get(request.uri()).addAll(numbers(original(request)));
    }
    return reply;
  }

  /** A dead letter has the original in Base64, and the event's id, which ends with its number. */
  private static String original(Received request) {
    if (!request.uri().equals("/dead")) {
      return request.text();
    }
    Matcher value = Pattern.compile("\"value\":\"([^\"]+)\"").matcher(request.text());
    return value.find()
        ? new String(Base64.getDecoder().decode(value.group(1)), StandardCharsets.UTF_8)
        : "";
  }

  /** Refuses every hundredth event, and answers with what it got. */
  private static Reply function(Received request) {
    if (numbers(request.text()).stream().anyMatch(n -> n % 100 == 7)) {
      return Reply.status(422);
    }
    return Reply.status(200).body(request.header("content-type"), request.text());
  }

  private void run(String connectors, Map<String, String> environment, Runnable meanwhile)
      throws Exception {
    CommandRun command = new CommandRun();
    command.environment.putAll(environment);
    Path file = Files.writeString(directory.resolve("connectors.json"), connectors);
    CompletableFuture<Integer> ended =
        command.start(
            "run", file, "--port", 0, "--data", directory.resolve("data"), "--drain", "1s");
    try {
      meanwhile.run();
    } finally {
      command.stop.request();
      assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
    }
  }

  private void everythingArrives(String mode) throws Exception {
    try (HttpPeer server = HttpPeer.start(this::answer)) {
      run(
          TROUBLE.replace("MODE", mode),
          Map.of("SERVER", server.url("")),
          () ->
              await()
                  .atMost(SOON)
                  .until(
                      () -> arrived.get("/hook").size() + arrived.get("/dead").size() >= EVENTS));
    }
    assertThat(arrived.get("/dead")).hasSize(EVENTS / 100).allMatch(n -> n % 100 == 7);
    assertThat(arrived.get("/hook")).hasSize(EVENTS - EVENTS / 100);
  }

  @Test
  void everythingArrivesOneEventARequest() throws Exception {
    everythingArrives("binary");
  }

  @Test
  void everythingArrivesInBatches() throws Exception {
    everythingArrives("batched");
  }

  @Test
  void anEndpointThatHangsHoldsUpNoOther() throws Exception {
    try (HttpPeer stuck = HttpPeer.start(request -> Reply.of(Kind.HANG));
        HttpPeer good =
            HttpPeer.start(
                request -> {
                  arrived.get("/hook").addAll(numbers(request.text()));
                  return Reply.status(204);
                })) {
      run(
          HANGING,
          Map.of("SERVER", good.url(""), "STUCK", stuck.url("")),
          () -> {
            await().atMost(SOON).until(() -> arrived.get("/hook").size() == EVENTS);
            await().atMost(SOON).until(() -> !stuck.received().isEmpty());
          });
      assertThat(stuck.received()).as("as many as its limit starts with").hasSize(4);
    }
  }
}
