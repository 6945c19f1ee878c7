package io.penstock.broker.rocketmq;

import io.penstock.broker.process.FreePort;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the servers listen, on the loopback address. Kept with the data, so that a restart comes up
 * on the same ports.
 *
 * @param nameServer of the name server
 * @param broker of the broker; it also takes the port two below (its fast lane)
 * @param replication of the broker for replicas that there are none of
 * @param grpc of the proxy, for gRPC clients
 * @param remoting of the proxy, for clients of the older protocol
 */
record Ports(int nameServer, int broker, int replication, int grpc, int remoting) {

  static Ports of(Path directory) throws IOException {
    Path file = directory.resolve("ports.properties");
    Properties known = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        known.load(reader);
      }
    } else {
      for (String name : new String[] {"nameServer", "broker", "replication", "grpc", "remoting"}) {
        known.setProperty(name, Integer.toString(FreePort.find()));
      }
      try (Writer writer = Files.newBufferedWriter(file)) {
        known.store(writer, null);
      }
    }
    return new Ports(
        port(known, "nameServer"),
        port(known, "broker"),
        port(known, "replication"),
        port(known, "grpc"),
        port(known, "remoting"));
  }

  private static int port(Properties known, String name) {
    return Integer.parseInt(known.getProperty(name));
  }

  String nameServerAddress() {
    return "127.0.0.1:" + nameServer;
  }

  String endpoints() {
    return "127.0.0.1:" + grpc;
  }
}
