package io.penstock.broker.rocketmq;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * The main class of the process that drives a container with a name server, a broker and a proxy.
 * It obeys what {@link RocketMqMain} does, and {@code kill}, {@code restart} and {@code stop} as
 * {@link ChildJvm} tells; the container goes when its standard input ends.
 *
 * <p>The image is {@code -Dpenstock.rocketmq.image}, by default RocketMQ's own. {@code
 * -Dpenstock.rocketmq.network=host} is for an engine without a bridge.
 */
final class ContainerMain {

  private static final String IMAGE = "apache/rocketmq:5.3.2";
  private static final String FOLDER = "/tmp/penstock";

  /** Not in the same folder: that one is root's, and the servers' user may not write there. */
  private static final String STORE = "/tmp/penstock-store";

  private static final String STARTED = "rocketmq-proxy startup successfully";
  private static final Duration START = Duration.ofMinutes(2);

  /** The name server comes up again by itself when it is killed; the rest ends the container. */
  private static final String SCRIPT =
      """
      cd "$ROCKETMQ_HOME/bin"
      while :; do
        bash runserver.sh org.apache.rocketmq.namesrv.NamesrvStartup -c FOLDER/namesrv.conf
      done &
      exec bash runbroker.sh org.apache.rocketmq.proxy.ProxyStartup \
        -pm local -n NAME_SERVER -bc FOLDER/broker.conf -pc FOLDER/proxy.json
      """;

  private static final String KILL_NAME_SERVER =
      "for p in /proc/[0-9]*; do"
          + " if tr '\\0' ' ' < $p/cmdline | grep -q 'java.*NamesrvStartup';"
          + " then kill -9 ${p#/proc/}; fi; done";

  private final GenericContainer<?> container;
  private final String host = DockerClientFactory.instance().dockerHostIpAddress();
  private final Ports ports;
  private int starts;

  private ContainerMain(ServerArgs args, Ports ports) {
    this.ports = ports;
    ServerFiles.Place place = new ServerFiles.Place(STORE, host, "0.0.0.0");
    String script =
        SCRIPT.replace("FOLDER", FOLDER).replace("NAME_SERVER", ports.nameServerAddress());
    this.container =
        new GenericContainer<>(
                DockerImageName.parse(System.getProperty("penstock.rocketmq.image", IMAGE)))
            .withEnv("MAX_POSSIBLE_HEAP", Integer.toString(384 << 20))
            .withCopyToContainer(
                Transferable.of(
                    "listenPort=" + ports.nameServer() + "\nbindAddress=" + place.bindAddress()),
                FOLDER + "/namesrv.conf")
            .withCopyToContainer(
                Transferable.of(ServerFiles.broker(args, ports, place)), FOLDER + "/broker.conf")
            .withCopyToContainer(
                Transferable.of(ServerFiles.proxy(args, ports, place)), FOLDER + "/proxy.json")
            .withCreateContainerCmdModifier(
                command -> command.withEntrypoint("bash", "-c", script).withCmd())
            .waitingFor(new Started());
    if ("host".equals(System.getProperty("penstock.rocketmq.network"))) {
      container.withNetworkMode("host");
    } else {
      // The same ports inside and out, for the name server tells clients those of the inside.
      Integer[] open = {ports.nameServer(), ports.broker(), ports.broker() - 2, ports.grpc()};
      List<PortBinding> bindings =
          IntStream.range(0, open.length)
              .mapToObj(
                  i ->
                      new PortBinding(
                          com.github.dockerjava.api.model.Ports.Binding.bindPort(open[i]),
                          ExposedPort.tcp(open[i])))
              .toList();
      container
          .withExposedPorts(open)
          .withCreateContainerCmdModifier(
              command ->
                  command.withHostConfig(
                      (command.getHostConfig() == null
                              ? HostConfig.newHostConfig()
                              : command.getHostConfig())
                          .withPortBindings(bindings)));
    }
  }

  @SuppressWarnings("SystemOut") // the lines on standard output are this program's interface
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    ServerArgs args = ServerArgs.parse(List.of(arguments));
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      answer(answers, ChildJvm.UNAVAILABLE + "Docker is not available: Testcontainers found none.");
      Runtime.getRuntime().halt(0);
    }
    Files.createDirectories(args.directory());
    ContainerMain main = new ContainerMain(args, Ports.of(args.directory()));
    try {
      main.container.start();
      answer(answers, main.ready());
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

  private String ready() {
    return ChildJvm.READY + host + ":" + ports.nameServer() + " " + host + ":" + ports.grpc();
  }

  private static void answer(PrintStream answers, String line) {
    answers.println(line);
    answers.flush();
  }

  private void obey(PrintStream answers) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.equals(ChildJvm.STOP)) {
        return;
      }
      answer(answers, obey(line.split(" ", -1)));
    }
  }

  private String obey(String[] words) throws Exception {
    DockerClient docker = container.getDockerClient();
    switch (words[0]) {
      case ChildJvm.KILL -> {
        kill(docker);
        return ChildJvm.KILLED;
      }
      case ChildJvm.RESTART -> {
        kill(docker);
        docker.startContainerCmd(container.getContainerId()).exec();
        awaitStart();
        return ready();
      }
      case RocketMqMain.RESTART_NAME_SERVER -> {
        container.execInContainer("bash", "-c", KILL_NAME_SERVER);
        try (Admin admin = admin()) {
          admin.awaitBroker();
        }
      }
      case "topic" -> {
        try (Admin admin = admin()) {
          admin.createTopic(
              words[1], Integer.parseInt(words[2]), words[3].toUpperCase(Locale.ROOT));
        }
      }
      case "group" -> {
        try (Admin admin = admin()) {
          admin.createGroup(words[1], words[2].equals("orderly"), Integer.parseInt(words[3]));
        }
      }
      default -> throw new IllegalArgumentException("Unknown command '" + words[0] + "'.");
    }
    return RocketMqMain.DONE;
  }

  private void kill(DockerClient docker) {
    if (Boolean.TRUE.equals(
        docker.inspectContainerCmd(container.getContainerId()).exec().getState().getRunning())) {
      docker.killContainerCmd(container.getContainerId()).exec();
    }
  }

  private Admin admin() throws Exception {
    return new Admin(host + ":" + ports.nameServer(), host + ":" + ports.broker(), START);
  }

  /** The proxy says so when it has started; its log holds that of earlier starts too. */
  private void awaitStart() throws Exception {
    starts++;
    long deadline = System.nanoTime() + START.toNanos();
    while (container.getLogs().split(STARTED, -1).length <= starts) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "The proxy did not start within " + START.toSeconds() + " s:\n" + container.getLogs());
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    try (Admin admin = admin()) {
      admin.awaitBroker();
    }
  }

  private final class Started extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {
      try {
        awaitStart();
      } catch (Exception failed) {
        throw new IllegalStateException("The servers in the container did not start.", failed);
      }
    }
  }
}
