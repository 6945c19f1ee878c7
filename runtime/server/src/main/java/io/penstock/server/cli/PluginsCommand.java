package io.penstock.server.cli;

import io.penstock.connect.ConnectKeys;
import io.penstock.connect.PluginFolder;
import io.penstock.connect.PluginSettings;
import io.penstock.server.describe.PluginList;
import io.penstock.server.describe.PluginList.Described;
import io.penstock.server.describe.PluginList.Hosted;
import io.penstock.server.describe.PluginList.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists what is installed. */
@Command(
    name = "plugins",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists the sources, functions, sinks and codecs that are installed.",
      "Lists plugins of Kafka Connect too, those in a folder and those that came with Penstock.",
      "With TYPE, or the class of such a plugin, shows the settings."
    })
final class PluginsCommand implements Callable<Integer> {

  @Mixin private final Output output = new Output();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "TYPE", description = "For example kafka.")
  private List<String> types = List.of();

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      defaultValue = ConnectKeys.DEFAULT_FOLDER,
      description = "The folder of Kafka Connect plugins. Default ${DEFAULT-VALUE}.")
  private Path folder = Path.of(ConnectKeys.DEFAULT_FOLDER);

  @Override
  public Integer call() throws CommandFailure {
    PluginFolder plugins = PluginFolder.open(folder);
    PluginList all = PluginList.of(ConnectorFiles.plugins(), plugins);
    List<String> known =
        Stream.of(all.sources(), all.functions(), all.sinks())
            .flatMap(List::stream)
            .map(Described::type)
            .distinct()
            .toList();
    for (String type : types) {
      if (!known.contains(type)
          && plugins.offered().stream().noneMatch(o -> PluginList.isConnector(o, type))) {
        throw new ParameterException(
            spec.commandLine(),
            "nothing of type '" + type + "' is installed; there is " + String.join(", ", known));
      }
    }
    PluginList list = types.isEmpty() ? all : all.only(types, plugins);
    if (output.isJson()) {
      output.object(list);
    } else {
      print("Sources", list.sources());
      print("Functions", list.functions());
      print("Sinks", list.sinks());
      printCodecs(list);
      printHosted(list);
    }
    return ExitCode.OK;
  }

  private void print(String title, List<Described> plugins) {
    if (plugins.isEmpty()) {
      return;
    }
    output.line(title);
    for (Described plugin : plugins) {
      output.line(String.format("  %-14s %s  %s", plugin.type(), plugin.version(), plugin.doc()));
      if (!types.isEmpty()) {
        plugin.settings().forEach(setting -> print(setting, "    "));
      } else if (!plugin.settings().isEmpty()) {
        output.line(
            " ".repeat(17)
                + plugin.settings().stream().map(Setting::name).collect(Collectors.joining(", ")));
      }
    }
  }

  private void print(Setting setting, String indent) {
    StringBuilder text = new StringBuilder(indent).append(setting.name()).append(": ");
    text.append(
        setting.choices().isEmpty()
            ? setting.type()
            : "one of " + String.join(", ", setting.choices()));
    setting.range().ifPresent(range -> text.append(", ").append(range));
    if (setting.required()) {
      text.append(", required");
    }
    if (setting.secret()) {
      text.append(", secret");
    }
    setting.defaultText().ifPresent(value -> text.append(", default ").append(value));
    output.line(text.toString());
    output.line(indent + "    " + setting.doc());
    setting.settings().forEach(inner -> print(inner, indent + "  "));
  }

  private void printHosted(PluginList list) {
    if (list.connect().isEmpty()) {
      return;
    }
    output.line("Kafka Connect");
    for (Hosted plugin : list.connect()) {
      output.line(
          String.format(
              "  %-16s %s  %s%s",
              plugin.kind(),
              plugin.className(),
              plugin.version(),
              plugin.location().isEmpty() ? "" : "  (" + plugin.location() + ")"));
      for (PluginSettings.Setting setting : plugin.settings()) {
        output.line(
            "    "
                + setting.name()
                + ": "
                + setting.type()
                + (setting.required() ? ", required" : "")
                + setting.defaultValue().map(value -> ", default " + value).orElse(""));
        if (!setting.doc().isEmpty()) {
          output.line("        " + setting.doc());
        }
      }
    }
  }

  private void printCodecs(PluginList list) {
    if (!list.codecs().isEmpty()) {
      output.line("Formats");
      list.codecs()
          .forEach(
              codec ->
                  output.line(
                      String.format(
                          "  %-14s %s  %s", codec.format(), codec.version(), codec.mediaType())));
    }
  }
}
