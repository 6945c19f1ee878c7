package io.penstock.server.cli;

import io.penstock.server.http.HttpAddress;
import io.penstock.storage.PostgresAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a worker listens and keeps its state. */
final class WorkerOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Where HTTP listens; 0 takes a free port. Default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = HttpAddress.LOOPBACK,
      description = {
        "The address HTTP listens on. Default ${DEFAULT-VALUE}, which only this machine reaches.",
        "Nobody is asked for a password: whoever reaches the port can pause connectors."
      })
  private String host = HttpAddress.LOOPBACK;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".penstock",
      description = {
        "The worker's own folder, made if it isn't there. Default ${DEFAULT-VALUE}",
        "in the current folder. One worker at a time uses it."
      })
  private Path data = Path.of(".penstock");

  @Option(
      names = "--state",
      paramLabel = "URL",
      description = {
        "A PostgreSQL that keeps the state instead, for several workers:",
        "postgresql://user@host/database. The password may stand in PENSTOCK_STATE_PASSWORD, and"
            + " the",
        "whole in PENSTOCK_STATE."
      })
  private @Nullable String state;

  Path data() {
    return data;
  }

  /** The PostgreSQL that keeps the state; empty keeps it in the data folder. */
  Optional<PostgresAddress> sharedState() {
    String url = state != null ? state : System.getenv("PENSTOCK_STATE");
    if (url == null || url.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PostgresAddress.parse(url, System.getenv("PENSTOCK_STATE_PASSWORD")));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--state is " + e.getMessage(), e);
    }
  }

  HttpAddress address() {
    try {
      return new HttpAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--port: " + e.getMessage(), e);
    }
  }
}
