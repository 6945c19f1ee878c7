package io.penstock.server.cli;

import io.penstock.server.http.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has tables of a database read again while a worker follows their changes. */
@Command(
    name = "snapshot",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has tables read again by a running connector whose source is cdc, while their changes go"
          + " on.",
      "The source needs a table of signals; it is the source's setting signals."
    })
final class SnapshotCommand implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Mixin private final Output output = new Output();

  @Parameters(index = "0", paramLabel = "CONNECTOR", description = "The connector's name.")
  private String connector = "";

  @Parameters(
      index = "1..*",
      paramLabel = "TABLE",
      description = "As in the source's tables; all of them if none is named.")
  private List<String> tables = List.of();

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the worker is. Default ${DEFAULT-VALUE}.")
  private String url = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Override
  public Integer call() throws CommandFailure {
    List<String> wanted = tables == null ? List.of() : tables;
    String body = Json.line(wanted.isEmpty() ? Map.of() : Map.of("tables", wanted));
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(
                  URI.create(url + "/sources/" + TaskWorker.encoded(connector) + "/snapshots"))
              .timeout(LIMIT)
              .POST(BodyPublishers.ofString(body))
              .build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--url: " + e.getMessage(), e);
    }
    String none = "; has it a connector '" + connector + "' whose source is cdc?";
    TaskWorker.print(TaskWorker.send(url, request, none), output);
    return ExitCode.OK;
  }
}
