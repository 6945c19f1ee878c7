package io.penstock.broker.rocketmq;

import io.penstock.broker.process.BrokerUnavailableException;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real RocketMQ cluster in a Docker container, which goes with this JVM, however that ends.
 *
 * <p>A child process drives the container ({@link ContainerMain}), so that neither Testcontainers
 * nor RocketMQ needs to be on this JVM's class path. Its jars are found as {@link RocketMqProcess}
 * tells; those for Docker are in the folder {@code container-lib} beside {@code lib}, where the
 * build's profile {@code containers} puts them. Heap, compiler and system properties of the options
 * are for processes only.
 */
final class RocketMqContainer implements RocketMqCluster {

  private static final List<String> PASSED_ON =
      List.of("penstock.rocketmq.image", "penstock.rocketmq.network");

  private final RocketMqOptions options;
  private final Path directory;
  private final ChildJvm child;
  private final String nameServer;
  private final String endpoints;
  private boolean closed;

  private RocketMqContainer(RocketMqOptions options) {
    this.options = options;
    List<String> arguments = new ArrayList<>();
    for (String name : PASSED_ON) {
      String value = System.getProperty(name);
      if (value != null) {
        arguments.add("-D" + name + "=" + value);
      }
    }
    arguments.addAll(
        List.of(
            "-cp",
            RocketMqProcess.CLASS_PATH.find(options.classPath(), List.of("lib", "container-lib")),
            "io.penstock.broker.rocketmq.ContainerMain"));
    this.directory = Directories.create(options.parentDirectory(), RocketMqProcess.PREFIX);
    arguments.addAll(RocketMqProcess.serverArguments(options, directory));
    try {
      this.child = ChildJvm.launch(arguments, directory.resolve("broker.log"));
      String[] addresses = child.await(ChildJvm.READY, options.startTimeout()).split(" ", -1);
      this.nameServer = addresses[0];
      this.endpoints = addresses[1];
    } catch (RuntimeException failed) {
      Directories.delete(directory);
      throw failed;
    }
  }

  /**
   * Starts a container and returns when its servers accept clients.
   *
   * @throws BrokerUnavailableException if there is no Docker
   */
  static RocketMqContainer start(RocketMqOptions options) {
    return new RocketMqContainer(options);
  }

  @Override
  public String nameServer() {
    return nameServer;
  }

  @Override
  public String endpoints() {
    return endpoints;
  }

  @Override
  public synchronized void createTopic(String topic, int queues, TopicType type) {
    command(RocketMqProcess.topicCommand(topic, queues, type), RocketMqMain.DONE);
  }

  @Override
  public synchronized void createGroup(String group, GroupOrder order, int maxRetries) {
    command(RocketMqProcess.groupCommand(group, order, maxRetries), RocketMqMain.DONE);
  }

  @Override
  public synchronized void restartNameServer() {
    command(RocketMqMain.RESTART_NAME_SERVER, RocketMqMain.DONE);
  }

  @Override
  public synchronized void kill() {
    command(ChildJvm.KILL, ChildJvm.KILLED);
  }

  @Override
  public synchronized void restart() {
    command(ChildJvm.RESTART, ChildJvm.READY);
  }

  private void command(String line, String answer) {
    child.send(line);
    child.await(answer, options.startTimeout());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      child.stop();
      Directories.delete(directory);
    }
  }
}
