package io.penstock.invoker;

import static io.penstock.invoker.Harness.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions from jars: what they see, and what is said when they can't be made. */
class JavaFunctionProviderTest {

  @TempDir Path folder;

  /** A handler on Penstock's class path. */
  public static final class OnClassPath implements EventHandler<String, String> {
    @Override
    public String handle(String input, Context context) {
      return input + context.settings();
    }
  }

  private static final String ECHO =
      "public class Echo implements EventHandler<String, String> {"
          + " public String handle(String in, Context c) throws Exception { return in; } }";

  @Test
  void it_is_found_by_the_service_loader() {
    assertThat(ServiceLoader.load(FunctionProvider.class))
        .anyMatch(provider -> provider instanceof JavaFunctionProvider);
    assertThat(new JavaFunctionProvider().type()).isEqualTo("java");
  }

  @Test
  void a_config_with_defaults() {
    Settings settings = Harness.settings(Map.of("handler", "com.acme.Echo"));
    assertThat(settings.get(JavaFunctionProvider.HANDLER)).isEqualTo("com.acme.Echo");
    assertThat(settings.find(JavaFunctionProvider.JAR)).isEmpty();
    assertThat(settings.get(JavaFunctionProvider.SETTINGS)).isEmpty();
    assertThat(settings.get(JavaFunctionProvider.THREADS))
        .isEqualTo(JavaFunctionProvider.ThreadChoice.AUTO);
  }

  @Test
  void a_config_with_every_key() {
    Settings settings =
        Harness.settings(
            Map.of(
                "handler",
                "com.acme.Echo",
                "jar",
                List.of("a.jar", "b.jar"),
                "settings",
                Map.of("currency", "EUR", "digits", 2),
                "threads",
                "platform"));
    assertThat(settings.get(JavaFunctionProvider.JAR)).containsExactly("a.jar", "b.jar");
    assertThat(settings.get(JavaFunctionProvider.SETTINGS))
        .isEqualTo(Map.of("currency", "EUR", "digits", "2"));
    assertThat(settings.get(JavaFunctionProvider.THREADS))
        .isEqualTo(JavaFunctionProvider.ThreadChoice.PLATFORM);
    assertThat(new JavaFunctionProvider().spec().keys()).hasSize(4);
  }

  @Test
  void a_class_on_the_class_path_needs_no_jar() {
    try (FunctionInvoker function =
        Harness.create(
            Map.of("handler", OnClassPath.class.getName(), "settings", Map.of("a", "b")))) {
      assertThat(only(Harness.call(function, "x")).text()).isEqualTo("x{a=b}");
    }
  }

  @Test
  void two_jars_with_different_versions_of_a_class_run_side_by_side() {
    Path first = versioned("one");
    Path second = versioned("two");
    try (FunctionInvoker a = Harness.fromJar(first, "com.acme.UsesLibrary");
        FunctionInvoker b = Harness.fromJar(second, "com.acme.UsesLibrary")) {
      assertThat(only(Harness.call(a, "x")).text()).isEqualTo("one for x");
      assertThat(only(Harness.call(b, "x")).text()).isEqualTo("two for x");
      assertThat(only(Harness.call(a, "y")).text()).isEqualTo("one for y");
    }
  }

  private Path versioned(String version) {
    return new TestJar()
        .source(
            "com.lib.Library",
            "public class Library { public static String version() { return \""
                + version
                + "\"; } }")
        .source(
            "com.acme.UsesLibrary",
            "public class UsesLibrary implements EventHandler<String, String> {"
                + " public String handle(String in, Context c) {"
                + " return com.lib.Library.version() + \" for \" + in; } }")
        .write(folder, version + ".jar");
  }

