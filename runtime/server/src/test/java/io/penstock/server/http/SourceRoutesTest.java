package io.penstock.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.HttpRoute;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.server.metrics.WorkerMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Routes of a source")
class SourceRoutesTest {

  private static final byte[] PART = new byte[64 << 10];
  private static final int LARGE = 40 << 20;

  private final Parts endless = new Parts(Long.MAX_VALUE);
  private final HttpClient client = HttpClient.newHttpClient();
  private WorkerHttpServer server;

  @BeforeEach
  void start() throws HttpStartException {
    List<HttpRoute> routes =
        List.of(
            new HttpRoute("POST", "/:kind/events", SourceRoutesTest::echo),
            new HttpRoute("POST", "/large", LARGE, SourceRoutesTest::size),
            new HttpRoute("POST", "/who", SourceRoutesTest::who),
            new HttpRoute("GET", "/parts", r -> answer(200, new Parts(100))),
            new HttpRoute("GET", "/endless", r -> answer(200, endless)),
            new HttpRoute(
                "GET",
                "/broken",
                r -> CompletableFuture.failedFuture(new IllegalStateException("a bug"))),
            new HttpRoute(
                "POST",
                "/throws",
                r -> {
                  throw new IllegalStateException("a bug");
                }),
            new HttpRoute("GET", "/broken-off", r -> answer(200, new Parts(-1))));
    server =
        WorkerHttpServer.start(
            new HttpAddress(HttpAddress.LOOPBACK, 0),
            new FakeEngine(),
            List.of(new SourceRoutes("shop.v1", routes)),
            new WorkerMetrics("1"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void getTheWholeRequest() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/order/events?trace=7&trace=8")
                .header("X-Who", "ada")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("X-Kind")).hasValue("order");
    assertThat(answer.body()).isEqualTo("kind=order trace=7 who=ada none=true body={}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"multipart/form-data; boundary=x", "application/x-www-form-urlencoded"})
  void getBodiesOfFormsAsTheyAre(String type) throws Exception {
    String form = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb&c=%zz\r\n--x--";
    HttpResponse<String> answer =
        client.send(
            request("/order/events")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).endsWith("body=" + form);
  }

  @Test
  void askForABodyThatWaitsToBeAskedFor() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/order/events")
                .version(HttpClient.Version.HTTP_1_1)
                .expectContinue(true)
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.body()).endsWith("body={}");
    String head = "POST /sources/shop.v1/order/events HTTP/1.1\r\nHost: localhost\r\n";
    assertThat(raw(head + "Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void takeNoBodyThatBreaksOff() throws Exception {
    String head =
        "POST /sources/shop.v1/order/events HTTP/1.1\r\nHost: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n";
    assertThat(raw(head + "nonsense\r\n")).doesNotContain("202");
    assertThat(post("/order/events", new byte[1])).as("and goes on").isEqualTo(202);
  }

  /** The first bytes of what is answered; nothing if the connection ends without an answer. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(20), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void sendBodiesInParts() throws Exception {
    HttpResponse<byte[]> answer =
        client.send(request("/parts").build(), BodyHandlers.ofByteArray());

    assertThat(answer.body()).hasSize(100 * PART.length);
  }

  @Test
  void areAskedForNoMoreThanTheClientReads() throws Exception {
    try (InputStream body =
        client.send(request("/endless").build(), BodyHandlers.ofInputStream()).body()) {
      assertThat(body.readNBytes(1_000)).hasSize(1_000);
      long settled =
          await()
              .during(java.time.Duration.ofMillis(300))
              .until(endless.given::get, new Unchanged()::test);
      assertThat(settled * PART.length).isLessThan(64L << 20);
    }
    await().until(() -> endless.cancelled);
  }

  @Test
  void thatFailAreAnsweredWithAnError() throws Exception {
    HttpResponse<String> answer = client.send(request("/broken").build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("internal_error").doesNotContain("a bug");
    assertThat(post("/throws", new byte[1])).isEqualTo(500);
  }

  @Test
  void thatBreakOffBreakTheConnection() {
    assertThatThrownBy(() -> client.send(request("/broken-off").build(), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void takeBodiesUpToALimit() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/order/events")
                .POST(BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("too_large", "1MiB");
  }

  @Test
  void mayHaveLimitsOfTheirOwn() throws Exception {
    assertThat(post("/large", new byte[3 << 20])).isEqualTo(200);
    assertThat(post("/large", new byte[LARGE])).isEqualTo(200);
    assertThat(post("/large", new byte[LARGE + 1])).isEqualTo(413);
  }

  @Test
  void areToldHeadersAndSender() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/who")
                .header("X-A", "1")
                .header("X-A", "2")
                .POST(BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).containsIgnoringCase("X-A=1 X-A=2").endsWith(" from loopback");
    assertThat(answer.headers().firstValue("X-Whole")).hasValue("yes");
  }

  @Test
  void shareABoundOnBodiesUnderWay() throws Exception {
    String head =
        "POST /sources/shop.v1/large HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + LARGE;
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
      slow.getOutputStream().write((head + "\r\n\r\nx").getBytes(StandardCharsets.US_ASCII));
      await().until(() -> post("/large", new byte[LARGE]) == 503);
      assertThat(post("/large", new byte[1 << 20])).as("there is room for others").isEqualTo(200);
    }
    await().until(() -> post("/large", new byte[LARGE]) == 200);
  }

  private int post(String path, byte[] body) throws Exception {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofByteArray(body));
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static CompletionStage<Response> size(HttpRoute.Request request) {
    byte[] size = String.valueOf(request.body().length).getBytes(StandardCharsets.US_ASCII);
    return CompletableFuture.completedFuture(Response.of(200, Map.of(), size));
  }

  private static CompletionStage<Response> who(HttpRoute.Request request) {
    StringBuilder text = new StringBuilder();
    request.headers().forEach(h -> text.append(h.name() + "=" + h.value() + " "));
    text.append(request.remoteAddress().isLoopbackAddress() ? "from loopback" : "from elsewhere");
    return CompletableFuture.completedFuture(
        Response.of(200, Map.of("X-Whole", "yes"), text.toString().getBytes(UTF_8)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://" + server.address() + "/sources/shop.v1" + path));
  }

  private static CompletionStage<Response> echo(HttpRoute.Request request) {
    String kind = request.pathParameter("kind").orElse("");
    String text =
        "kind="
            + kind
            + " trace="
            + request.queryParameter("trace").orElse("")
            + " who="
            + request.header("x-WHO").orElse("")
            + " none="
            + request.pathParameter("none").isEmpty()
            + " body="
            + new String(request.body(), StandardCharsets.UTF_8);
    return CompletableFuture.supplyAsync(
        () ->
            new Response(
                202, Map.of("X-Kind", kind), new Parts(text.getBytes(StandardCharsets.UTF_8))));
  }

  private static CompletionStage<Response> answer(int status, Parts parts) {
    return CompletableFuture.completedFuture(new Response(status, Map.of(), parts));
  }

  /** Whether a number stayed the same since it was looked at last. */
  private static final class Unchanged {
    private long last = -1;

    boolean test(long now) {
      boolean same = now == last;
      last = now;
      return same;
    }
  }

  /** Gives one part a request, on a thread of its own; a negative number breaks off after one. */
  private static final class Parts implements Flow.Publisher<byte[]> {
    private final long number;
    private final byte[] part;
    private final AtomicLong given = new AtomicLong();
    private volatile boolean cancelled;

    Parts(long number) {
      this.number = number;
      this.part = PART;
    }

    Parts(byte[] only) {
      this.number = 1;
      this.part = only;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              var unused = CompletableFuture.runAsync(() -> give(subscriber));
            }

            @Override
            public void cancel() {
              cancelled = true;
            }
          });
    }

    private void give(Flow.Subscriber<? super byte[]> subscriber) {
      long before = given.getAndIncrement();
      if (before < Math.abs(number)) {
        subscriber.onNext(part);
      } else if (number < 0) {
        subscriber.onError(new IOException("the disk is gone"));
      } else {
        subscriber.onComplete();
      }
    }
  }
}
