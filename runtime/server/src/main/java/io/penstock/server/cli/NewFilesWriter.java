package io.penstock.server.cli;

import io.penstock.server.errors.StartCode;
import io.penstock.server.scaffold.NewFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes new files for a command, below the folder that its {@code --dir} names. */
final class NewFilesWriter {

  /** What programs are told. */
  record Created(List<String> created) {}

  /** Makes the files below a folder. */
  @FunctionalInterface
  interface Maker {
    NewFiles make(Path folder) throws IOException, CommandFailure;
  }

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The folder to make it in. Default the current one.")
  private Path folder = Path.of(".");

  Path folder() {
    return folder;
  }

  List<Path> write(Maker maker) throws CommandFailure {
    try {
      return maker.make(folder.normalize()).write();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(
          ExitCode.CONFIG,
          StartCode.WOULD_OVERWRITE,
          e.getMessage() + " is there already. Nothing was written");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.ENVIRONMENT, StartCode.FILE_TROUBLE, e.toString());
    }
  }
}
