package io.penstock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the module arrows over the classes of every module, as they lie on the class path. */
@DisplayName("Architecture")
class ArchitectureTest {

  private static final String ROOT = "io.penstock";
  private static final ArchitectureRules RULES = new ArchitectureRules(ROOT);

  private static JavaClasses classes;

  @BeforeAll
  static void scan() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
  }

  static List<Module> modules() {
    return Module.ALL;
  }

  @ParameterizedTest
  @MethodSource("modules")
  void theScanFoundTheModule(Module module) {
    assertThat(classesOf(module)).hasSizeGreaterThanOrEqualTo(module.atLeast());
  }

  @Test
  void everyClassBelongsToAModule() {
    assertThat(classes)
        .extracting(JavaClass::getPackageName)
        .allMatch(name -> Module.ALL.stream().anyMatch(module -> holds(module, name)));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void arrows(Module module) {
    check(RULES.arrows(module));
  }

  @ParameterizedTest
  @ValueSource(strings = {"functions", "connector"})
  void apisNeedTheJdkOnly(String packageName) {
    check(RULES.apisNeedTheJdkOnly(packageName));
  }

  @Test
  void engineLibraries() {
    check(RULES.engineLibraries());
  }

  @Test
  void engineOpensNoConnection() {
    check(RULES.engineOpensNoConnection());
  }

  @Test
  void vertxIsForHttpAndTheCommandLineForTheServer() {
    // The test kit has a server for tests of clients.
    check(RULES.libraryStaysIn("io.vertx..", "server", "httpclient", "testkit"));
    check(RULES.libraryStaysIn("io.netty..", "server"));
    check(RULES.libraryStaysIn("picocli..", "server"));
  }

  @Test
  void kafkaIsKnownToItsConnectorsItsBrokerAndTheDemo() {
    // The demo feeds its broker and counts what arrives, as a user's own programs would.
    check(
        RULES.libraryStaysIn(
            "org.apache.kafka..",
            "kafka",
            "source.kafka",
            "sink.kafka",
            "connect",
            "source.cdc",
            "broker",
            "server.demo"));
    check(RULES.libraryStaysIn("kafka..", "broker"));
  }

  @Test
  void rocketMqIsKnownToItsConnectorsItsBrokerAndTheDemo() {
    check(
        RULES.libraryStaysIn(
            "org.apache.rocketmq..",
            "rocketmq",
            "source.rocketmq",
            "sink.rocketmq",
            "broker",
            "server.demo"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"functions", "connector"})
  void extensionPointsKnowNoInternals(String packageName) {
    check(RULES.extensionPointsKnowNoInternals(packageName));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void internalsStayInside(Module module) {
    check(RULES.internalsStayInside(module));
  }

  private static void check(ArchRule rule) {
    rule.check(classes);
  }

  private static Stream<JavaClass> classesOf(Module module) {
    return classes.stream().filter(type -> holds(module, type.getPackageName()));
  }

  private static boolean holds(Module module, String packageName) {
    String own = ROOT + "." + module.packageName();
    return packageName.equals(own) || packageName.startsWith(own + ".");
  }
}
