package io.penstock.server.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tasks of a running worker: handed in, looked at and steered. */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Hands in, shows and steers the tasks of a running worker.")
final class TasksCommand implements Runnable {

  private static final byte[] NOTHING = {};

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** The command with those below it. */
  static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new TasksCommand())
            .addSubcommand(new Submit())
            .addSubcommand("get", Show.of("", "Shows a task with all that has happened to it."))
            .addSubcommand("result", Show.of("/result", "Prints what the function made of a task."))
            .addSubcommand(new Log())
            .addSubcommand(new Listed())
            .addSubcommand(new Watch())
            .addSubcommand(new SetPriority())
            .addSubcommand(new Delete());
    Map<String, String> actions = new LinkedHashMap<>();
    actions.put("pause", "Puts tasks aside; one that runs is asked to leave off.");
    actions.put("resume", "Lets paused tasks go on.");
    actions.put("stop", "Ends tasks; one that runs is asked to.");
    actions.put("rerun", "Has tasks that came to their end run again.");
    actions.forEach(
        (name, what) -> {
          CommandLine act = new CommandLine(new Act(name));
          act.getCommandSpec().usageMessage().description(what);
          line.addSubcommand(name, act);
        });
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name what to do: " + String.join(", ", spec.subcommands().keySet()));
  }

  @Command(
      name = "submit",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Hands in a task.")
  private static final class Submit implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "What it is for.")
    private String function = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        defaultValue = "",
        paramLabel = "DATA",
        description = "The payload, or @FILE. Default nothing.")
    private String data = "";

    @Option(
        names = "--content-type",
        paramLabel = "TYPE",
        defaultValue = "application/json",
        description = "Of the payload. Default ${DEFAULT-VALUE}.")
    private String contentType = "";

    @Option(names = "--id", paramLabel = "ID", description = "Refused if there is one already.")
    private @Nullable String id;

    @Option(names = "--delay", paramLabel = "TIME", description = "For example 10m.")
    private @Nullable String delay;

    @Option(names = "--priority", paramLabel = "N", description = "From -100 to 100.")
    private @Nullable String priority;

    @Option(names = "--max-age", paramLabel = "TIME", description = "It expires after that.")
    private @Nullable String maxAge;

    @Option(names = "--deadline", paramLabel = "TIME", description = "To begin before, or expire.")
    private @Nullable String deadline;

    @Option(names = "--start-at", paramLabel = "TIME", description = "Not before that moment.")
    private @Nullable String startAt;

    @Option(names = "--order-key", paramLabel = "KEY", description = "One after another by it.")
    private @Nullable String orderKey;

    @Option(names = "--wait", paramLabel = "S", description = "Seconds to wait for its result.")
    private @Nullable Integer wait;

    @Override
    public Integer call() throws CommandFailure {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Content-Type", contentType);
      put(headers, "Task-Id", id);
      put(headers, "Task-Delay", delay);
      put(headers, "Task-Priority", priority);
      put(headers, "Task-Max-Age", maxAge);
      put(headers, "Task-Deadline", deadline);
      put(headers, "Task-Start-At", startAt);
      put(headers, "Task-Order-Key", orderKey);
      put(headers, "Prefer", wait == null ? null : "wait=" + wait);
      byte[] body =
          data.startsWith("@")
              ? TaskWorker.read(Path.of(data.substring(1)))
              : data.getBytes(StandardCharsets.UTF_8);
      String path = "/functions/" + TaskWorker.encoded(function) + "/tasks";
      TaskWorker.print(worker.ask("POST", path, body, headers), output);
      return ExitCode.OK;
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
      if (value != null) {
        headers.put(name, value);
      }
    }
  }

  /** Prints what a worker answers about a task. */
  @Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
  private static final class Show implements Callable<Integer> {
    private final String what;
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ID", description = "Of the task.")
    private String id = "";

    private Show(String what) {
      this.what = what;
    }

    static CommandLine of(String what, String description) {
      CommandLine show = new CommandLine(new Show(what));
      show.getCommandSpec().usageMessage().description(description);
      return show;
    }

    @Override
    public Integer call() throws CommandFailure {
      TaskWorker.print(
          worker.ask("GET", "/tasks/" + TaskWorker.encoded(id) + what, NOTHING, Map.of()), output);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "log",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Prints what the function logged about a task, as far as the worker knows it.")
  private static final class Log implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ID", description = "Of the task.")
    private String id = "";

    @Override
    public Integer call() throws CommandFailure {
      TaskWorker.Answer answer =
          worker.ask("GET", "/tasks/" + TaskWorker.encoded(id) + "/log", NOTHING, Map.of());
      if (output.isJson()) {
        TaskWorker.print(answer, output);
        return ExitCode.OK;
      }
      if (answer.tree() instanceof Map<?, ?> tree && tree.get("lines") instanceof List<?> lines) {
        for (Object one : lines) {
          Map<?, ?> line = (Map<?, ?>) one;
          output.line(
              "%s %-5s %s - %s"
                  .formatted(
                      line.get("time"), line.get("level"), line.get("logger"), line.get("text")));
        }
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Lists tasks, the newest first.")
  private static final class Listed implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Option(names = "--function", paramLabel = "NAME", description = "Of one function.")
    private @Nullable String function;

    @Option(names = "--state", paramLabel = "STATE", description = "Several with commas.")
    private @Nullable String state;

    @Option(names = "--id-prefix", paramLabel = "TEXT", description = "Of ids that were given.")
    private @Nullable String idPrefix;

    @Option(names = "--from", paramLabel = "TIME", description = "Handed in then or later.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Handed in before.")
    private @Nullable String to;

    @Option(names = "--order", paramLabel = "ORDER", description = "newest (default) or oldest.")
    private @Nullable String order;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "How many. Default ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Goes on after a list.")
    private @Nullable String cursor;

    @Override
    public Integer call() throws CommandFailure {
      StringJoiner query = new StringJoiner("&", "?", "");
      add(query, "function", function);
      add(query, "state", state);
      add(query, "idPrefix", idPrefix);
      add(query, "from", from);
      add(query, "to", to);
      add(query, "order", order);
      add(query, "limit", String.valueOf(limit));
      add(query, "cursor", cursor);
      TaskWorker.Answer answer = worker.ask("GET", "/tasks" + query, NOTHING, Map.of());
      if (output.isJson() || !(answer.tree() instanceof Map<?, ?> tree)) {
        TaskWorker.print(answer, output);
        return ExitCode.OK;
      }
      List<?> tasks = tree.get("tasks") instanceof List<?> list ? list : List.of();
      for (Object one : tasks) {
        if (one instanceof Map<?, ?> task) {
          output.line(
              String.format(
                  Locale.ROOT,
                  "%-24s  %-20s  %-10s  %2s  %s",
                  task.get("id"),
                  task.get("function"),
                  task.get("state"),
                  task.get("attempts"),
                  task.get("submittedAt")));
        }
      }
      if (tree.get("cursor") != null) {
        output.line("more with --cursor " + tree.get("cursor"));
      }
      return ExitCode.OK;
    }

    private static void add(StringJoiner query, String name, @Nullable String value) {
      if (value != null) {
        query.add(name + "=" + TaskWorker.encoded(value));
      }
    }
  }

  @Command(
      name = "watch",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description =
          "Prints what becomes of a task until it comes to its end; then 0 if it succeeded.")
  private static final class Watch implements Callable<Integer> {
    private static final Set<String> ENDS =
        Set.of("succeeded", "failed", "stopped", "expired", "invalid");
    private static final Duration PAUSE = Duration.ofMillis(300);

    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ID", description = "Of the task.")
    private String id = "";

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
      String shown = "";
      while (true) {
        TaskWorker.Answer answer =
            worker.ask("GET", "/tasks/" + TaskWorker.encoded(id), NOTHING, Map.of());
        Map<?, ?> task = answer.tree() instanceof Map<?, ?> map ? map : Map.of();
        String state = String.valueOf(task.get("state"));
        Object progress = task.get("progress");
        String now = state + (progress == null ? "" : "  " + progress);
        if (!now.equals(shown)) {
          shown = now;
          if (output.isJson()) {
            output.object(task);
          } else {
            output.line(now);
          }
        }
        if (ENDS.contains(state)) {
          return state.equals("succeeded") ? ExitCode.OK : ExitCode.FAILED;
        }
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  /** Which tasks are meant: some by id, or all that a filter finds. */
  private static final class Meant {
    @Option(names = "--all", description = "All tasks of the account, or all that is said besides.")
    private boolean all;

    @Option(names = "--function", paramLabel = "NAME", description = "With --all: of one function.")
    private @Nullable String function;

    @Option(names = "--state", paramLabel = "STATE", description = "With --all: in these states.")
    private @Nullable String state;

    @Option(names = "--id-prefix", paramLabel = "TEXT", description = "With --all: ids like that.")
    private @Nullable String idPrefix;

    @Option(
        names = "--from",
        paramLabel = "TIME",
        description = "With --all: handed in then or later.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "With --all: handed in before.")
    private @Nullable String to;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    /** Whether a filter is meant; the command line must name either that or ids. */
    boolean isFilter(List<String> ids) {
      boolean isRestricted =
          function != null || state != null || idPrefix != null || from != null || to != null;
      if (all == ids.isEmpty() && (all || !isRestricted)) {
        return all;
      }
      throw new ParameterException(
          command.commandLine(), "name tasks, or say --all, with what restricts it if wanted");
    }

    /** Has an action done to all of them, a page after the other. */
    void act(String action, Map<String, Object> more, TaskWorker worker, Output output)
        throws CommandFailure {
      long found = 0;
      long changed = 0;
      Object cursor = null;
      do {
        Map<String, Object> body = new LinkedHashMap<>(more);
        AccountsCommand.put(body, "function", function);
        AccountsCommand.put(body, "state", state);
        AccountsCommand.put(body, "idPrefix", idPrefix);
        AccountsCommand.put(body, "from", from);
        AccountsCommand.put(body, "to", to);
        AccountsCommand.put(body, "cursor", cursor);
        TaskWorker.Answer answer =
            worker.ask("POST", "/actions/" + action, AccountsCommand.json(body), Map.of());
        Map<?, ?> tree = answer.tree() instanceof Map<?, ?> map ? map : Map.of();
        found += tree.get("found") instanceof Number number ? number.longValue() : 0;
        changed += tree.get("changed") instanceof Number number ? number.longValue() : 0;
        cursor = tree.get("cursor");
      } while (cursor != null);
      if (output.isJson()) {
        output.object(Map.of("found", found, "changed", changed));
      } else {
        output.line(found + " tasks found, " + changed + " changed");
      }
    }
  }

  @Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
  private static final class Act implements Callable<Integer> {
    private final String action;
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Mixin private final Meant meant = new Meant();

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Of the tasks.")
    private List<String> ids = List.of();

    private Act(String action) {
      this.action = action;
    }

    @Override
    public Integer call() throws CommandFailure {
      if (meant.isFilter(ids)) {
        meant.act(action, Map.of(), worker, output);
        return ExitCode.OK;
      }
      for (String id : ids) {
        TaskWorker.Answer answer =
            worker.ask(
                "POST", "/tasks/" + TaskWorker.encoded(id) + "/" + action, NOTHING, Map.of());
        shortly(answer, output);
      }
      return ExitCode.OK;
    }
  }

  private static void shortly(TaskWorker.Answer answer, Output output) {
    if (!output.isJson() && answer.tree() instanceof Map<?, ?> task && task.get("id") != null) {
      output.line(task.get("id") + " is " + task.get("state"));
    } else {
      TaskWorker.print(answer, output);
    }
  }

  @Command(
      name = "set-priority",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Gives a task that waits another priority.")
  private static final class SetPriority implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Mixin private final Meant meant = new Meant();

    @Parameters(index = "0", paramLabel = "N", description = "From -100 to 100.")
    private int priority;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ID", description = "Of the tasks.")
    private List<String> ids = List.of();

    @Override
    public Integer call() throws CommandFailure {
      if (meant.isFilter(ids)) {
        meant.act("set-priority", Map.of("priority", priority), worker, output);
        return ExitCode.OK;
      }
      byte[] body = ("{\"priority\":" + priority + "}").getBytes(StandardCharsets.UTF_8);
      for (String id : ids) {
        shortly(
            worker.ask("PUT", "/tasks/" + TaskWorker.encoded(id) + "/priority", body, Map.of()),
            output);
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Forgets tasks that came to their end.")
  private static final class Delete implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Mixin private final Meant meant = new Meant();

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Of the tasks.")
    private List<String> ids = List.of();

    @Override
    public Integer call() throws CommandFailure {
      if (meant.isFilter(ids)) {
        meant.act("delete", Map.of(), worker, output);
        return ExitCode.OK;
      }
      for (String id : ids) {
        TaskWorker.Answer answer =
            worker.ask("DELETE", "/tasks/" + TaskWorker.encoded(id), NOTHING, Map.of());
        if (output.isJson()) {
          TaskWorker.print(answer, output);
        } else {
          output.line(id + " is forgotten");
        }
      }
      return ExitCode.OK;
    }
  }
}