  @Test
  void a_function_sees_of_penstock_only_what_is_shared() {
    Path jar =
        new TestJar()
            .source(
                "com.acme.Looks",
                "public class Looks implements EventHandler<String, String> {"
                    + " public String handle(String in, Context c) {"
                    + " try { return String.valueOf(Class.forName(in).getClassLoader()); }"
                    + " catch (ClassNotFoundException e) { return \"none\"; } } }")
            .write(folder, "looks.jar");
    String penstock = JavaFunctionProvider.class.getClassLoader().toString();
    try (FunctionInvoker function = Harness.fromJar(jar, "com.acme.Looks")) {
      for (String shared :
          List.of(
              "io.penstock.functions.Event",
              "org.slf4j.Logger",
              "com.fasterxml.jackson.annotation.JsonProperty")) {
        assertThat(only(Harness.call(function, shared)).text()).as(shared).isEqualTo(penstock);
      }
      for (String hidden :
          List.of(
              "io.penstock.connector.Source",
              "io.penstock.invoker.JavaFunctionProvider",
              "com.fasterxml.jackson.databind.ObjectMapper",
              "org.assertj.core.api.Assertions")) {
        assertThat(only(Harness.call(function, hidden)).text()).as(hidden).isEqualTo("none");
      }
      assertThat(only(Harness.call(function, "java.sql.Connection")).text()).contains("Platform");
      assertThat(only(Harness.call(function, "com.acme.Looks")).text())
          .contains("FunctionClassLoader");
    }
  }

  @Test
  void a_class_of_penstock_in_the_jar_is_the_jars_own() {
    Path jar =
        new TestJar()
            .source(
                "org.assertj.core.api.Assertions",
                "public class Assertions { public static String who() { return \"mine\"; } }")
            .source(
                "com.acme.Looks",
                "public class Looks implements EventHandler<String, String> {"
                    + " public String handle(String in, Context c) {"
                    + " return org.assertj.core.api.Assertions.who(); } }")
            .write(folder, "own.jar");
    try (FunctionInvoker function = Harness.fromJar(jar, "com.acme.Looks")) {
      assertThat(only(Harness.call(function, "x")).text()).isEqualTo("mine");
    }
  }

  @Test
  void services_and_resources_are_those_of_the_jar() {
    Path jar =
        new TestJar()
            .source("com.acme.Greeter", "public interface Greeter { String greet(); }")
            .source(
                "com.acme.Hello",
                "public class Hello implements Greeter { public String greet() { return \"hi\"; } }")
            .source(
                "com.acme.Greets",
                "public class Greets implements EventHandler<String, String> {"
                    + " public String handle(String in, Context c) throws Exception {"
                    + " String greeting = ServiceLoader.load(Greeter.class).iterator().next().greet();"
                    + " var text = getClass().getResourceAsStream(\"/note.txt\").readAllBytes();"
                    + " return greeting + new String(text); } }")
            .resource("META-INF/services/com.acme.Greeter", "com.acme.Hello\n")
            .resource("note.txt", " there")
            .write(folder, "services.jar");
    try (FunctionInvoker function = Harness.fromJar(jar, "com.acme.Greets")) {
      assertThat(only(Harness.call(function, "x")).text()).isEqualTo("hi there");
    }
  }

  @Test
  void records_of_the_jar_are_bound_with_annotations() {
    Path jar =
        new TestJar()
            .source(
                "com.acme.Bills",
                "import com.fasterxml.jackson.annotation.JsonProperty;"
                    + " public class Bills implements EventHandler<Bills.Order, Bills.Bill> {"
                    + " record Order(@JsonProperty(\"order_id\") String id, int cents) {}"
                    + " record Bill(@JsonProperty(\"bill_id\") String id, int cents) {}"
                    + " public Bill handle(Order in, Context c) {"
                    + " return new Bill(\"b-\" + in.id(), in.cents() * 2); } }")
            .write(folder, "bills.jar");
    try (FunctionInvoker function = Harness.fromJar(jar, "com.acme.Bills")) {
      assertThat(only(Harness.call(function, "{\"order_id\":\"7\",\"cents\":5}")).text())
          .isEqualTo("{\"bill_id\":\"b-7\",\"cents\":10}");
    }
  }

  @Test
  void an_abstract_input_that_says_which_class_to_take_is_bound() {
    Path jar =
        new TestJar()
            .source(
                "com.acme.Figures",
                "import com.fasterxml.jackson.annotation.*;"
                    + " public class Figures implements EventHandler<Figures.Figure, Integer> {"
                    + " @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = \"kind\")"
                    + " @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = \"circle\"))"
                    + " interface Figure {} record Circle(int radius) implements Figure {}"
                    + " public Integer handle(Figure in, Context c) {"
                    + " return ((Circle) in).radius(); } }")
            .write(folder, "figures.jar");
    try (FunctionInvoker function = Harness.fromJar(jar, "com.acme.Figures")) {
      assertThat(only(Harness.call(function, "{\"kind\":\"circle\",\"radius\":3}")).text())
          .isEqualTo("3");
      assertThat(Harness.outcomes(Harness.call(function, "{\"kind\":\"square\"}")).get(0))
          .isInstanceOf(EventOutcome.Reject.class);
    }
  }

