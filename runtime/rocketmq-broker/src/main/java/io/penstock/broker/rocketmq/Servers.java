package io.penstock.broker.rocketmq;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.namesrv.NamesrvConfig;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.proxy.ProxyStartup;
import org.apache.rocketmq.proxy.grpc.GrpcServer;
import org.apache.rocketmq.proxy.grpc.GrpcServerBuilder;
import org.apache.rocketmq.proxy.grpc.v2.GrpcMessagingApplication;
import org.apache.rocketmq.proxy.processor.DefaultMessagingProcessor;
import org.apache.rocketmq.proxy.processor.MessagingProcessor;
import org.apache.rocketmq.proxy.service.cert.TlsCertificateManager;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/**
 * Name server, broker and local proxy in this JVM. It extends the proxy's own start for the sake of
 * what that does under protection, and keeps the broker at hand: the first registration with the
 * name server must not wait for the broker's timer of 10 s, and topics get their types only here.
 */
final class Servers extends ProxyStartup {

  private static final Duration REGISTRATION = Duration.ofSeconds(30);
  private static final String ALWAYS_THERE = "SELF_TEST_TOPIC";

  private final Path directory;
  private final Ports ports;
  private final BrokerController broker;
  private NamesrvController nameServer;

  private Servers(
      Path directory, Ports ports, NamesrvController nameServer, BrokerController broker) {
    this.directory = directory;
    this.ports = ports;
    this.nameServer = nameServer;
    this.broker = broker;
  }

  static Servers start(ServerArgs args, Ports ports) throws Exception {
    Path directory = args.directory();
    Files.createDirectories(directory.resolve("conf"));
    System.setProperty("rocketmq.home.dir", directory.toString());
    System.setProperty("com.rocketmq.proxy.home", directory.toString());
    NamesrvController nameServer = startNameServer(directory, ports);

    ServerFiles.Place here = ServerFiles.Place.loopback(directory.resolve("store").toString());
    Path brokerFile = directory.resolve("broker.conf");
    Files.writeString(brokerFile, ServerFiles.broker(args, ports, here));
    Path proxyFile = directory.resolve("proxy.json");
    Files.writeString(proxyFile, ServerFiles.proxy(args, ports, here));
    initConfiguration(
        parseCommandLineArgument(
            new String[] {
              "-n",
              ports.nameServerAddress(),
              "-pm",
              "local",
              "-bc",
              brokerFile.toString(),
              "-pc",
              proxyFile.toString()
            }));
    initThreadPoolMonitor();
    ThreadPoolExecutor executor = createServerExecutor();
    BrokerController broker = createBrokerController();
    MessagingProcessor processor = DefaultMessagingProcessor.createForLocalMode(broker);
    GrpcMessagingApplication application = GrpcMessagingApplication.create(processor);
    GrpcServer grpc =
        GrpcServerBuilder.newBuilder(executor, ports.grpc(), new TlsCertificateManager())
            .addService(application)
            .configInterceptor()
            .shutdownTime(1, TimeUnit.SECONDS)
            .build();
    broker.start();
    processor.start();
    application.start();
    grpc.start();
    Servers servers = new Servers(directory, ports, nameServer, broker);
    servers.awaitRegistration();
    return servers;
  }

  private static NamesrvController startNameServer(Path directory, Ports ports) throws Exception {
    NamesrvConfig config = new NamesrvConfig();
    config.setRocketmqHome(directory.toString());
    config.setKvConfigPath(directory.resolve("kvConfig.json").toString());
    config.setConfigStorePath(directory.resolve("namesrv.properties").toString());
    NettyServerConfig network = new NettyServerConfig();
    network.setListenPort(ports.nameServer());
    network.setBindAddress("127.0.0.1");
    NamesrvController started = new NamesrvController(config, network);
    if (!started.initialize()) {
      throw new IllegalStateException("The name server could not be initialized.");
    }
    started.start();
    return started;
  }

  void restartNameServer() throws Exception {
    nameServer.shutdown();
    nameServer = startNameServer(directory, ports);
    awaitRegistration();
  }

  private void awaitRegistration() throws InterruptedException {
    long deadline = System.nanoTime() + REGISTRATION.toNanos();
    while (nameServer.getRouteInfoManager().pickupTopicRouteData(ALWAYS_THERE) == null) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("The name server never heard of the broker.");
      }
      broker.registerBrokerAll(true, false, true);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** The broker's own command to create topics drops their types. */
  void createTopic(String name, int queues, String type) throws InterruptedException {
    TopicConfig topic = new TopicConfig(name, queues, queues);
    topic.setAttributes(new LinkedHashMap<>(Map.of("+message.type", type)));
    broker.getTopicConfigManager().updateTopicConfig(topic);
    long deadline = System.nanoTime() + REGISTRATION.toNanos();
    do {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("The name server never heard of topic " + name + ".");
      }
      broker.registerIncrementBrokerData(topic, broker.getTopicConfigManager().getDataVersion());
      TimeUnit.MILLISECONDS.sleep(10);
    } while (readableQueues(name) != queues);
  }

  private int readableQueues(String topic) {
    var route = nameServer.getRouteInfoManager().pickupTopicRouteData(topic);
    return route == null ? -1 : route.getQueueDatas().get(0).getReadQueueNums();
  }

  void createGroup(String name, boolean orderly, int maxRetries) {
    SubscriptionGroupConfig group = new SubscriptionGroupConfig();
    group.setGroupName(name);
    group.setConsumeMessageOrderly(orderly);
    group.setRetryMaxTimes(maxRetries);
    broker.getSubscriptionGroupManager().updateSubscriptionGroupConfig(group);
  }
}
