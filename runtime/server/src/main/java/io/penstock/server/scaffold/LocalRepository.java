package io.penstock.server.scaffold;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.slf4j.LoggerFactory;

/**
 * A Maven repository with the API and the test kit of this installation. It tells of other
 * libraries in their versions here, and leaves them to Maven.
 */
final class LocalRepository {

  private static final String OURS = "io.penstock";

  private final String version;

  /**
   * An artifact of ours.
   *
   * @param id of it
   * @param className of a class in it, by which its jar is found
   * @param needs other artifacts, as {@code group:artifact:version}
   */
  private record Artifact(String id, String className, List<String> needs) {}

  /** A repository of artifacts of this version. */
  LocalRepository(String version) {
    this.version = version;
  }

  /** The version of SLF4J in this installation. */
  static String slf4jVersion() throws IOException {
    String version = LoggerFactory.class.getPackage().getImplementationVersion();
    if (version == null) {
      throw new IOException("the version of SLF4J is unknown: its jar has been changed");
    }
    return version;
  }

  private List<Artifact> artifacts() throws IOException {
    String api = ours("functions-api");
    String connectorApi = ours("connector-api");
    String jackson = ":" + PackageVersion.VERSION;
    return List.of(
        new Artifact("penstock-functions-api", "io.penstock.functions.Event", List.of()),
        new Artifact("penstock-connector-api", "io.penstock.connector.Lane", List.of(api)),
        new Artifact(
            "penstock-functions",
            "io.penstock.invoker.HandlerFunctions",
            List.of(
                api,
                connectorApi,
                "com.fasterxml.jackson.core:jackson-databind" + jackson,
                "com.fasterxml.jackson.datatype:jackson-datatype-jdk8" + jackson,
                "com.fasterxml.jackson.datatype:jackson-datatype-jsr310" + jackson,
                "org.slf4j:slf4j-api:" + slf4jVersion())),
        new Artifact(
            "penstock-functions-testkit",
            "io.penstock.testing.TestFunction",
            List.of(api, connectorApi, ours("functions"))));
  }

  private String ours(String name) {
    return OURS + ":penstock-" + name + ":" + version;
  }

  /** Adds its files. */
  void addTo(NewFiles files, Path folder) throws IOException {
    for (Artifact artifact : artifacts()) {
      String file = artifact.id() + "-" + version;
      Path place = folder.resolve(OURS.replace('.', '/')).resolve(artifact.id()).resolve(version);
      StringBuilder dependencies = new StringBuilder();
      artifact.needs().forEach(need -> dependencies.append(dependency(need.split(":", -1))));
      files.add(
          place.resolve(file + ".pom"),
          Template.text(
              "artifact-pom.xml",
              Map.of(
                  "artifact",
                  artifact.id(),
                  "version",
                  version,
                  "dependencies",
                  dependencies.toString())));
      files.add(place.resolve(file + ".jar"), jar(artifact));
    }
  }

  private static String dependency(String[] coordinates) {
    return """
        <dependency>
          <groupId>%s</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
        </dependency>
    """
        .formatted((Object[]) coordinates);
  }

  /** As it is on our own class path: a jar, or in a build a folder of classes. */
  private static byte[] jar(Artifact artifact) throws IOException {
    Path place;
    try {
      ClassLoader loader = LocalRepository.class.getClassLoader();
      Class<?> inIt = Class.forName(artifact.className(), false, loader);
      place = Path.of(inIt.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IOException("this installation lacks " + artifact.id(), e);
    }
    return Files.isDirectory(place) ? zipped(place) : Files.readAllBytes(place);
  }

  private static byte[] zipped(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
