package io.penstock.server.cli;

import io.penstock.server.describe.ConnectorSchema;
import io.penstock.server.http.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the JSON Schema of connectors' files. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Prints the JSON Schema (draft 2020-12) of connectors' files, for what is installed here.",
      "Editors complete and check with it: save it as penstock.schema.json, and let each file begin"
          + " with \"$schema\": \"./penstock.schema.json\"."
    })
final class SchemaCommand implements Callable<Integer> {

  @Mixin private final Output output = new Output();

  @Override
  public Integer call() throws CommandFailure {
    var schema = ConnectorSchema.of(ConnectorFiles.plugins());
    output.line(output.isJson() ? Json.line(schema) : Json.pretty(schema));
    return ExitCode.OK;
  }
}
