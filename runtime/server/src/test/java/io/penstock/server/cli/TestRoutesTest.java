package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("penstock test, of a connector with routes")
class TestRoutesTest {

  private static final Path EXAMPLES = Path.of("../../config-examples");
  private static final String CONNECTOR =
      "{\"apiVersion\":\"penstock/v1\",\"name\":\"jobs\",\"source\":{\"type\":\"tasks\"},\"routes\":{"
          + "\"shout\":{\"function\":{\"type\":\"java\",\"handler\":\""
          + Shout.class.getName()
          + "\"}},\"far\":{\"function\":{\"type\":\"http\",\"url\":\"http://localhost:9\"}}}}";

  @TempDir Path folder;

  private CommandRun run(String events) throws IOException {
    Files.writeString(folder.resolve("jobs.json"), CONNECTOR);
    Files.writeString(
        folder.resolve("jobs.test.json"),
        "{\"cases\":[{\"name\":\"a case\",\"events\":[" + events + "]}]}");
    CommandRun command = new CommandRun();
    command.execute("test", folder.resolve("jobs.json"));
    return command;
  }

  @Test
  void theExampleHolds() {
    CommandRun command = new CommandRun();
    int code = command.execute("test", EXAMPLES.resolve("tasks.json"));
    assertThat(code).as(command.out() + command.err()).isZero();
  }

  @Test
  void aJavaFunctionOfARouteIsCalled() throws IOException {
    CommandRun command = run("{\"route\":\"shout\",\"text\":\"hello\"}");
    assertThat(command.out() + command.err()).contains("a case").doesNotContain("routes");
  }

  @Test
  void anEventMustNameARouteThatThereIs() throws IOException {
    assertThat(run("{\"text\":\"x\"}").err()).contains("route", "one of far, shout");
    assertThat(run("{\"route\":\"shot\",\"text\":\"x\"}").err()).contains("did you mean 'shout'");
    assertThat(run("{\"route\":\"far\",\"text\":\"x\"}").err())
        .contains("a function of type 'http' isn't called");
  }
}
