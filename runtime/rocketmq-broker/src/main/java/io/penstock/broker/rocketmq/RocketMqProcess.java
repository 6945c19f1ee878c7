package io.penstock.broker.rocketmq;

import io.penstock.broker.process.BrokerException;
import io.penstock.broker.process.ChildClassPath;
import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A real RocketMQ name server, broker and proxy in one child process, which ends with this JVM,
 * however that ends.
 *
 * <p>No class of RocketMQ is needed on this JVM's class path. The child's class path is the first
 * of:
 *
 * <ol>
 *   <li>{@link RocketMqOptions#classPath};
 *   <li>the system property {@code penstock.rocketmq.classpath}, for a distribution;
 *   <li>the folder {@code lib} beside this module's own jar or classes folder: in its {@code
 *       target}, where the build puts it.
 * </ol>
 */
public final class RocketMqProcess implements RocketMqCluster {

  static final String PREFIX = "penstock-rocketmq-";

  static final ChildClassPath CLASS_PATH =
      new ChildClassPath(
          RocketMqProcess.class, "runtime/rocketmq-broker", "penstock.rocketmq.classpath");

  private final RocketMqOptions options;
  private final String classPath;
  private final Path directory;
  private final String nameServer;
  private final String endpoints;
  private ChildJvm child;
  private boolean closed;

  private RocketMqProcess(RocketMqOptions options) {
    this.options = options;
    this.classPath = CLASS_PATH.find(options.classPath(), List.of("lib"));
    this.directory = Directories.create(options.parentDirectory(), PREFIX);
    try {
      this.child = launch();
      String[] addresses = child.await(ChildJvm.READY, options.startTimeout()).split(" ", -1);
      this.nameServer = addresses[0];
      this.endpoints = addresses[1];
    } catch (RuntimeException failed) {
      Directories.delete(directory);
      throw failed;
    }
  }

  /**
   * Starts a cluster and returns when it accepts clients.
   *
   * @throws BrokerException if the servers' jars are not found, or if the process ends or is late;
   *     the message holds its last output
   */
  public static RocketMqProcess start(RocketMqOptions options) {
    return new RocketMqProcess(options);
  }

  private ChildJvm launch() {
    List<String> arguments = new ArrayList<>();
    arguments.add("-Xmx" + options.maxHeap());
    arguments.add("-XX:MaxDirectMemorySize=" + options.maxHeap());
    if (options.compiler() == RocketMqOptions.Compiler.QUICK) {
      arguments.add("-XX:TieredStopAtLevel=1");
      arguments.add("-XX:+UseSerialGC");
    }
    if (Runtime.version().feature() >= 22) {
      arguments.add("--enable-native-access=ALL-UNNAMED");
    }
    // The servers write logs and files into their user's home unless told otherwise before they
    // start.
    arguments.add("-Duser.home=" + directory);
    arguments.add("-Drocketmq.log.root.level=warn");
    options.system().forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    arguments.addAll(List.of("-cp", classPath, "io.penstock.broker.rocketmq.RocketMqMain"));
    arguments.addAll(serverArguments(options, directory));
    return ChildJvm.launch(arguments, directory.resolve("broker.log"));
  }

  /** What {@link ServerArgs} reads. */
  static List<String> serverArguments(RocketMqOptions options, Path directory) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--dir", directory.toString(), "--delete-dir"));
    options
        .broker()
        .forEach((key, value) -> arguments.addAll(List.of("--property", key + "=" + value)));
    options
        .proxy()
        .forEach((key, value) -> arguments.addAll(List.of("--proxy", key + "=" + value)));
    return arguments;
  }

  @Override
  public String nameServer() {
    return nameServer;
  }

  @Override
  public String endpoints() {
    return endpoints;
  }

  /** Returns the process id of the servers that run now, or that ran last. */
  public synchronized long pid() {
    return child.pid();
  }

  /** Returns the folder with the cluster's data and its log, {@code broker.log}. */
  public Path directory() {
    return directory;
  }

  @Override
  public synchronized void createTopic(String topic, int queues, TopicType type) {
    command(topicCommand(topic, queues, type));
  }

  @Override
  public synchronized void createGroup(String group, GroupOrder order, int maxRetries) {
    command(groupCommand(group, order, maxRetries));
  }

  static String topicCommand(String topic, int queues, TopicType type) {
    return "topic " + topic + " " + queues + " " + type;
  }

  static String groupCommand(String group, GroupOrder order, int maxRetries) {
    return "group " + group + " " + order.name().toLowerCase(Locale.ROOT) + " " + maxRetries;
  }

  @Override
  public synchronized void restartNameServer() {
    command(RocketMqMain.RESTART_NAME_SERVER);
  }

  private void command(String line) {
    child.send(line);
    child.await(RocketMqMain.DONE, options.startTimeout());
  }

  @Override
  public synchronized void kill() {
    if (!child.destroy()) {
      throw new BrokerException("RocketMQ's process " + child.pid() + " could not be killed.");
    }
  }

  @Override
  public synchronized void restart() {
    if (closed) {
      throw new BrokerException("RocketMQ at " + nameServer + " is closed already.");
    }
    // A clean shutdown takes the servers 15 s, and what they have acknowledged survives without.
    kill();
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
