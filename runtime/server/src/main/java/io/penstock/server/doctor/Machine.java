package io.penstock.server.doctor;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.config.ByteSize;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.errors.StartCode;
import io.penstock.server.http.HttpAddress;
import io.penstock.storage.DataFolder;
import io.penstock.storage.PostgresAddress;
import io.penstock.storage.Storage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker needs of its machine. */
public final class Machine {

  private static final long MIB = 1 << 20;

  /** What the JVM needs besides what connectors keep. */
  private static final long OWN_BYTES = 100 * MIB;

  private Machine() {}

  /** The versions of everything below us. */
  public static Finding versions(String penstock) {
    return Finding.ok(
        "versions",
        "penstock %s, java %s (%s), %s %s, %d processors"
            .formatted(
                penstock,
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()));
  }

  /** Whether the JVM may have what connectors keep at most. */
  public static Finding memory(List<ConnectorConfig> connectors) {
    return memory(
        connectors.stream().mapToLong(ConnectorConfig::memoryBytes).sum(),
        Runtime.getRuntime().maxMemory());
  }

  static Finding memory(long connectorBytes, long heapBytes) {
    String text =
        "the JVM takes up to "
            + mib(heapBytes)
            + (connectorBytes == 0 ? "" : "; the connectors keep up to " + mib(connectorBytes));
    return connectorBytes + OWN_BYTES > heapBytes && connectorBytes > 0
        ? Finding.warning(
            "memory",
            StartCode.LITTLE_MEMORY,
            text
                + "; give it "
                + mib(connectorBytes + OWN_BYTES)
                + " or more with PENSTOCK_JAVA_OPTS=-Xmx..., or lower delivery.memory")
        : Finding.ok("memory", text);
  }

  private static String mib(long bytes) {
    return new ByteSize(bytes / MIB * MIB).toString();
  }

  /** Whether a worker may use the folder; nothing is made that isn't there. */
  public static Finding dataFolder(Path folder) {
    String what = "data folder";
    Path absolute = folder.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      try (DataFolder free = DataFolder.open(absolute, Clock.systemUTC())) {
        return Finding.ok(what, free + " is free");
      } catch (ConnectorException e) {
        return Finding.bad(what, StartCode.DATA_FOLDER, String.valueOf(e.getMessage()));
      }
    }
    @Nullable Path there = absolute.getParent();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there != null && Files.isDirectory(there) && Files.isWritable(there)
        ? Finding.ok(what, absolute + " isn't there yet and can be made")
        : Finding.bad(
            what,
            StartCode.DATA_FOLDER,
            absolute
                + " can't be made: "
                + there
                + " may not be written to; choose another --data");
  }

  /** Whether the PostgreSQL that keeps the state answers; nothing is made there. */
  public static Finding sharedState(PostgresAddress address) {
    String what = "state";
    try {
      Storage.check(address);
      return Finding.ok(what, "PostgreSQL at " + address + " answers");
    } catch (ConnectorException e) {
      return Finding.bad(what, StartCode.DATA_FOLDER, String.valueOf(e.getMessage()));
    }
  }

  /** Whether HTTP could listen there. */
  public static Finding port(HttpAddress address) {
    String what = "HTTP";
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
      return Finding.ok(what, address + " is free");
    } catch (IOException e) {
      return Finding.bad(
          what,
          StartCode.CANNOT_LISTEN,
          "can't listen on "
              + address
              + ": "
              + e.getMessage()
              + "; choose another --port or --host");
    }
  }
}
