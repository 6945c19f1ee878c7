package io.penstock.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.connect.Offsets;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.server.errors.StartCode;
import io.penstock.server.errors.StartProblem;
import io.penstock.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and changes how far a plugin of Kafka Connect is, while it is stopped. */
@Command(
    name = "offsets",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Shows the offsets of a connector whose source is a plugin of Kafka Connect, as JSON; or"
          + " changes them.",
      "The worker must be stopped; with --state, every worker that runs the connector."
    })
final class OffsetsCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private final Output output = new Output();
  @Mixin private final WorkerOptions options = new WorkerOptions();

  @Parameters(arity = "1", paramLabel = "CONNECTOR", description = "The connector's name.")
  private String connector = "";

  @ArgGroup private @Nullable Change change;

  /** One of the two. */
  static final class Change {

    @Option(
        names = "--set",
        paramLabel = "FILE",
        description = {
          "Sets the offsets in this file, which is as this command prints them; an offset of null"
              + " is taken away, others stay."
        })
    private @Nullable Path file;

    @Option(names = "--reset", description = "Takes all offsets away: the source begins anew.")
    private boolean reset;
  }

  /** What is printed, and what is read: the form of Kafka Connect. */
  private record Shown(List<Offsets.Offset> offsets) {}

  @Override
  public Integer call() throws CommandFailure {
    try (Storage storage =
        Storage.open(
            new Storage.Options(
                options.data(), options.sharedState(), Clock.systemUTC(), Failpoints.NONE))) {
      Leases.Answer answer = storage.leases().acquire("connectors/" + connector + "/source");
      if (answer instanceof Leases.Answer.Held held) {
        throw refused("connector '" + connector + "' runs: " + held.holder() + ". Stop it first");
      }
      try (Lease lease = ((Leases.Answer.Granted) answer).lease()) {
        Offsets offsets = new Offsets(connector, lease.state());
        Change wanted = change;
        if (wanted != null && wanted.reset) {
          offsets.reset();
        } else if (wanted != null && wanted.file != null) {
          offsets.change(read(wanted.file));
        }
        output.object(new Shown(offsets.all()));
        return ExitCode.OK;
      }
    } catch (ConnectorException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure refused(String text) {
    return new CommandFailure(
        ExitCode.ENVIRONMENT, List.of(new StartProblem(StartCode.DATA_FOLDER, text)));
  }

  private static List<Offsets.Offset> read(Path file) throws CommandFailure {
    try {
      JsonNode all = JSON.readTree(Files.readAllBytes(file)).path("offsets");
      List<Offsets.Offset> offsets = new ArrayList<>();
      for (JsonNode one : all) {
        if (!one.path("partition").isObject()
            || !(one.path("offset").isObject() || one.path("offset").isNull())) {
          throw wrong(file, "expected a \"partition\" and an \"offset\" in each of \"offsets\"");
        }
        offsets.add(
            new Offsets.Offset(
                map(one.path("partition")),
                one.path("offset").isNull() ? null : map(one.path("offset"))));
      }
      if (offsets.isEmpty()) {
        throw wrong(file, "expected {\"offsets\": [{\"partition\": {}, \"offset\": {}}]}");
      }
      return offsets;
    } catch (IOException e) {
      throw wrong(file, String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure wrong(Path file, String text) {
    return new CommandFailure(
        ExitCode.CONFIG,
        List.of(new StartProblem(StartCode.WRONG_COMMAND_LINE, file + ": " + text)));
  }

  private static Map<String, Object> map(JsonNode object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object
        .fields()
        .forEachRemaining(
            field -> map.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
    return map;
  }
}
