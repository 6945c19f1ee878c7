package io.penstock.broker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import io.penstock.broker.process.FreePort;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * The main class of the process that drives a broker's container; it talks as {@link ChildJvm}
 * tells, and the container goes when its standard input ends.
 *
 * <p>The image is {@code -Dpenstock.kafka.image}, by default Kafka's own. {@code
 * -Dpenstock.kafka.network=host} is for an engine without a bridge.
 */
final class ContainerMain {

  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final Duration START = Duration.ofMinutes(2);

  private final GenericContainer<?> container;
  private final String bootstrapServers;

  private ContainerMain(BrokerArgs args) {
    int port = args.port() == 0 ? FreePort.find() : args.port();
    int controllerPort = FreePort.find();
    this.bootstrapServers = DockerClientFactory.instance().dockerHostIpAddress() + ":" + port;
    this.container =
        new GenericContainer<>(
                DockerImageName.parse(System.getProperty("penstock.kafka.image", IMAGE)))
            .withEnv(environment(args, port, controllerPort))
            .waitingFor(new AcceptsClients());
    if ("host".equals(System.getProperty("penstock.kafka.network"))) {
      container.withNetworkMode("host");
    } else {
      // The same port inside and out, and fixed, so that a restart comes up where clients look.
      container
          .withExposedPorts(port)
          .withCreateContainerCmdModifier(
              command ->
                  command.withHostConfig(
                      (command.getHostConfig() == null
                              ? HostConfig.newHostConfig()
                              : command.getHostConfig())
                          .withPortBindings(
                              new PortBinding(
                                  Ports.Binding.bindPort(port), ExposedPort.tcp(port)))));
    }
  }

  @SuppressWarnings("SystemOut") // the lines on standard output are this program's interface
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    BrokerArgs args = BrokerArgs.parse(List.of(arguments));
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      answer(answers, ChildJvm.UNAVAILABLE + "Docker is not available: Testcontainers found none.");
      Runtime.getRuntime().halt(0);
    }
    ContainerMain main = new ContainerMain(args);
    try {
      main.container.start();
      answer(answers, ChildJvm.READY + main.bootstrapServers);
      main.obey(answers);
    } catch (Exception | LinkageError failed) {
      failed.printStackTrace();
    } finally {
      main.container.stop();
      if (args.deleteDirectory()) {
        Directories.delete(args.directory());
      }
      Runtime.getRuntime().halt(0);
    }
  }

  private static void answer(PrintStream answers, String line) {
    answers.println(line);
    answers.flush();
  }

  private void obey(PrintStream answers) throws Exception {
    DockerClient docker = container.getDockerClient();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      switch (line) {
        case ChildJvm.KILL -> {
          if (running(docker)) {
            docker.killContainerCmd(container.getContainerId()).exec();
          }
          answer(answers, ChildJvm.KILLED);
        }
        case ChildJvm.RESTART -> {
          if (running(docker)) {
            docker
                .stopContainerCmd(container.getContainerId())
                .withTimeout((int) ChildJvm.SHUTDOWN.toSeconds())
                .exec();
          }
          docker.startContainerCmd(container.getContainerId()).exec();
          awaitClients();
          answer(answers, ChildJvm.READY + bootstrapServers);
        }
        case ChildJvm.STOP -> {
          return;
        }
        default -> throw new IllegalArgumentException("Unknown command '" + line + "'.");
      }
    }
  }

  private boolean running(DockerClient docker) {
    return Boolean.TRUE.equals(
        docker.inspectContainerCmd(container.getContainerId()).exec().getState().getRunning());
  }

  private void awaitClients() throws Exception {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(START.toMillis())))) {
      admin.describeCluster().nodes().get();
    }
  }

  /** The image takes each broker property from a variable: {@code a.b_c} as KAFKA_A_B__C. */
  private Map<String, String> environment(BrokerArgs args, int port, int controllerPort) {
    Map<String, String> properties = new HashMap<>(BrokerDefaults.PROPERTIES);
    properties.put(
        "listeners",
        "PLAINTEXT://0.0.0.0:"
            + port
            + ","
            + BrokerDefaults.CONTROLLER
            + "://127.0.0.1:"
            + controllerPort);
    properties.put("advertised.listeners", "PLAINTEXT://" + bootstrapServers);
    properties.put(
        "controller.quorum.voters", BrokerDefaults.NODE_ID + "@127.0.0.1:" + controllerPort);
    properties.putAll(args.properties());
    Map<String, String> environment = new HashMap<>();
    properties.forEach(
        (key, value) ->
            environment.put(
                "KAFKA_"
                    + key.replace("_", "__")
                        .replace("-", "___")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT),
                value));
    return environment;
  }

  private final class AcceptsClients extends AbstractWaitStrategy {

    @Override
    protected void waitUntilReady() {
      try {
        awaitClients();
      } catch (Exception failed) {
        throw new IllegalStateException(
            "The broker in the container did not accept clients within "
                + START.toSeconds()
                + " s at "
                + bootstrapServers,
            failed);
      }
    }
  }
}
