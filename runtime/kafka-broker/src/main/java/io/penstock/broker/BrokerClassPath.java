package io.penstock.broker;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds what the child's class path is made of; see {@link BrokerProcess}. */
final class BrokerClassPath {

  static final String PROPERTY = "penstock.broker.classpath";

  private BrokerClassPath() {}

  /**
   * Returns the class path, this module's own jar or folder first.
   *
   * @param options names the class path, or leaves it to the property and the folder
   * @param folder the name of the folder beside this module's own jar or folder
   */
  static String find(BrokerOptions options, String folder) {
    Path own = own();
    List<String> named = options.classPath();
    if (named != null) {
      return own + File.pathSeparator + String.join(File.pathSeparator, named);
    }
    String property = System.getProperty(PROPERTY);
    if (property != null && !property.isBlank()) {
      return own + File.pathSeparator + property;
    }
    Path jars = own.resolveSibling(folder);
    if (!Files.isDirectory(jars)) {
      throw new BrokerException(
          "The Kafka server's jars were not found: there is no folder "
              + jars
              + ". The build of runtime/kafka-broker makes it: build that module in the same run"
              + " (mvn -pl MODULE -am), or name the jars with the system property "
              + PROPERTY
              + ", as in /opt/kafka/libs/*.");
    }
    return own + File.pathSeparator + jars + File.separator + "*";
  }

  private static Path own() {
    try {
      return Path.of(
          BrokerClassPath.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new BrokerException("This module's own place could not be found.", impossible);
    }
  }
}
