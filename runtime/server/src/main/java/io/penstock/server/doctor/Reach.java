package io.penstock.server.doctor;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.Durations;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.errors.StartCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether the servers that connectors name take a TCP connection from here. */
public final class Reach {

  private static final int AT_A_TIME = 16;

  /** How long a name may take to be resolved, beyond the time for the connection. */
  private static final Duration FOR_NAMES = Duration.ofSeconds(5);

  private final Duration timeout;

  /** Waits so long for each connection. */
  public Reach(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Tries every server once, several side by side. Where one of several servers of a source or sink
   * can be reached, the others are warnings: a client goes on with the one.
   */
  public List<Finding> of(List<ConnectorConfig> connectors) throws InterruptedException {
    Set<ServerAddress> all = new LinkedHashSet<>();
    connectors.forEach(c -> c.servers().values().forEach(all::addAll));
    Map<ServerAddress, Optional<String>> troubles = troubles(all);
    List<Finding> findings = new ArrayList<>();
    for (ConnectorConfig connector : connectors) {
      connector
          .servers()
          .forEach(
              (part, servers) ->
                  findings.addAll(
                      findings(part + " of '" + connector.name() + "'", servers, troubles)));
    }
    return findings;
  }

  private static List<Finding> findings(
      String what, List<ServerAddress> servers, Map<ServerAddress, Optional<String>> troubles) {
    boolean anyGood = servers.stream().anyMatch(s -> trouble(s, troubles).isEmpty());
    List<Finding> findings = new ArrayList<>();
    for (ServerAddress server : servers) {
      Optional<String> trouble = trouble(server, troubles);
      String text = server + trouble.map(t -> " " + t).orElse(" can be reached");
      if (trouble.isEmpty()) {
        findings.add(Finding.ok(what, text));
      } else if (anyGood) {
        findings.add(Finding.warning(what, StartCode.UNREACHABLE, text));
      } else {
        findings.add(Finding.bad(what, StartCode.UNREACHABLE, text));
      }
    }
    return findings;
  }

  private static Optional<String> trouble(
      ServerAddress server, Map<ServerAddress, Optional<String>> troubles) {
    return troubles.getOrDefault(server, Optional.empty());
  }

  private Map<ServerAddress, Optional<String>> troubles(Set<ServerAddress> servers)
      throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            AT_A_TIME,
            task -> {
              Thread thread = new Thread(task, "penstock-doctor");
              thread.setDaemon(true); // a name server that hangs must not keep the process
              return thread;
            });
    try {
      Map<ServerAddress, Future<Optional<String>>> asked = new LinkedHashMap<>();
      servers.forEach(server -> asked.put(server, threads.submit(() -> trouble(server))));
      Map<ServerAddress, Optional<String>> troubles = new LinkedHashMap<>();
      for (Map.Entry<ServerAddress, Future<Optional<String>>> one : asked.entrySet()) {
        troubles.put(one.getKey(), answer(one.getValue()));
      }
      return troubles;
    } finally {
      threads.shutdownNow();
    }
  }

  private Optional<String> answer(Future<Optional<String>> asked) throws InterruptedException {
    try {
      return asked.get(timeout.plus(FOR_NAMES).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of("can't be reached: its name isn't resolved in time");
    } catch (ExecutionException e) {
      return Optional.of("can't be reached: " + e.getCause());
    }
  }

  private Optional<String> trouble(ServerAddress server) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(server.host()), server.port()),
          Math.toIntExact(timeout.toMillis()));
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("can't be reached: there is no such host");
    } catch (SocketTimeoutException e) {
      return Optional.of("can't be reached: no answer within " + Durations.format(timeout));
    } catch (IOException e) {
      return Optional.of("can't be reached: " + e.getMessage());
    }
  }
}
