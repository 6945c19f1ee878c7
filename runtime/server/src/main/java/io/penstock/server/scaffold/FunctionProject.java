package io.penstock.server.scaffold;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Maven project with a function, its unit test, a connector that calls it and cases for that.
 * What it needs of Penstock lies in a repository inside the project: so it builds wherever Maven's
 * own plugins, JUnit and other well-known libraries can be had.
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

  /** Classes that the templates name: a function's own class can't have their names too. */
  private static final Set<String> TAKEN =
      Set.of("Input", "Output", "Context", "EventHandler", "Outcome", "Test", "TestFunction");

  private FunctionProject() {}

  /**
   * The files of a project.
   *
   * @param folder the project's, which may not be there yet
   * @param name of the project, its jar and its connector: {@code order-totals}; the class is named
   *     after it: {@code OrderTotals}, or {@code StringFunction} where a name is taken
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
    LocalRepository repository = new LocalRepository(version);
    Map<String, String> values =
        Map.of(
            "name",
            name,
            "package",
            packageName,
            "class",
            className,
            "version",
            version,
            "slf4j",
            LocalRepository.slf4jVersion());
    Path java = Path.of(packageName.replace('.', '/'));

    NewFiles files = new NewFiles();
    files.add(folder.resolve("README.md"), Template.text("README.md", values));
    files.add(folder.resolve("pom.xml"), Template.text("pom.xml", values));
    files.add(
        folder.resolve("src/main/java").resolve(java).resolve(className + ".java"),
        Template.text("Handler.java", values));
    files.add(
        folder.resolve("src/test/java").resolve(java).resolve(className + "Test.java"),
        Template.text("HandlerTest.java", values));
    files.add(folder.resolve(name + ".json"), Template.text("connector.json", values));
    files.add(folder.resolve(name + ".test.json"), Template.text("cases.json", values));
    files.add(folder.resolve(".gitignore"), Template.text("gitignore", values));
    files.add(folder.resolve(".mvn/maven.config"), Template.text("maven.config", values));
    repository.addTo(files, folder.resolve("repository"));
    return files;
  }

  private static String className(String name) {
    StringBuilder className = new StringBuilder();
    for (String word : name.split("-", -1)) {
      className.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    if (TAKEN.contains(className.toString()) || isOfJava(className.toString())) {
      className.append("Function");
    }
    return className.toString();
  }

  private static boolean isOfJava(String className) {
    try {
      Class.forName("java.lang." + className, false, null);
      return true;
    } catch (ClassNotFoundException | LinkageError e) { // the latter if only upper case differs
      return false;
    }
  }
}
