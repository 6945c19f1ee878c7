package io.penstock.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where to listen.
 *
 * @param host a name or address; a loopback one keeps everybody else out
 * @param port from 0 to 65535; 0 takes any free one
 */
public record HttpAddress(String host, int port) {

  /** Only this machine. */
  public static final String LOOPBACK = "127.0.0.1";

  /** Checks. */
  public HttpAddress {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is from 0 to 65535, not " + port);
    }
  }

  /** Whether only this machine can connect. A name that can't be resolved is taken as open. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // listening on it will fail and say so
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
