package io.penstock.benchmarks;

import io.penstock.broker.BrokerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the measurements stand on, and how it is told. */
final class Machine {

  /** Kept off the disk where that is possible: what a disk does just then is noise for all. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private static final long ENOUGH_BYTES = 6L << 30;

  private Machine() {}

  /** A broker as a server has it, not as a test has it. */
  static BrokerOptions broker() {
    BrokerOptions options =
        BrokerOptions.defaults()
            .withMaxHeap("1g")
            .withProperty("broker.session.timeout.ms", "18000")
            .withProperty("log.index.size.max.bytes", "10485760");
    return dataInMemory() ? options.withParentDirectory(MEMORY) : options;
  }

  private static boolean dataInMemory() {
    return Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ENOUGH_BYTES;
  }

  static String describe() {
    return String.format(
        Locale.ROOT,
        "%d cores, %s %s, Java %s; the broker's data is in %s.",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        Runtime.version(),
        dataInMemory() ? MEMORY : System.getProperty("java.io.tmpdir"));
  }

  static String text(Map<String, String> settings) {
    return new TreeMap<>(settings)
        .entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(", "));
  }

  static Map<String, String> with(Map<String, String> settings, String key, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(key, value);
    return more;
  }
}
