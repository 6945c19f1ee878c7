package io.penstock.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.broker.process.BrokerException;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash")
class BrokerProcessTest extends KafkaClusterContract {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Override
  KafkaCluster start() {
    return BrokerProcess.start(BrokerOptions.forTests());
  }

  @Test
  void closeEndsTheProcessAndDeletesItsDirectory(@TempDir Path parent) {
    BrokerProcess broker =
        BrokerProcess.start(BrokerOptions.forTests().withParentDirectory(parent));
    long pid = broker.pid();
    assertThat(broker.directory()).isDirectory().hasParent(parent);

    broker.close();

    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(parent).isEmptyDirectory();
    assertThatThrownBy(broker::restart)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("closed already");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void anInterruptFromTheTerminalIsLeftToTheParentAndTerminationCleansUp(@TempDir Path parent)
      throws Exception {
    try (BrokerProcess broker =
        BrokerProcess.start(BrokerOptions.forTests().withParentDirectory(parent))) {
      signal("INT", broker.pid());
      signal("HUP", broker.pid());

      Clients.createTopic(broker, "orders");
      assertThat(ProcessHandle.of(broker.pid())).isPresent();

      signal("TERM", broker.pid());

      await().atMost(LIMIT).until(() -> ProcessHandle.of(broker.pid()).isEmpty());
      assertThat(parent).isEmptyDirectory();
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  @Test
  void aBrokerThatCannotStartSaysWhyAndLeavesNothing(@TempDir Path parent) {
    BrokerOptions wrong =
        BrokerOptions.forTests()
            .withParentDirectory(parent)
            .withProperty("log.retention.hours", "soon");

    assertThatThrownBy(() -> BrokerProcess.start(wrong))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("exit status 1")
        .hasMessageContaining("Invalid value soon for configuration log.retention.hours");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void aBrokerThatIsLateIsEnded(@TempDir Path parent) {
    BrokerOptions hasty =
        BrokerOptions.forTests().withParentDirectory(parent).withStartTimeout(Duration.ofMillis(1));

    assertThatThrownBy(() -> BrokerProcess.start(hasty))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("within 1 ms");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void missingJarsAreToldBeforeAnythingStarts(@TempDir Path empty) {
    BrokerOptions nothing =
        BrokerOptions.forTests().withClassPath(List.of(empty + File.separator + "*"));

    assertThatThrownBy(() -> BrokerProcess.start(nothing))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("NoClassDefFoundError");
  }

  @Test
  void theBrokerEndsAndCleansUpWhenItsParentIsKilled(@TempDir Path parent) throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
      long broker = Long.parseLong(output.readLine());
      assertThat(ProcessHandle.of(broker)).isPresent();
      assertThat(parent).isNotEmptyDirectory();

      owner.destroyForcibly();

      await().atMost(LIMIT).until(() -> ProcessHandle.of(broker).isEmpty());
      try (var left = Files.list(parent)) {
        assertThat(left).isEmpty();
      }
    } finally {
      owner.destroyForcibly();
    }
  }

  /** The parent to be killed: starts a broker, prints its process id, waits for its end. */
  static final class Owner {
    private Owner() {}

    @SuppressWarnings("SystemOut") // the line is this program's interface
    public static void main(String[] args) throws InterruptedException {
      BrokerProcess broker =
          BrokerProcess.start(BrokerOptions.forTests().withParentDirectory(Path.of(args[0])));
      System.out.println(broker.pid());
      Thread.currentThread().join();
    }
  }
}
