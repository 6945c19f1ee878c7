package io.penstock.broker.process;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a child's class path is made of: the jars that are named, or those of a system
 * property, or those in folders beside the launching module's own jar or classes folder. That
 * module's own place and this one's are always added, in front.
 *
 * @param launcher a class of the module that launches the child
 * @param module where that module's sources are, for messages
 * @param property the system property
 */
public record ChildClassPath(Class<?> launcher, String module, String property) {

  /**
   * Returns the class path.
   *
   * @param named jars, folders and {@code folder/*} patterns; null to go by the property
   * @param folders the names of the folders, if there is no property either
   * @throws BrokerException if such a folder is not there
   */
  public String find(@Nullable List<String> named, List<String> folders) {
    Path own = place(launcher);
    String first = own + File.pathSeparator + place(ChildClassPath.class);
    if (named != null) {
      return first + File.pathSeparator + String.join(File.pathSeparator, named);
    }
    String given = System.getProperty(property);
    if (given != null && !given.isBlank()) {
      return first + File.pathSeparator + given;
    }
    StringBuilder classPath = new StringBuilder().append(first);
    for (String folder : folders) {
      Path jars = own.resolveSibling(folder);
      if (!Files.isDirectory(jars)) {
        throw new BrokerException(
            "The jars of the broker's process were not found: there is no folder "
                + jars
                + ". The build of "
                + module
                + " makes it (container-lib with -Pcontainers): build that module in the same run"
                + " (mvn -pl MODULE -am), or name the jars with the system property "
                + property
                + ", as in /opt/broker/lib/*.");
      }
      classPath.append(File.pathSeparator).append(jars).append(File.separator).append('*');
    }
    return classPath.toString();
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new BrokerException("The place of " + type + " could not be found.", impossible);
    }
  }
}
