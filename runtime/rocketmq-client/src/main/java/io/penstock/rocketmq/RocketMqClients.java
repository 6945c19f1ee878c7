package io.penstock.rocketmq;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.remoting.RPCHook;
import org.jspecify.annotations.Nullable;

/** Sets up clients of the remoting protocol. */
public final class RocketMqClients {

  private static final AtomicInteger CLIENTS = new AtomicInteger();

  private RocketMqClients() {}

  /** What signs requests; null if no login is wanted. */
  public static @Nullable RPCHook signing(RocketMqConnection connection) {
    return connection
        .credentials()
        .map(
            login ->
                new AclClientRPCHook(
                    login
                        .securityToken()
                        .map(
                            token ->
                                new SessionCredentials(login.accessKey(), login.secretKey(), token))
                        .orElseGet(
                            () -> new SessionCredentials(login.accessKey(), login.secretKey()))))
        .orElse(null);
  }

  /** An instance name that no other client has. */
  public static String uniqueInstance(String connector) {
    return "penstock-"
        + connector
        + "-"
        + ProcessHandle.current().pid()
        + "-"
        + Long.toString(System.nanoTime(), Character.MAX_RADIX)
        + "-"
        + CLIENTS.incrementAndGet();
  }

  /**
   * Tells a client where the cluster is.
   *
   * @param nameServer as {@link RocketMqConnection#servers} writes them
   * @param instance a name that no other client has at the same time: clients with one name share
   *     connections and threads, and a group takes two of its members for one
   */
  public static void configure(
      ClientConfig client, RocketMqConnection connection, String nameServer, String instance) {
    client.setNamesrvAddr(nameServer);
    client.setInstanceName(instance);
    client.setUseTLS(connection.security() == RocketMqConnection.Security.TLS);
    // Its traces are messages of their own that nobody asked for.
    client.setEnableTrace(false);
  }
}
