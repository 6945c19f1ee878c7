package io.penstock.server.cli;

import io.penstock.engine.codec.JsonCodec;
import java.math.BigDecimal;
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

/** The accounts of a running worker's tasks. */
@Command(
    name = "accounts",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Administers who may hand in tasks.")
final class AccountsCommand implements Runnable {

  private static final byte[] NOTHING = {};

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** The command with those below it. */
  static CommandLine commandLine() {
    return new CommandLine(new AccountsCommand())
        .addSubcommand(new Listed())
        .addSubcommand(new Get())
        .addSubcommand(new Set())
        .addSubcommand(new Delete())
        .addSubcommand(new AddKey())
        .addSubcommand(new RevokeKey());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name what to do: " + String.join(", ", spec.subcommands().keySet()));
  }

  static byte[] json(Map<String, Object> tree) {
    return new JsonCodec().encode(tree);
  }

  static String path(String account) {
    return "/accounts/" + TaskWorker.encoded(account);
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Lists the accounts with what is known of their keys.")
  private static final class Listed implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Override
    public Integer call() throws CommandFailure {
      TaskWorker.Answer answer = worker.administer("GET", "/accounts", NOTHING);
      if (output.isJson() || !(answer.tree() instanceof Map<?, ?> tree)) {
        TaskWorker.print(answer, output);
      } else if (tree.get("accounts") instanceof List<?> list) {
        for (Object one : list) {
          if (one instanceof Map<?, ?> account && account.get("keys") instanceof List<?> keys) {
            output.line(
                account.get("name")
                    + "  weight "
                    + account.get("weight")
                    + "  "
                    + keys.size()
                    + " keys"
                    + (Boolean.TRUE.equals(account.get("declared")) ? "  in the file" : ""));
          }
        }
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Shows an account.")
  private static final class Get implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ACCOUNT", description = "Its name.")
    private String account = "";

    @Override
    public Integer call() throws CommandFailure {
      TaskWorker.print(worker.administer("GET", path(account), NOTHING), output);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Adds an account, or gives it other quotas; its keys stay.")
  private static final class Set implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ACCOUNT", description = "Its name.")
    private String account = "";

    @Option(names = "--weight", paramLabel = "N", description = "Its share. Default 1.")
    private @Nullable BigDecimal weight;

    @Option(names = "--max-backlog", paramLabel = "N", description = "Most tasks at a time.")
    private @Nullable Long maxBacklog;

    @Option(names = "--rate", paramLabel = "N", description = "Most tasks handed in per second.")
    private @Nullable BigDecimal rate;

    @Override
    public Integer call() throws CommandFailure {
      Map<String, Object> body = new LinkedHashMap<>();
      put(body, "weight", weight);
      put(body, "maxBacklog", maxBacklog);
      put(body, "ratePerSecond", rate);
      TaskWorker.print(worker.administer("PUT", path(account), json(body)), output);
      return ExitCode.OK;
    }
  }

  static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Removes an account with its keys and functions.")
  private static final class Delete implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ACCOUNT", description = "Its name.")
    private String account = "";

    @Option(
        names = "--tasks",
        required = true,
        paramLabel = "CHOICE",
        description = "drain lets its tasks be done, invalidate ends those that wait.")
    private String tasks = "";

    @Override
    public Integer call() throws CommandFailure {
      String path = path(account) + "?tasks=" + TaskWorker.encoded(tasks);
      TaskWorker.print(worker.administer("DELETE", path, NOTHING), output);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "add-key",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Makes a key for an account and prints it, this once.")
  private static final class AddKey implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(paramLabel = "ACCOUNT", description = "Its name.")
    private String account = "";

    @Option(names = "--label", paramLabel = "TEXT", description = "What it is for.")
    private @Nullable String label;

    @Option(names = "--expires-in", paramLabel = "TIME", description = "For example 90d.")
    private @Nullable String expiresIn;

    @Override
    public Integer call() throws CommandFailure {
      Map<String, Object> body = new LinkedHashMap<>();
      put(body, "label", label);
      put(body, "expiresIn", expiresIn);
      TaskWorker.Answer answer = worker.administer("POST", path(account) + "/keys", json(body));
      if (!output.isJson() && answer.tree() instanceof Map<?, ?> made) {
        output.line(String.valueOf(made.get("key")));
      } else {
        TaskWorker.print(answer, output);
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "revoke-key",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Takes a key of an account back.")
  private static final class RevokeKey implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final TaskWorker worker = new TaskWorker();

    @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Its name.")
    private String account = "";

    @Parameters(index = "1", paramLabel = "KEY-ID", description = "As 'accounts get' shows it.")
    private String id = "";

    @Override
    public Integer call() throws CommandFailure {
      String path = path(account) + "/keys/" + TaskWorker.encoded(id);
      TaskWorker.print(worker.administer("DELETE", path, NOTHING), output);
      return ExitCode.OK;
    }
  }
}
