package io.penstock.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.penstock.server.cli.ConnectorFiles.BrokenInstallationException;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.FileProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks connectors' files and prints everything that is wrong. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Checks connectors' files: every problem of every file at once.",
      "Makes and starts nothing, and needs neither brokers nor the functions' jars."
    })
final class ValidateCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description = "A connector's file, or a folder with such files (*.json).")
  private List<Path> paths = List.of();

  @Option(names = "--json", description = "Print one JSON object, for programs.")
  private boolean json;

  ValidateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Loaded loaded;
    try {
      loaded = ConnectorFiles.load(paths, surroundings);
    } catch (BrokenInstallationException e) {
      err.println("penstock: " + e.getMessage());
      err.flush();
      return ExitCode.ENVIRONMENT;
    }
    boolean valid = loaded.problems().isEmpty();
    if (json) {
      out.println(asJson(loaded));
    } else if (valid) {
      out.println(
          ConnectorFiles.counted(loaded.connectors().size(), "connector")
              + " in "
              + ConnectorFiles.counted(loaded.files().size(), "file")
              + ", all good");
    } else {
      ConnectorFiles.print(loaded, err);
    }
    out.flush();
    return valid ? ExitCode.OK : ExitCode.CONFIG;
  }

  private static String asJson(Loaded loaded) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeBooleanField("valid", loaded.problems().isEmpty());
      json.writeArrayFieldStart("files");
      for (Path file : loaded.files()) {
        json.writeString(file.toString());
      }
      json.writeEndArray();
      json.writeArrayFieldStart("connectors");
      for (ConnectorConfig connector : loaded.connectors()) {
        json.writeString(connector.name());
      }
      json.writeEndArray();
      json.writeArrayFieldStart("problems");
      for (FileProblem problem : loaded.problems()) {
        write(problem, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(FileProblem problem, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("file", problem.file().toString());
    if (problem.line().isPresent()) {
      json.writeNumberField("line", problem.line().getAsInt());
    } else {
      json.writeNullField("line");
    }
    json.writeStringField("path", problem.problem().path());
    json.writeStringField("found", problem.problem().found());
    json.writeStringField("expected", problem.problem().expected());
    json.writeStringField("suggestion", problem.problem().suggestion().orElse(null));
    json.writeEndObject();
  }
}
