package io.penstock.broker.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free loopback ports below the range from which the kernel takes the ports of outgoing
 * connections (32768 and up on Linux, 49152 and up elsewhere).
 *
 * <p>A broker that is killed and started again must find its port free, while its clients try to
 * reconnect all the time. A port out of the kernel's range could be given to one of those very
 * connections, which can even end up connected to itself.
 */
public final class FreePort {

  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 200;

  private FreePort() {}

  /** Finds one; another process may take it before it is used. */
  public static int find() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new BrokerException(
        "No free port found on the loopback address in "
            + ATTEMPTS
            + " attempts between "
            + LOWEST
            + " and "
            + HIGHEST
            + "; see which processes listen there, or name a port.");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
