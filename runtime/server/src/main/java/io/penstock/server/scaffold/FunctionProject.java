package io.penstock.server.scaffold;

import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A Maven project with a function, its unit test, a connector that calls it and cases for that. The
 * API that it is compiled against lies in a repository of its own inside the project, taken from this
 * installation: so it builds wherever Maven's own plugins and JUnit can be had.
 */
public final class FunctionProject {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern PACKAGE = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*");

  private static final List<String> KEYWORDS =
      List.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "null",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "true",
          "try",
          "void",
          "volatile",
          "while",
          "_");

  private FunctionProject() {}

  /**
   * The files of a project.
   *
   * @param folder the project's, which may not be there yet
   * @param name of the project, its jar and its connector: {@code order-totals}; the class is named
   *     after it: {@code OrderTotals}
   * @param packageName of the class
   * @param version of Penstock
   * @throws IllegalArgumentException if a name won't do; says why
   */
  public static NewFiles files(Path folder, String name, String packageName, String version)
      throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no name for a function: lower-case words joined by '-', such as"
              + " order-totals");
    }
    if (!PACKAGE.matcher(packageName).matches()
        || Stream.of(packageName.split("\\.", -1)).anyMatch(KEYWORDS::contains)) {
      throw new IllegalArgumentException(
          "'" + packageName + "' is no name for a package, such as com.acme.orders");
    }
    String className = className(name);
    Map<String, String> values =
        Map.of("name", name, "package", packageName, "class", className, "version", version);
    Path java = Path.of(packageName.replace('.', '/'));
    Path api = folder.resolve("repository/io/penstock/penstock-functions-api").resolve(version);
    String apiFile = "penstock-functions-api-" + version;

    NewFiles files = new NewFiles();
    files.add(folder.resolve("README.md"), text("README.md", values));
    files.add(folder.resolve("pom.xml"), text("pom.xml", values));
    files.add(
        folder.resolve("src/main/java").resolve(java).resolve(className + ".java"),
        text("Handler.java", values));
    files.add(
        folder.resolve("src/test/java").resolve(java).resolve(className + "Test.java"),
        text("HandlerTest.java", values));
    files.add(folder.resolve(name + ".json"), text("connector.json", values));
    files.add(folder.resolve(name + ".test.json"), text("cases.json", values));
    files.add(folder.resolve(".gitignore"), text("gitignore", values));
    files.add(folder.resolve(".mvn/maven.config"), text("maven.config", values));
    files.add(api.resolve(apiFile + ".pom"), text("api-pom.xml", values));
    files.add(api.resolve(apiFile + ".jar"), apiJar());
    return files;
  }

  private static String className(String name) {
    StringBuilder className = new StringBuilder();
    for (String word : name.split("-", -1)) {
      className.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return className.toString();
  }

  private static String text(String template, Map<String, String> values) throws IOException {
    try (InputStream in = FunctionProject.class.getResourceAsStream(template + ".txt")) {
      if (in == null) {
        throw new IOException("this installation lacks its template " + template);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      }
      return text;
    }
  }

  /** The API as it is on our own class path: a jar, or in a build a folder of classes. */
  private static byte[] apiJar() throws IOException {
    Path api;
    try {
      api = Path.of(Event.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the place of penstock-functions-api is unknown", e);
    }
    return Files.isDirectory(api) ? zipped(api) : Files.readAllBytes(api);
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