  @Test
  void a_function_may_come_from_several_jars_and_from_folders() throws IOException {
    Path library =
        new TestJar()
            .source("com.lib.Library", "public class Library { public int two() { return 2; } }")
            .write(folder, "library.jar");
    Path function =
        new TestJar()
            .source("com.lib.Library", "public class Library { public int two() { return 2; } }")
            .source(
                "com.acme.Uses",
                "public class Uses implements EventHandler<String, Integer> {"
                    + " public Integer handle(String in, Context c) {"
                    + " return new com.lib.Library().two(); } }")
            .without("com.lib.Library")
            .write(folder, "uses.jar");
    Path classes = Files.createDirectory(folder.resolve("unpacked"));
    unzip(function, classes);
    for (Path code : List.of(function, classes)) {
      try (FunctionInvoker invoker =
          Harness.create(
              Map.of(
                  "jar",
                  List.of(code.toString(), library.toString()),
                  "handler",
                  "com.acme.Uses"))) {
        assertThat(only(Harness.call(invoker, "x")).text()).isEqualTo("2");
      }
    }
    try (FunctionInvoker invoker = Harness.fromJar(function, "com.acme.Uses")) {
      EventOutcome outcome = Harness.outcomes(Harness.call(invoker, "x")).get(0);
      assertThat(((EventOutcome.Retry) outcome).text())
          .contains("java.lang.NoClassDefFoundError: com/lib/Library")
          .contains("put the class into the function's jar");
    }
  }

  private static void unzip(Path jar, Path target) throws IOException {
    try (var files = java.nio.file.FileSystems.newFileSystem(jar)) {
      Path root = files.getPath("/com/acme");
      Files.createDirectories(target.resolve("com/acme"));
      try (var entries = Files.list(root)) {
        for (Path entry : entries.toList()) {
          Files.copy(entry, target.resolve("com/acme").resolve(entry.getFileName().toString()));
        }
      }
    }
  }

  @Test
  void a_missing_jar_is_told_with_the_path_that_was_tried() {
    assertRefused(
        Map.of("jar", "functions/none.jar", "handler", "com.acme.Echo"),
        "'functions/none.jar' is not there",
        Path.of("functions/none.jar").toAbsolutePath().toString(),
        "Build it");
  }

  @Test
  void a_file_that_is_no_jar_is_told() throws IOException {
    Path file = Files.writeString(folder.resolve("text.jar"), "hello");
    assertRefused(Map.of("jar", file.toString(), "handler", "com.acme.Echo"), "text.jar is no jar");
  }

  @Test
  void a_missing_class_is_told_with_the_nearest_one() {
    Path jar = new TestJar().source("com.acme.Echo", ECHO).write(folder, "echo.jar");
    String in = "in " + jar;
    assertRefused(jar, "com.acme.Ecko", "no class com.acme.Ecko", in, "mean 'com.acme.Echo'?");
    assertRefused(jar, "org.other.Echo", "mean 'com.acme.Echo'?");
    assertRefused(jar, "Echo", "mean 'com.acme.Echo'?");
    assertRefused(jar, "com.acme.CompletelyElse", "Check the spelling");
    assertRefused(
        Map.of("handler", "com.acme.Echo"), "on Penstock's class path", "Name the function's jar");
  }

