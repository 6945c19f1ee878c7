package io.penstock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each rule finds the class of the fixture that breaks it: a rule that can't fail holds nothing. */
@DisplayName("A broken architecture")
class BrokenArchitectureTest {

  private static final String ROOT = "io.penstock.architecture.fixture";
  private static final ArchitectureRules RULES = new ArchitectureRules(ROOT);
  private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(ROOT);

  @Test
  void anArrowFromTheEngineToTheServer() {
    assertFinds(RULES.arrows(module("engine")), "EngineThatKnowsTheServer");
  }

  @Test
  void anArrowFromOneSinkToAnother() {
    assertFinds(RULES.arrows(module("sink.kafka")), "SinkThatKnowsAnother");
  }

  @Test
  void aLibraryInTheFunctionsApi() {
    assertFinds(RULES.apisNeedTheJdkOnly("functions"), "HandlerThatLogs");
  }

  @Test
  void aLibraryInTheEngine() {
    assertFinds(RULES.engineLibraries(), "EngineThatKnowsVertx");
  }

  @Test
  void aSocketInTheEngine() {
    assertFinds(RULES.engineOpensNoConnection(), "EngineThatOpensASocket");
  }

  @Test
  void vertxOutsideTheServer() {
    assertFinds(RULES.libraryStaysIn("io.vertx..", "server"), "EngineThatKnowsVertx");
  }

  @Test
  void anExtensionPointThatShowsAnInternal() {
    assertFinds(RULES.extensionPointsKnowNoInternals("connector"), "SourceThatShowsAnInternal");
  }

  @Test
  void anInternalUsedByAnotherModule() {
    assertFinds(RULES.internalsStayInside(module("connector")), "SinkThatUsesAnInternal");
  }

  private static void assertFinds(ArchRule rule, String culprit) {
    assertThat(rule.evaluate(CLASSES).getFailureReport().getDetails())
        .isNotEmpty()
        .allSatisfy(detail -> assertThat(detail).contains(culprit));
  }

  private static Module module(String packageName) {
    return Module.ALL.stream()
        .filter(module -> module.packageName().equals(packageName))
        .findFirst()
        .orElseThrow();
  }
}
