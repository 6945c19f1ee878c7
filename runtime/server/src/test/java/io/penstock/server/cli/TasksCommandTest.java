package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("penstock tasks, functions and accounts")
class TasksCommandTest {

  private static final String SHOUT =
      "{\"type\":\"java\",\"handler\":\"" + Shout.class.getName() + "\"}";

  @TempDir Path folder;
  private final CommandRun worker = new CommandRun();
  private CompletableFuture<Integer> running;
  private String url;

  @BeforeEach
  void startWorker() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    url = "http://127.0.0.1:" + port;
    Path file = folder.resolve("jobs.json");
    Files.writeString(
        file,
        "{\"apiVersion\":\"penstock/v1\",\"name\":\"jobs\",\"source\":{\"type\":\"tasks\"},"
            + "\"routes\":{\"shout\":{\"function\":"
            + SHOUT
            + ",\"onSuccess\":[{\"type\":\"task\",\"function\":\"last\"}]},\"last\":{\"function\":"
            + SHOUT
            + ",\"onSuccess\":[{\"type\":\"function\",\"function\":"
            + SHOUT
            + "},{\"type\":\"file\",\"path\":\"out.jsonl\"}]},"
            + "\"circle\":{\"function\":"
            + SHOUT
            + ",\"onSuccess\":[{\"type\":\"task\",\"function\":\"circle\",\"maxHops\":3}]}}}");
    running = worker.start("run", file, "--data", folder.resolve("data"), "--port", port);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> run("tasks", "list").code() == 0);
  }

  @AfterEach
  void stopWorker() throws Exception {
    worker.stop.request();
    assertThat(running.get(60, TimeUnit.SECONDS)).as(worker.out() + worker.err()).isZero();
  }

  private record Ran(int code, String out, String err) {}

  private Ran run(String command, String what, Object... more) {
    CommandRun run = new CommandRun();
    Object[] all = new Object[more.length + 6];
    all[0] = command;
    all[1] = what;
    all[2] = "--connector";
    all[3] = "jobs";
    all[4] = "--url";
    all[5] = url;
    System.arraycopy(more, 0, all, 6, more.length);
    return new Ran(run.execute(all), run.out(), run.err());
  }

  private String good(String command, String what, Object... more) {
    Ran ran = run(command, what, more);
    assertThat(ran.code()).as(ran.toString()).isZero();
    return ran.out();
  }

  @Test
  void aTaskIsHandedOnToTheNextFunctionAndSteered() throws IOException {
    assertThat(
            good("tasks", "submit", "shout", "hello", "--content-type", "text/plain", "--id", "t1"))
        .contains("t1");
    assertThat(good("tasks", "watch", "t1")).contains("succeeded");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> good("tasks", "list", "--function", "last").contains("succeeded"));
    assertThat(Files.readString(folder.resolve("out.jsonl"))).contains("HELLO");
    assertThat(good("tasks", "get", "t1", "--json"))
        .contains("\"worker\"", "\"waiting\"", "\"running\"");
    assertThat(good("tasks", "result", "t1")).contains("HELLO");
    good("tasks", "submit", "shout", "x", "--id", "later", "--delay", "1h");
    good("tasks", "set-priority", "7", "later");
    assertThat(good("tasks", "pause", "later")).contains("paused");
    assertThat(good("tasks", "stop", "--all", "--state", "paused")).contains("1 tasks found");
    assertThat(good("tasks", "delete", "--all", "--state", "stopped")).contains("1 changed");
    assertThat(run("tasks", "stop").code()).isEqualTo(2);
    assertThat(run("tasks", "rerun", "none").err()).contains("not_found");
  }

  @Test
  void aCircleEndsAndSaysSo() {
    good("tasks", "submit", "circle", "x", "--id", "t1");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> good("tasks", "list", "--json", "--order", "newest").contains("deadLettered"));
    assertThat(good("tasks", "list", "--json").split("\"id\"")).hasSize(1 + 4);
  }

  @Test
  void functionsAndAccountsAreAdministered() throws IOException {
    Path definition = folder.resolve("loud.json");
    Files.writeString(definition, "{\"function\":" + SHOUT + "}");
    String version = good("functions", "register", "loud", definition);
    assertThat(version).startsWith("version ");
    assertThat(good("functions", "list")).contains("default/loud", "shout  in the file");
    good("tasks", "submit", "loud", "hello", "--content-type", "text/plain", "--wait", 20);
    good("functions", "alias", "loud", "stable", version.replace("version ", "").trim());
    assertThat(good("functions", "get", "loud")).contains("stable", "definition");
    good("functions", "pause", "loud");
    good("functions", "resume", "loud");
    Files.writeString(definition, "{\"function\":{\"type\":\"java\",\"handler\":\"no.Such\"}}");
    assertThat(run("functions", "register", "loud", definition).err())
        .contains("bad_function", "no.Such");
    good("functions", "delete", "loud", "--tasks", "invalidate");
    assertThat(run("functions", "get", "loud").err()).contains("unknown_function");
    good("accounts", "set", "acme", "--weight", 2, "--max-backlog", 10);
    String key = good("accounts", "add-key", "acme", "--label", "ci", "--expires-in", "1h").trim();
    assertThat(run("tasks", "list").err()).contains("unauthorized");
    good("tasks", "list", "--key", key);
    assertThat(good("accounts", "list")).contains("acme  weight 2", "1 keys").doesNotContain(key);
    assertThat(good("accounts", "get", "acme")).contains("ci");
    good("accounts", "delete", "acme", "--tasks", "drain");
  }
}
