package io.penstock.connector;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name or an address, without brackets
 * @param port from 1 to 65535
 */
public record ServerAddress(String host, int port) {

  /** A protocol in front, as Kafka allows it, is left out. */
  private static final Pattern TEXT =
      Pattern.compile("(?:\\w+://)?(?:\\[([^]]+)]|([^:/\\[\\]\\s]+)):(\\d{1,5})");

  /** Checks. */
  public ServerAddress {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no address of a server: " + host + " port " + port);
    }
  }

  /** The addresses in texts such as {@code a:9092} or {@code a:9092, [::1]:9092}; others are left out. */
  public static List<ServerAddress> parse(List<String> texts) {
    List<ServerAddress> addresses = new ArrayList<>();
    for (String text : String.join(",", texts).split(",", -1)) {
      Matcher matcher = TEXT.matcher(text.strip());
      if (matcher.matches()) {
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        int port = Integer.parseInt(matcher.group(3));
        if (port >= 1 && port <= 65_535) {
          addresses.add(new ServerAddress(host, port));
        }
      }
    }
    return List.copyOf(addresses);
  }

  /** As {@code host:port}. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
