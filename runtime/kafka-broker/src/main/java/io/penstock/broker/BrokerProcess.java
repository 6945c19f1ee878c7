package io.penstock.broker;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.process.ChildClassPath;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Kafka broker in a child process, which ends with this JVM, however that ends.
 *
 * <p>No class of Kafka is needed on this JVM's class path. The child's class path is the first of:
 *
 * <ol>
 *   <li>{@link BrokerOptions#classPath};
 *   <li>the system property {@code penstock.broker.classpath}, for a distribution;
 *   <li>the folder {@code lib} beside this module's own jar or classes folder: in its {@code
 *       target}, where the build puts it.
 * </ol>
 *
 * <p>This module's own jar or folder is always added.
 */
public final class BrokerProcess implements KafkaCluster {

  static final String PREFIX = "penstock-kafka-";

  static final ChildClassPath CLASS_PATH =
      new ChildClassPath(BrokerProcess.class, "runtime/kafka-broker", "penstock.broker.classpath");

  private final BrokerOptions options;
  private final String classPath;
  private final Path directory;
  private final String bootstrapServers;
  private ChildJvm child;
  private boolean closed;

  private BrokerProcess(BrokerOptions options) {
    this.options = options;
    this.classPath = CLASS_PATH.find(options.classPath(), List.of("lib"));
    this.directory = Directories.create(options.parentDirectory(), PREFIX);
    try {
      this.child = launch();
      this.bootstrapServers = child.await(ChildJvm.READY, options.startTimeout());
    } catch (RuntimeException failed) {
      Directories.delete(directory);
      throw failed;
    }
  }

  /**
   * Starts a broker and returns when it accepts clients.
   *
   * @throws BrokerException if the Kafka server's jars are not found, or if the broker ends or is
   *     late; the message holds its last output
   */
  public static BrokerProcess start(BrokerOptions options) {
    return new BrokerProcess(options);
  }

  private ChildJvm launch() {
    List<String> arguments = new ArrayList<>();
    arguments.add("-Xmx" + options.maxHeap());
    if (options.compiler() == BrokerOptions.Compiler.QUICK) {
      arguments.add("-XX:TieredStopAtLevel=1");
      arguments.add("-XX:+UseSerialGC");
    }
    // Older ones do not know it, newer ones warn without it (native code for compression).
    if (Runtime.version().feature() >= 22) {
      arguments.add("--enable-native-access=ALL-UNNAMED");
    }
    arguments.addAll(List.of("-cp", classPath, "io.penstock.broker.BrokerMain"));
    arguments.addAll(List.of("--dir", directory.toString(), "--delete-dir"));
    arguments.addAll(List.of("--port", Integer.toString(options.port())));
    options
        .properties()
        .forEach((key, value) -> arguments.addAll(List.of("--property", key + "=" + value)));
    return ChildJvm.launch(arguments, directory.resolve("broker.log"));
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the process id of the broker that runs now, or that ran last. */
  public synchronized long pid() {
    return child.pid();
  }

  /** Returns the folder with the broker's data and its log, {@code broker.log}. */
  public Path directory() {
    return directory;
  }

  @Override
  public synchronized void kill() {
    if (!child.destroy()) {
      throw new BrokerException("The broker's process " + child.pid() + " could not be killed.");
    }
  }

  @Override
  public synchronized void restart() {
    if (closed) {
      throw new BrokerException("The broker at " + bootstrapServers + " is closed already.");
    }
    if (child.isAlive()) {
      child.stop();
    }
    child = launch();
    child.await(ChildJvm.READY, options.startTimeout());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      kill();
      Directories.delete(directory);
    }
  }
}
