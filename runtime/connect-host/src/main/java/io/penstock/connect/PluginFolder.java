package io.penstock.connect;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.connect.components.Versioned;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins in a folder: each folder in it, with all jars below, or each jar by itself, is one plugin
 * with a class loader of its own. What the host's class path has can be named too. Thread-safe; a folder
 * is opened once in a process, so that connectors share its classes.
 */
public final class PluginFolder {

  private static final Logger log = LoggerFactory.getLogger(PluginFolder.class);
  private static final Map<Path, PluginFolder> OPENED = new ConcurrentHashMap<>();

  /**
   * A class that a plugin offers.
   *
   * @param kind what it is for
   * @param className its full name
   * @param version as it tells itself
   * @param location the folder or jar; empty if it came with Penstock
   */
  public record Offered(PluginKind kind, String className, String version, String location) {

    /** Whether it may be called so in a connector's file. */
    public boolean isNamed(String word) {
      return kind.isNamed(className, word);
    }
  }

  /** One plugin: where it is and how its classes are loaded. */
  record Location(String name, ClassLoader loader) {}

  private final Path folder;
  private final List<Location> locations;

  private PluginFolder(Path folder, List<Location> locations) {
    this.folder = folder;
    this.locations = locations;
  }

  /**
   * Opens a folder; one that isn't there has no plugins but those of the host.
   *
   * @throws ConnectorException fatal, if it can't be read
   */
  public static PluginFolder open(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    return OPENED.computeIfAbsent(absolute, PluginFolder::read);
  }

  private static PluginFolder read(Path folder) {
    ClassLoader host = PluginFolder.class.getClassLoader();
    List<Location> locations = new ArrayList<>();
    try {
      if (Files.isDirectory(folder)) {
        for (Path entry : list(folder)) {
          List<URL> jars = jars(entry);
          if (!jars.isEmpty()) {
            String name = String.valueOf(entry.getFileName());
            Location location = new Location(name, new PluginClassLoader(name, jars, host));
            registerJdbcDrivers(location);
            locations.add(location);
          }
        }
      }
    } catch (IOException e) {
      throw ConnectorException.fatal(
          "the plugin folder " + folder + " can't be read: " + e + ". Check its rights", e);
    }
    locations.add(new Location("", host));
    return new PluginFolder(folder, List.copyOf(locations));
  }

  /** As Kafka's workers do: the JVM itself looks for drivers only once, and not in plugins. */
  private static void registerJdbcDrivers(Location location) {
    Iterator<Driver> drivers = ServiceLoader.load(Driver.class, location.loader()).iterator();
    boolean more = true;
    while (more) {
      try {
        more = drivers.hasNext();
        if (more) {
          drivers.next(); // registers itself
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        log.debug("a JDBC driver of plugin '{}' can't be used", location.name(), e);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static List<URL> jars(Path entry) throws IOException {
    try (Stream<Path> files = Files.walk(entry)) {
      List<URL> jars = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".jar")
            && Files.isRegularFile(file)) {
          jars.add(url(file));
        }
      }
      return jars;
    }
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /**
   * What the plugins say that they offer, by name. A plugin that can't be asked is left out and logged;
   * one made before plugins said so can still be used by the full name of its class.
   */
  public List<Offered> offered() {
    Map<String, Offered> offered = new TreeMap<>();
    for (Location location : locations) {
      for (PluginKind kind : PluginKind.values()) {
        Isolated.run(location.loader(), () -> collect(location, kind, offered));
      }
    }
    return List.copyOf(offered.values());
  }

  private static void collect(Location location, PluginKind kind, Map<String, Offered> offered) {
    providers(location, kind)
        .forEach(
            provider -> {
              String name = provider.type().getName();
              offered.putIfAbsent(
                  kind + " " + name + " " + location.name(),
                  new Offered(kind, name, version(provider), location.name()));
            });
  }

  /** What a plugin itself says that it offers; nothing of it is made yet. */
  private static Stream<? extends ServiceLoader.Provider<?>> providers(
      Location location, PluginKind kind) {
    ClassLoader host = PluginFolder.class.getClassLoader();
    try {
      return ServiceLoader.load(kind.type(), location.loader()).stream()
          // What the host has is seen through the plugin, but is the host's.
          .filter(p -> location.name().isEmpty() || p.type().getClassLoader() != host)
          .toList()
          .stream();
    } catch (ServiceConfigurationError | LinkageError e) {
      log.warn("plugin '{}' can't be asked what it offers: {}", location.name(), e.toString());
      return Stream.empty();
    }
  }

  private static String version(ServiceLoader.Provider<?> provider) {
    try {
      Object plugin = provider.get();
      return plugin instanceof Versioned versioned && versioned.version() != null
          ? versioned.version()
          : "unknown";
    } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
      log.debug("{} does not tell its version", provider.type().getName(), e);
      return "unknown";
    }
  }

  /**
   * Makes sure that a connector is there.
   *
   * @throws ConnectorException fatal, if it isn't; names those there are
   */
  public static void require(ConnectSettings settings, PluginKind kind) {
    open(settings.folder()).find(kind, settings.plugin());
  }

  /**
   * Finds a class by its full name, or by a short one that only one class of the kind has.
   *
   * @throws ConnectorException fatal, if there is none or more than one; names those there are
   */
  PluginClass find(PluginKind kind, String word) {
    for (Location location : locations) {
      try {
        Class<?> type = Class.forName(word, false, location.loader());
        // A plugin's loader also finds what the host has; that belongs to the host.
        boolean isHosts = type.getClassLoader() != location.loader() && !location.name().isEmpty();
        if (kind.type().isAssignableFrom(type) && !isHosts) {
          return new PluginClass(type, location);
        }
      } catch (ClassNotFoundException | LinkageError e) {
        log.debug("{} is not in plugin '{}'", word, location.name(), e);
      }
    }
    List<PluginClass> named = new ArrayList<>();
    for (Location location : locations) {
      Isolated.run(
          location.loader(),
          () ->
              providers(location, kind)
                  .filter(provider -> kind.isNamed(provider.type().getName(), word))
                  .forEach(provider -> named.add(new PluginClass(provider.type(), location))));
    }
    long classes = named.stream().map(found -> found.type().getName()).distinct().count();
    if (classes == 1) {
      return named.get(0);
    }
    throw ConnectorException.fatal(
        classes == 0
            ? "there is no "
                + kind.words()
                + " '"
                + word
                + "' in the plugins of "
                + folder
                + "; there is "
                + names(kind)
            : "'" + word + "' is more than one class; write the full name",
        null);
  }

  private String names(PluginKind kind) {
    List<String> names =
        offered().stream()
            .filter(o -> o.kind() == kind)
            .map(Offered::className)
            .distinct()
            .sorted()
            .toList();
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** A class and the plugin that it is of. */
  record PluginClass(Class<?> type, Location location) {

    ClassLoader loader() {
      return location.loader();
    }

    /**
     * Makes an instance, with the plugin's class loader as the thread's.
     *
     * @throws ConnectorException fatal, if that fails
     */
    <T> T make(Class<T> as) {
      return Isolated.call(
          loader(),
          () -> {
            try {
              return as.cast(type.getDeclaredConstructor().newInstance());
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
              Throwable cause = e.getCause() == null ? e : e.getCause();
              throw ConnectorException.fatal(type.getName() + " can't be made: " + cause, e);
            }
          });
    }
  }
}
