package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.RocketMqOptions;
import io.penstock.broker.rocketmq.RocketMqProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that let in only who logs in, over TLS only, and topics that have a namespace. */
@Tag("crash")
@Tag("rocketmq")
@DisplayName("penstock run, with a login, TLS and a namespace")
class RocketMqLoginTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ACCESS_KEY = "penstock";
  private static final String SECRET_KEY = "a-long-secret";

  /** A sink has its source's login by itself only where it also has its servers. */
  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "behind-a-login",
        "source": { "type": "rocketmq", SERVERS, "topics": ["orders"], "group": "readers",
                    "tls": true, "accessKey": "penstock", "secretKey": "${env:SECRET}" },
        "onSuccess": [ { "type": "rocketmq", "nameServer": "NAME_SERVER", "topic": "results",
                         NAMESPACE "tls": true, "accessKey": "penstock",
                         "secretKey": "${env:SECRET}" } ] }
      """;

  private static RocketMqProcess cluster;

  @TempDir private Path directory;

  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @BeforeAll
  static void start() {
    cluster = RocketMqProcess.start(RocketMqOptions.forTests().secured(ACCESS_KEY, SECRET_KEY));
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private CommandRun command(RocketMqForm form, String secret) throws Exception {
    String nameServer = cluster.nameServer();
    // The proxy knows no namespaces.
    Files.writeString(
        directory.resolve("connector.json"),
        form == RocketMqForm.LOG
            ? CONNECTOR
                .replace(
                    "SERVERS",
                    "\"nameServer\": \"" + nameServer + "\", NAMESPACE \"mode\": \"log\"")
                .replace("NAME_SERVER", nameServer)
                .replace("NAMESPACE", "\"namespace\": \"shop\",")
            : CONNECTOR
                .replace(
                    "SERVERS",
                    "\"mode\": \"queue\", \"endpoints\": \"" + cluster.endpoints() + "\"")
                .replace("NAME_SERVER", nameServer)
                .replace("NAMESPACE", ""));
    CommandRun command = new CommandRun();
    command.environment.put("SECRET", secret);
    return command;
  }

  private CompletableFuture<Integer> start(CommandRun command) {
    return command.start(
        "run",
        directory.resolve("connector.json"),
        "--port",
        port,
        "--data",
        directory.resolve("data"));
  }

  private String status() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/connectors/behind-a-login/status"))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    } catch (IOException notYet) {
      return "";
    }
  }

  private static String name(RocketMqForm form, String name) {
    return form == RocketMqForm.LOG ? "shop%" + name : name;
  }

  private static void create(RocketMqTopics topics, RocketMqForm form) {
    topics.create(name(form, "orders"), name(form, "results"));
    cluster.createGroup(name(form, "readers"), GroupOrder.CONCURRENT, 16);
  }

  private static RocketMqTopics outside() {
    return new RocketMqTopics(
        cluster, new AclClientRPCHook(new SessionCredentials(ACCESS_KEY, SECRET_KEY)), true);
  }

  @Test
  void everythingArrives() throws Exception {
    carry(RocketMqForm.LOG);
  }

  @Test
  void everythingArrivesInQueueForm() throws Exception {
    carry(RocketMqForm.QUEUE);
  }

  private void carry(RocketMqForm form) throws Exception {
    try (RocketMqTopics topics = outside()) {
      create(topics, form);
      topics.send(name(form, "orders"), 50, i -> "order-" + i);
      CommandRun command = command(form, SECRET_KEY);
      CompletableFuture<Integer> ended = start(command);
      try {
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(topics.read(name(form, "results")))
                        .as(status())
                        .hasSizeGreaterThanOrEqualTo(50));
      } finally {
        command.stop.request();
      }
      assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
      assertThat(topics.read(name(form, "results")))
          .hasSize(50)
          .allSatisfy(
              result ->
                  assertThat(result.getProperty("CE_source"))
                      .isEqualTo(
                          form == RocketMqForm.LOG
                              ? "rocketmq://shop/orders"
                              : "rocketmq:///orders"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSecretIsSaidAndNotShown(RocketMqForm form) throws Exception {
    try (RocketMqTopics topics = outside()) {
      create(topics, form);
      CommandRun command = command(form, "wrong-secret");
      CompletableFuture<Integer> ended = start(command);
      try {
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(status()).contains("Check accessKey and secretKey"));
        assertThat(status()).doesNotContain("wrong-secret");
      } finally {
        command.stop.request();
      }
      assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
    }
  }
}
