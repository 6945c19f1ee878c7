package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("penstock snapshot")
class SnapshotCommandTest {

  private final CommandRun command = new CommandRun();
  private HttpServer worker;
  private String url;
  private String asked;

  @BeforeEach
  void start() throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    worker.start();
    url = "http://127.0.0.1:" + worker.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    worker.stop(0);
  }

  private void answer(int status, String body) {
    worker.createContext(
        "/sources/orders/snapshots",
        exchange -> {
          asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void asksForTables() {
    answer(202, "{\"id\": \"penstock-7\", \"tables\": [\"public.a\", \"public.b\"]}");
    assertThat(command.execute("snapshot", "orders", "public.a", "public.b", "--url", url))
        .as(command.err())
        .isZero();
    assertThat(asked).isEqualTo("{\"tables\":[\"public.a\",\"public.b\"]}");
    assertThat(command.out()).contains("penstock-7");
  }

  @Test
  void saysWhyItIsRefused() {
    answer(409, "{\"code\": \"no_signals\", \"detail\": \"there is no table of signals\"}");
    assertThat(command.execute("snapshot", "orders", "--url", url)).isEqualTo(ExitCode.FAILED);
    assertThat(asked).as("all tables").isEqualTo("{}");
    assertThat(command.err()).contains("no_signals: there is no table of signals");
  }
}
