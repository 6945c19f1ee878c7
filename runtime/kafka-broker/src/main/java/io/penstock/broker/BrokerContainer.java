package io.penstock.broker;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.process.BrokerUnavailableException;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Kafka broker in a Docker container, which goes with this JVM, however that ends.
 *
 * <p>A child process drives the container ({@link ContainerMain}), so that neither Testcontainers
 * nor Kafka needs to be on this JVM's class path. Its jars are found as {@link BrokerProcess} tells;
 * those for Docker are in the folder {@code container-lib} beside {@code lib}, where the build's
 * profile {@code containers} puts them.
 */
final class BrokerContainer implements KafkaCluster {

  private static final List<String> PASSED_ON =
      List.of("penstock.kafka.image", "penstock.kafka.network");

  private final BrokerOptions options;
  private final Path directory;
  private final ChildJvm child;
  private final String bootstrapServers;
  private boolean closed;

  private BrokerContainer(BrokerOptions options) {
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
            BrokerProcess.CLASS_PATH.find(options.classPath(), List.of("lib", "container-lib"))));
    this.directory = Directories.create(options.parentDirectory(), BrokerProcess.PREFIX);
    arguments.addAll(
        List.of("io.penstock.broker.ContainerMain", "--dir", directory.toString(), "--delete-dir"));
    arguments.addAll(List.of("--port", Integer.toString(options.port())));
    options
        .properties()
        .forEach((key, value) -> arguments.addAll(List.of("--property", key + "=" + value)));
    try {
      this.child = ChildJvm.launch(arguments, directory.resolve("broker.log"));
      this.bootstrapServers = child.await(ChildJvm.READY, options.startTimeout());
    } catch (RuntimeException failed) {
      Directories.delete(directory);
      throw failed;
    }
  }

  /**
   * Starts a container and returns when its broker accepts clients.
   *
   * @throws BrokerUnavailableException if there is no Docker
   * @throws BrokerException if the broker does not come up
   */
  static BrokerContainer start(BrokerOptions options) {
    return new BrokerContainer(options);
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public synchronized void kill() {
    child.send(ChildJvm.KILL);
    child.await(ChildJvm.KILLED, options.startTimeout());
  }

  @Override
  public synchronized void restart() {
    child.send(ChildJvm.RESTART);
    child.await(ChildJvm.READY, options.startTimeout());
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
