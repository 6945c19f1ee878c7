package io.penstock.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rules, made for any root package: for {@code io.penstock}, and for the fixture that breaks
 * each of them on purpose.
 */
final class ArchitectureRules {

  private static final String[] JDK_AND_ANNOTATIONS = {
    "java..", "javax.sql..", "org.jspecify.annotations.."
  };

  private final String root;

  ArchitectureRules(String root) {
    this.root = root;
  }

  /** Of the other modules, {@code module} uses only those that an arrow leads to. */
  ArchRule arrows(Module module) {
    String[] forbidden =
        Module.ALL.stream()
            .filter(other -> !other.equals(module))
            .filter(other -> !module.mayUse().contains(other.packageName()))
            .map(other -> other.pattern(root))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(module.pattern(root))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .as(module.packageName() + " uses no module but " + module.mayUse());
  }

  /** What users and connectors are written against brings no library along. */
  ArchRule apisNeedTheJdkOnly(String packageName) {
    return libraries(packageName, List.of());
  }

  /** The engine knows two libraries by name. */
  ArchRule engineLibraries() {
    return libraries("engine", List.of("com.fasterxml.jackson.core..", "org.slf4j.."));
  }

  private ArchRule libraries(String packageName, List<String> libraries) {
    String[] allowed =
        Stream.of(Stream.of(JDK_AND_ANNOTATIONS), libraries.stream(), Stream.of(root + ".."))
            .flatMap(packages -> packages)
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(Module.pattern(root, packageName))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .as(packageName + " needs the JDK and no library but " + libraries);
  }

  /** A URI is a name; everything else in these packages opens something. */
  ArchRule engineOpensNoConnection() {
    return noClasses()
        .that()
        .resideInAPackage(Module.pattern(root, "engine"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net..", "java.sql..", "javax..", "java.nio.channels..")
                .and(not(name("java.net.URI"))))
        .as("engine opens no connection and no database");
  }

  /** Each of these libraries has its rooms, and shows in no other. */
  ArchRule libraryStaysIn(String library, String... packageNames) {
    String[] rooms =
        Stream.of(packageNames)
            .map(packageName -> Module.pattern(root, packageName))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .as(library + " is used by no module but " + String.join(", ", packageNames));
  }

  /** What others implement or call never shows what is nobody else's business. */
  ArchRule extensionPointsKnowNoInternals(String packageName) {
    return noClasses()
        .that(
            resideInAPackage(Module.pattern(root, packageName))
                .and(resideOutsideOfPackage("..internal..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..internal..")
        .as(packageName + " imports no internal package");
  }

  /** A module's internal packages are used by that module alone. */
  ArchRule internalsStayInside(Module module) {
    String internals = Module.pattern(root, module.packageName() + "..internal");
    return noClasses()
        .that()
        .resideOutsideOfPackage(module.pattern(root))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(internals)
        .as("internal packages of " + module.packageName() + " are used by it alone");
  }
}
