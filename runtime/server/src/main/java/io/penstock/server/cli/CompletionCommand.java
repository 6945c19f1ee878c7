package io.penstock.server.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Prints a script that lets a shell complete commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Prints a script that lets a shell complete commands and options.",
      "bash: source <(penstock completion bash)   in ~/.bashrc",
      "zsh:  source <(penstock completion zsh)    in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {

  /** The shells there are scripts for. */
  enum Shell {
    BASH,
    ZSH;

    /** As it is written, and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Shell of(String name) {
      return Arrays.stream(values())
          .filter(shell -> shell.toString().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "there is a script for bash and one for zsh, and none for '" + name + "'"));
    }
  }

  private static final class ShellReader implements ITypeConverter<Shell> {
    @Override
    public Shell convert(String name) {
      return Shell.of(name);
    }
  }

  @Mixin private final Output output = new Output();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.", converter = ShellReader.class)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Shell shell;

  /** What a program is told. */
  private record Script(Shell shell, String script) {}

  @Override
  public Integer call() {
    // One script serves both: it lets zsh read it as bash would.
    String script = AutoComplete.bash("penstock", spec.root().commandLine());
    if (output.isJson()) {
      output.object(new Script(shell, script));
    } else {
      output.line(script);
    }
    return ExitCode.OK;
  }
}
