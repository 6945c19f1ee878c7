package io.penstock.broker.rocketmq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the servers read their settings from. */
final class ServerFiles {

  private static final String CLUSTER = "DefaultCluster";

  /**
   * Where servers run.
   *
   * @param store the folder of the broker's data
   * @param host by which clients reach them
   * @param bindAddress where they listen
   */
  record Place(String store, String host, String bindAddress) {
    static Place loopback(String store) {
      return new Place(store, "127.0.0.1", "127.0.0.1");
    }
  }

  private ServerFiles() {}

  /** The broker's file, as properties. */
  static String broker(ServerArgs args, Ports ports, Place place) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("brokerClusterName", CLUSTER);
    all.put("brokerName", "broker-a");
    all.put("brokerId", "0");
    all.put("brokerIP1", place.host());
    all.put("bindAddress", place.bindAddress());
    all.put("listenPort", Integer.toString(ports.broker()));
    all.put("haListenPort", Integer.toString(ports.replication()));
    all.put("namesrvAddr", ports.nameServerAddress());
    all.put("storePathRootDir", place.store());
    all.put("storePathCommitLog", place.store() + "/commitlog");
    // The defaults set gigabytes of disk aside.
    all.put("mappedFileSizeCommitLog", Integer.toString(16 << 20));
    all.put("mappedFileSizeConsumeQueue", "600000");
    all.put("mappedFileSizeTimerLog", Integer.toString(1 << 20));
    all.put("maxHashSlotNum", "50000");
    all.put("maxIndexNum", "200000");
    all.put("warmMapedFileEnable", "false");
    all.put("transientStorePoolEnable", "false");
    // A fuller disk than the default allows is no reason to refuse a test's messages.
    all.put("diskMaxUsedSpaceRatio", "98");
    all.put("flushDiskType", "ASYNC_FLUSH");
    // A topic made by a client's mistake hides the mistake.
    all.put("autoCreateTopicEnable", "false");
    all.put("autoCreateSubscriptionGroup", "true");
    all.put("enablePropertyFilter", "true");
    all.put("timerWheelEnable", "true");
    // A busy machine is no reason to refuse messages either.
    all.put("waitTimeMillsInSendQueue", "5000");
    all.put("osPageCacheBusyTimeOutMills", "5000");
    all.put("transactionCheckInterval", "1000");
    all.put("transactionTimeOut", "3000");
    all.put("transactionOpBatchInterval", "100");
    all.putAll(args.broker());
    List<String> lines = new ArrayList<>();
    all.forEach((key, value) -> lines.add(key + "=" + value));
    return String.join("\n", lines) + "\n";
  }

  /** The proxy's file, as JSON. */
  static String proxy(ServerArgs args, Ports ports, Place place) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("rocketMQClusterName", quoted(CLUSTER));
    all.put("namesrvAddr", quoted(ports.nameServerAddress()));
    all.put("grpcServerPort", Integer.toString(ports.grpc()));
    all.put("remotingListenPort", Integer.toString(ports.remoting()));
    all.put("proxyMode", quoted("LOCAL"));
    all.put("localServeAddr", quoted(place.host()));
    all.putAll(args.proxy());
    List<String> members = new ArrayList<>();
    all.forEach((key, value) -> members.add(quoted(key) + ":" + value));
    return "{" + String.join(",", members) + "}";
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
