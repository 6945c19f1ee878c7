package io.penstock.broker;

import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import io.penstock.broker.process.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The main class of the broker's process: one node that is broker and controller (KRaft).
 *
 * <ol>
 *   <li>It formats its directory, or takes up the data, ports and cluster id that it finds there.
 *   <li>It prints the one line {@code READY host:port} on its standard output when it accepts
 *       clients. Everything else goes to the standard error.
 *   <li>The line {@code stop} on its standard input shuts it down cleanly; its data stays.
 *   <li>The end of its standard input means that its parent is gone, however that happened: it
 *       shuts down, deletes its directory if it was told so, and ends. It never outlives its
 *       parent.
 *   <li>An interrupt or a hangup from the terminal goes to its parent too, and is for the parent to
 *       act on, who may still need the broker: it is ignored here. SIGTERM ends it as the end of
 *       its standard input does, without the clean shutdown.
 * </ol>
 */
final class BrokerMain {

  private static final int EXIT_USAGE = 2;
  private static final int EXIT_FAILED = 1;

  private final BrokerArgs args;
  private final PrintStream ready;
  private volatile @Nullable KafkaRaftServer server;

  private BrokerMain(BrokerArgs args, PrintStream ready) {
    this.args = args;
    this.ready = ready;
  }

  @SuppressWarnings("SystemOut") // the line on standard output is this program's interface
  public static void main(String[] arguments) {
    PrintStream ready = System.out;
    System.setOut(System.err);
    quietLogging();
    try {
      BrokerMain main = new BrokerMain(BrokerArgs.parse(List.of(arguments)), ready);
      Thread parentWatch = new Thread(main::watchParent, "broker-parent-watch");
      leaveTheTerminalToTheParent();
      Runtime.getRuntime().addShutdownHook(new Thread(main::deleteDirectory, "broker-terminated"));
      // Not a daemon: it outlives the server's threads, to delete the directory.
      parentWatch.start();
      main.start();
    } catch (IllegalArgumentException wrongArguments) {
      System.err.println(wrongArguments.getMessage());
      Runtime.getRuntime().halt(EXIT_USAGE);
    } catch (Exception | LinkageError failed) {
      failed.printStackTrace();
      Runtime.getRuntime().halt(EXIT_FAILED);
    }
  }

  /** Set here, not in a resource, which would reach every class path that this module is on. */
  private static void quietLogging() {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
  }

  private void start() throws Exception {
    Path data = args.directory().resolve("data");
    Files.createDirectories(data);
    Properties properties = properties(data);
    if (!Files.exists(data.resolve("meta.properties"))) {
      format(data);
    }
    KafkaRaftServer starting = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
    starting.startup();
    server = starting;
    ready.println(
        ChildJvm.READY + properties.getProperty("advertised.listeners").replaceAll(".*//", ""));
    ready.flush();
    starting.awaitShutdown();
  }

  private static void format(Path data) throws Exception {
    new Formatter()
        .setPrintStream(System.err)
        .setNodeId(Integer.parseInt(BrokerDefaults.NODE_ID))
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName(BrokerDefaults.CONTROLLER)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .run();
  }

  private void watchParent() {
    boolean stopAsked = false;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      stopAsked = ChildJvm.STOP.equals(in.readLine());
    } catch (IOException brokenPipe) {
      System.err.println("Standard input broke, which is taken for its end: " + brokenPipe);
    }
    KafkaRaftServer running = server;
    if (running != null) {
      shutDown(running);
    }
    if (!stopAsked) {
      deleteDirectory();
    }
    Runtime.getRuntime().halt(0);
  }

  private void deleteDirectory() {
    if (args.deleteDirectory()) {
      Directories.delete(args.directory());
    }
  }

  private static void leaveTheTerminalToTheParent() {
    for (String name : List.of("INT", "HUP")) {
      Signal.handle(new Signal(name), SignalHandler.SIG_IGN);
    }
  }

  private static void shutDown(KafkaRaftServer running) {
    Thread shutdown =
        new Thread(
            () -> {
              running.shutdown();
              running.awaitShutdown();
            },
            "broker-shutdown");
    shutdown.setDaemon(true);
    shutdown.start();
    try {
      shutdown.join(ChildJvm.SHUTDOWN.toMillis());
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** The ports of an earlier start are kept with the data, so that a restart comes up on them. */
  private Properties properties(Path data) throws IOException {
    Path portsFile = args.directory().resolve("ports.properties");
    Properties ports = new Properties();
    if (Files.exists(portsFile)) {
      try (Reader reader = Files.newBufferedReader(portsFile)) {
        ports.load(reader);
      }
    } else {
      int port = args.port() == 0 ? FreePort.find() : args.port();
      ports.setProperty("broker", Integer.toString(port));
      ports.setProperty("controller", Integer.toString(FreePort.find()));
      try (Writer writer = Files.newBufferedWriter(portsFile)) {
        ports.store(writer, null);
      }
    }
    String brokerAddress = "127.0.0.1:" + ports.getProperty("broker");
    String controllerAddress = "127.0.0.1:" + ports.getProperty("controller");

    Properties properties = new Properties();
    properties.putAll(BrokerDefaults.PROPERTIES);
    properties.setProperty("log.dirs", data.toString());
    properties.setProperty(
        "listeners",
        "PLAINTEXT://"
            + brokerAddress
            + ","
            + BrokerDefaults.CONTROLLER
            + "://"
            + controllerAddress);
    properties.setProperty("advertised.listeners", "PLAINTEXT://" + brokerAddress);
    properties.setProperty(
        "controller.quorum.voters", BrokerDefaults.NODE_ID + "@" + controllerAddress);
    properties.putAll(args.properties());
    return properties;
  }
}
