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
   * @param folders the names of the folders beside this module's own jar or folder
   */
  static String find(BrokerOptions options, List<String> folders) {
    Path own = own();
    List<String> named = options.classPath();
    if (named != null) {
      return own + File.pathSeparator + String.join(File.pathSeparator, named);
    }
    String property = System.getProperty(PROPERTY);
    if (property != null && !property.isBlank()) {
      return own + File.pathSeparator + property;
    }
    StringBuilder classPath = new StringBuilder().append(own);
    for (String folder : folders) {
      Path jars = own.resolveSibling(folder);
      if (!Files.isDirectory(jars)) {
        throw new BrokerException(
            "The jars of the broker's process were not found: there is no folder "
                + jars
                + ". The build of runtime/kafka-broker makes it (container-lib with -Pcontainers):"
                + " build that module in the same run (mvn -pl MODULE -am), or name the jars with"
                + " the system property "
                + PROPERTY
                + ", as in /opt/kafka/libs/*.");
      }
      classPath.append(File.pathSeparator).append(jars).append(File.separator).append('*');
    }
    return classPath.toString();
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
