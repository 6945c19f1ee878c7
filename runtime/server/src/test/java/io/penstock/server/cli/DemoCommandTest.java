package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kafka")
@DisplayName("penstock demo")
class DemoCommandTest {

  /** The root of the sources: the example lies there as it does in a distribution. */
  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  private final CommandRun command = new CommandRun();

  @Test
  void endsWithACountAndNothingMissing() {
    assertThat(HOME.resolve("config-examples/orders-to-invoices.json")).exists();

    int code = command.home(HOME).execute("demo", "--seconds", 3, "--port", 0);

    assertThat(code).as(command.out() + command.err()).isZero();
    assertThat(command.out())
        .containsPattern("an order +\\{.*\"PAID\"")
        .containsPattern("its invoice +\\{")
        .containsPattern("orders sent +[1-9],[0-9]{3}\n")
        .containsPattern("missing +0\n")
        .containsPattern("not to be there +0\n")
        .contains("Every invoice arrived.")
        .containsPattern("http://127.0.0.1:[0-9]+/metrics");
  }

  @Test
  @Tag("rocketmq")
  void runsOnRocketMqToo() {
    int code =
        command.home(HOME).execute("demo", "--with", "rocketmq", "--seconds", 3, "--port", 0);

    assertThat(code).as(command.out() + command.err()).isZero();
    assertThat(command.out())
        .containsPattern("orders sent +[1-9],[0-9]{3}\n")
        .containsPattern("missing +0\n")
        .contains("Every invoice arrived.");
  }

  @Test
  void runsOnTasksWithoutABroker() {
    int code = command.home(HOME).execute("demo", "--with", "tasks", "--seconds", 2, "--port", 0);

    assertThat(code).as(command.out() + command.err()).isZero();
    assertThat(command.out())
        .containsPattern("missing +0\n")
        .contains("Every invoice arrived.")
        .doesNotContain("broker");
  }

  @Test
  void runsOnPostgresToo() {
    int code =
        command.home(HOME).execute("demo", "--with", "postgres", "--seconds", 2, "--port", 0);

    assertThat(code).as(command.out() + command.err()).isZero();
    assertThat(command.out())
        .contains("a throw-away PostgreSQL")
        .containsPattern("its invoice +\\{")
        .containsPattern("missing +0\n")
        .contains("Every invoice arrived.");
  }

  @Test
  void knowsNoOtherBrokers() {
    assertThat(command.home(HOME).execute("demo", "--with", "rabbit")).isEqualTo(2);
    assertThat(command.err()).contains("kafka, rocketmq, postgres or tasks");
  }

  @Test
  void saysWhatIsMissingInABrokenInstallation(@TempDir Path home) throws Exception {
    Files.createDirectories(home.resolve("demo/lib"));

    assertThat(command.home(home).execute("demo", "--seconds", 1)).isEqualTo(3);
    assertThat(command.err()).startsWith("penstock: ");

    CommandRun homeless = new CommandRun();
    assertThat(homeless.execute("demo")).isEqualTo(3);
    assertThat(homeless.err()).contains("./penstock");
  }
}