  @Test
  void a_class_that_can_not_be_made_is_told_with_the_reason() {
    Path jar =
        new TestJar()
            .source("com.acme.Plain", "public class Plain {}")
            .source(
                "com.acme.Abstract",
                "public abstract class Abstract implements EventHandler<String, String> {}")
            .source(
                "com.acme.Private",
                "public class Private implements EventHandler<String, String> {"
                    + " private Private() {}"
                    + " public String handle(String in, Context c) { return in; } }")
            .source(
                "com.acme.Outer",
                "public class Outer { public class Inner implements EventHandler<String, String> {"
                    + " public String handle(String in, Context c) { return in; } } }")
            .source(
                "com.acme.Throws",
                "public class Throws implements EventHandler<String, String> {"
                    + " public Throws() { throw new IllegalStateException(\"no licence\"); }"
                    + " public String handle(String in, Context c) { return in; } }")
            .source(
                "com.acme.Static",
                "public class Static implements EventHandler<String, String> {"
                    + " static final int X = Integer.parseInt(\"x\");"
                    + " public String handle(String in, Context c) { return in; } }")
            .source("com.acme.Gone", "public class Gone {}")
            .source(
                "com.acme.Needs",
                "public class Needs extends Gone implements EventHandler<String, String> {"
                    + " public String handle(String in, Context c) { return in; } }")
            .source(
                "com.acme.Open",
                "public class Open<T> implements EventHandler<T, T> {"
                    + " public T handle(T in, Context c) { return in; } }")
            .source(
                "com.acme.Names",
                "public class Names implements EventHandler<List<Gone>, String> {"
                    + " public String handle(List<Gone> in, Context c) { return null; } }")
            .without("com.acme.Gone")
            .write(folder, "bad.jar");
    assertRefused(jar, "com.acme.Plain", "implements none of EventHandler");
    assertRefused(jar, "com.acme.Abstract", "is abstract");
    assertRefused(jar, "com.acme.Private", "no public constructor without parameters");
    assertRefused(jar, "com.acme.Outer$Inner", "make the nested class static");
    assertRefused(jar, "com.acme.Throws", "threw java.lang.IllegalStateException: no licence");
    assertRefused(jar, "com.acme.Static", "ExceptionInInitializerError");
    assertRefused(jar, "com.acme.Needs", "com/acme/Gone", "put the class into the function's jar");
    assertRefused(jar, "com.acme.Names", "names a class that is not there: com.acme.Gone");
    assertRefused(jar, "com.acme.Open", "leaves a type parameter of EventHandler open");
    assertRefused(jar, "com.acme.Outer.Inner", "mean 'com.acme.Outer$Inner'?");
  }

  @Test
  void a_handler_that_can_not_be_called_is_never_made() {
    Path jar =
        new TestJar()
            .source(
                "com.acme.Opens",
                "public class Opens implements EventHandler<Runnable, String> {"
                    + " public Opens() { System.setProperty(\"com.acme.Opens\", \"made\"); }"
                    + " public String handle(Runnable in, Context c) { return null; } }")
            .write(folder, "opens.jar");
    assertRefused(jar, "com.acme.Opens", "java.lang.Runnable", "JSON can't be bound to that");
    assertThat(System.getProperty("com.acme.Opens")).isNull();
  }

  private void assertRefused(Path jar, String handler, String... texts) {
    assertRefused(Map.of("jar", jar.toString(), "handler", handler), texts);
  }

  private static void assertRefused(Map<String, Object> raw, String... texts) {
    assertThatThrownBy(() -> Harness.create(raw))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContainingAll(texts);
  }

  @Test
  void the_context_class_loader_is_the_functions_also_in_its_constructor() {
    Path jar =
        new TestJar()
            .source(
                "com.acme.Loader",
                "public class Loader implements EventHandler<String, String> {"
                    + " final ClassLoader made = Thread.currentThread().getContextClassLoader();"
                    + " public String handle(String in, Context c) {"
                    + " boolean same = made == getClass().getClassLoader()"
                    + " && made == Thread.currentThread().getContextClassLoader();"
                    + " Thread.currentThread().setContextClassLoader(null);"
                    + " return String.valueOf(same); } }")
            .write(folder, "loader.jar");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (FunctionInvoker function = Harness.fromJar(jar, "com.acme.Loader")) {
      assertThat(only(Harness.call(function, "x")).text()).isEqualTo("true");
      assertThat(only(Harness.call(function, "x")).text()).isEqualTo("true");
    }
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void a_closed_function_leaves_no_class_behind() {
    Path jar =
        new TestJar()
            .source(
                "com.acme.Bound",
                "public class Bound implements EventHandler<Bound.In, Bound.Out> {"
                    + " public record In(String a) {} public record Out(String b) {}"
                    + " public Out handle(In in, Context c) { return new Out(in.a()); } }")
            .write(folder, "bound.jar");
    WeakReference<Object> loader = useAndClose(jar);
    await()
        .until(
            () -> {
              System.gc();
              return loader.get() == null;
            });
  }

  private static WeakReference<Object> useAndClose(Path jar) {
    FunctionInvoker function = Harness.fromJar(jar, "com.acme.Bound");
    InvocationResult result = Harness.call(function, "{\"a\":\"1\"}");
    assertThat(only(result).text()).isEqualTo("{\"b\":\"1\"}");
    function.close();
    return new WeakReference<>(((JavaFunctionInvoker) function).loader());
  }
}
