package io.penstock.server.cli;

import io.penstock.engine.codec.JsonCodec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** The functions of a running worker's tasks. */
@Command(
    name = "functions",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Registers functions that tasks may name.")
final class FunctionsCommand implements Runnable {

  private static final byte[] NOTHING = {};
  private static final String DEFAULT = "default";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** The command with those below it. */
  static CommandLine commandLine() {
    return new CommandLine(new FunctionsCommand())
        .addSubcommand(new Listed())
        .addSubcommand(new Get())
        .addSubcommand(new Register())
        .addSubcommand(new Alias())
        .addSubcommand(new DeleteVersion())
        .addSubcommand(new Delete())
        .addSubcommand("pause", pausing("pause", "Nothing more of it is handed out."))
        .addSubcommand("resume", pausing("resume", "Lets a paused function go on."));
  }

  private static CommandLine pausing(String action, String what) {
    CommandLine line = new CommandLine(new Pause(action));
    line.getCommandSpec().usageMessage().description(what);
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name what to do: " + String.join(", ", spec.subcommands().keySet()));
  }

  private static String path(String account, String function) {
    return AccountsCommand.path(account) + "/functions/" + TaskWorker.encoded(function);
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Lists the functions that were registered, and those of the file.")
  private static final class Listed implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Option(names = "--account", paramLabel = "ACCOUNT", description = "Of one account.")
    private @Nullable String account;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Goes on after a list.")
    private @Nullable String cursor;

    @Override
    public Integer call() throws CommandFailure {
      String query =
          "?cursor="
              + TaskWorker.encoded(cursor == null ? "" : cursor)
              + (account == null ? "" : "&account=" + TaskWorker.encoded(account));
      TaskWorker.Answer answer = worker.administer("GET", "/functions" + query, NOTHING);
      if (output.isJson() || !(answer.tree() instanceof Map<?, ?> tree)) {
        TaskWorker.print(answer, output);
        return ExitCode.OK;
      }
      if (tree.get("declared") instanceof List<?> declared) {
        declared.forEach(name -> output.line(name + "  in the file"));
      }
      if (tree.get("functions") instanceof List<?> list) {
        for (Object one : list) {
          if (one instanceof Map<?, ?> function) {
            output.line(
                function.get("account")
                    + "/"
                    + function.get("name")
                    + "  "
                    + function.get("phase")
                    + "  "
                    + function.get("aliases"));
          }
        }
      }
      if (tree.get("cursor") != null) {
        output.line("more with --cursor " + tree.get("cursor"));
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Shows a function with its versions and their definitions.")
  private static final class Get implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();
    @Mixin private final Named named = new Named();

    @Override
    public Integer call() throws CommandFailure {
      TaskWorker.print(worker.administer("GET", named.path(), NOTHING), output);
      return ExitCode.OK;
    }
  }

  /** A function of an account. */
  private static final class Named {
    @Parameters(index = "0", paramLabel = "FUNCTION", description = "Its name.")
    private String function = "";

    @Option(
        names = "--account",
        paramLabel = "ACCOUNT",
        defaultValue = DEFAULT,
        description = "Whose it is. Default ${DEFAULT-VALUE}.")
    private String account = "";

    String path() {
      return FunctionsCommand.path(account, function);
    }
  }

  @Command(
      name = "register",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = {
        "Registers a version of a function, and lets an alias mean it.",
        "The file holds what would stand under routes in the connector's file. Jars that it names"
            + " are handed over; their paths start from the file."
      })
  private static final class Register implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();
    @Mixin private final Named named = new Named();

    @Parameters(index = "1", paramLabel = "FILE", description = "With the definition, as JSON.")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Option(
        names = "--alias",
        paramLabel = "NAME",
        defaultValue = "live",
        description = "What is to mean it; live is what tasks take that name none; '' for nothing.")
    private String alias = "";

    @Override
    public Integer call() throws CommandFailure {
      Object tree = new JsonCodec().decode(TaskWorker.read(file));
      Map<String, Object> body = new LinkedHashMap<>();
      AccountsCommand.put(body, "definition", tree);
      body.put("alias", alias);
      Map<String, String> files = new LinkedHashMap<>();
      if (tree instanceof Map<?, ?> definition
          && definition.get("function") instanceof Map<?, ?> function) {
        Object jars = function.get("jar");
        for (Object jar :
            jars instanceof List<?> list ? list : jars == null ? List.of() : List.of(jars)) {
          files.put(jar.toString(), hand(file.resolveSibling(jar.toString())));
        }
      }
      if (!files.isEmpty()) {
        body.put("files", files);
      }
      TaskWorker.Answer answer = worker.administer("PUT", named.path(), AccountsCommand.json(body));
      if (!output.isJson() && answer.tree() instanceof Map<?, ?> made) {
        output.line("version " + made.get("version"));
      } else {
        TaskWorker.print(answer, output);
      }
      return ExitCode.OK;
    }

    private String hand(Path jar) throws CommandFailure {
      TaskWorker.Answer answer = worker.administer("POST", "/files", TaskWorker.read(jar));
      return answer.tree() instanceof Map<?, ?> kept ? String.valueOf(kept.get("sha256")) : "";
    }
  }

  @Command(
      name = "alias",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Lets an alias mean another version; without one it is removed.")
  private static final class Alias implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();
    @Mixin private final Named named = new Named();

    @Parameters(index = "1", paramLabel = "ALIAS", description = "Its name.")
    private String alias = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "VERSION", description = "Its id.")
    private @Nullable String version;

    @Override
    public Integer call() throws CommandFailure {
      String path = named.path() + "/aliases/" + TaskWorker.encoded(alias);
      TaskWorker.print(
          version == null
              ? worker.administer("DELETE", path, NOTHING)
              : worker.administer("PUT", path, AccountsCommand.json(Map.of("version", version))),
          output);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "delete-version",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Removes a version that no alias means.")
  private static final class DeleteVersion implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();
    @Mixin private final Named named = new Named();

    @Parameters(index = "1", paramLabel = "VERSION", description = "Its id.")
    private String version = "";

    @Override
    public Integer call() throws CommandFailure {
      String path = named.path() + "/versions/" + TaskWorker.encoded(version);
      TaskWorker.print(worker.administer("DELETE", path, NOTHING), output);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Removes a function.")
  private static final class Delete implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();
    @Mixin private final Named named = new Named();

    @Option(
        names = "--tasks",
        required = true,
        paramLabel = "CHOICE",
        description = "drain lets its tasks be done first, invalidate ends those that wait.")
    private String tasks = "";

    @Override
    public Integer call() throws CommandFailure {
      String path = named.path() + "?tasks=" + TaskWorker.encoded(tasks);
      TaskWorker.print(worker.administer("DELETE", path, NOTHING), output);
      return ExitCode.OK;
    }
  }

  @Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
  private static final class Pause implements Callable<Integer> {
    private final String action;
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "FUNCTION", description = "Its name; by the account whose key it is.")
    private String function = "";

    private Pause(String action) {
      this.action = action;
    }

    @Override
    public Integer call() throws CommandFailure {
      String path = "/functions/" + TaskWorker.encoded(function) + "/" + action;
      TaskWorker.print(worker.ask("POST", path, NOTHING, Map.of()), output);
      return ExitCode.OK;
    }
  }
}
