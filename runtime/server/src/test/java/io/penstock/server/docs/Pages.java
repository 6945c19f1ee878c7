package io.penstock.server.docs;

import io.penstock.connector.Plugin;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigKey.Type;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.engine.filter.EventPattern;
import io.penstock.engine.transform.TransformForm;
import io.penstock.server.cases.CaseKeys;
import io.penstock.server.cases.EventForm;
import io.penstock.server.config.ConnectorKeys;
import io.penstock.server.config.Plugins;
import io.penstock.server.errors.ErrorCatalogue;
import io.penstock.server.http.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pages that are made of the code: the reference of settings, and the error codes. */
final class Pages {

  private static final String NOTE =
      "<!-- Made from the code. Change the declarations, then make it anew: see PagesTest. -->";

  /** Where the types of what the server reads itself are told. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "source", "a [source](sources.md)",
          "filter", "a [filter](README.md#a-filter)",
          "transform", "a [transform](README.md#a-transform)",
          "function", "a [function](functions.md)",
          "routes", "an object of [routes](README.md#a-route) by name",
          "onSuccess", "a list of [sinks](sinks.md)",
          "onFailure", "a list of [sinks](sinks.md)",
          "onStop", "a list of [sinks](sinks.md)");

  private final List<String> lines = new ArrayList<>();

  private Pages() {}

  /** Every page by its path below {@code docs}. */
  static Map<String, String> all() {
    Plugins plugins = Plugins.load();
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("reference/README.md", connector(plugins));
    pages.put(
        "reference/sources.md", plugins("Sources", plugins.sources(), ConnectorKeys.ANY_SOURCE));
    pages.put(
        "reference/functions.md",
        plugins("Functions", plugins.functions(), ConnectorKeys.ANY_FUNCTION));
    pages.put("reference/sinks.md", plugins("Sinks", plugins.sinks(), ConnectorKeys.ANY_SINK));
    pages.put("reference/cases.md", cases());
    pages.put("errors/README.md", errors());
    return pages;
  }

  private static String connector(Plugins plugins) {
    Pages page = new Pages();
    page.add(
        "# Reference",
        "",
        "Every key of a connector's file. `penstock schema` prints the same for editors, `penstock"
            + " plugins TYPE` for a terminal.",
        "",
        "- [Sources](sources.md): " + words(plugins.sources()),
        "- [Functions](functions.md): " + words(plugins.functions()),
        "- [Sinks](sinks.md): " + words(plugins.sinks()),
        "- [Cases](cases.md), for `penstock test`",
        "- [Error codes](../errors/README.md)",
        "",
        "## A connector",
        "",
        "A file holds one connector, or a list of them.");
    page.table(ConnectorKeys.CONNECTOR);
    page.add("", "## A route", "", "See [tasks](../tasks.md).");
    page.table(ConnectorKeys.ROUTE);
    page.add("", "## A transform", "", "See [transforms](../transforms.md).");
    page.table(TransformForm.SPEC);
    page.add(
        "",
        "## A filter",
        "",
        "An object of fields, each with a list of values and conditions: "
            + String.join(", ", EventPattern.OPERATORS.stream().map(w -> "`" + w + "`").toList())
            + ". See [filters](../filters.md).");
    page.add(
        "",
        "## Values",
        "",
        "| type | |",
        "|---|---|",
        "| text | `\"...\"`, not empty |",
        "| duration | a text: a whole number and `ms`, `s`, `m`, `h` or `d`, such as `\"200ms\"` |",
        "| size | a text: a whole number and `B`, `KiB`, `MiB`, `GiB`, `kB`, `MB` or `GB` |",
        "| list of texts | `[\"a\", \"b\"]`, or one text for a list of one |",
        "| object of names and texts | numbers and flags are taken as texts |",
        "",
        "In any text `${env:NAME}` stands for an environment variable and `${file:PATH}` for what a"
            + " file holds, with a default after `:-` as in `${env:NAME:-value}`; `$${` is a"
            + " literal `${`. Such values are never shown in a message. `null` is as if the key"
            + " were missing. Paths start from the folder of the file.",
        "",
        "Formats: " + words(plugins.codecs()) + ".");
    return page.text();
  }

  private static <P extends Plugin> String plugins(
      String title, Map<String, P> plugins, ConfigSpec common) {
    Pages page = new Pages();
    page.add("# " + title, "", "## All of them have");
    page.table(common);
    new TreeMap<>(plugins)
        .forEach(
            (type, plugin) -> {
              page.add("", "## " + type, "", plugin.doc());
              page.table(plugin.spec());
            });
    return page.text();
  }

  private static String cases() {
    Pages page = new Pages();
    page.add(
        "# Cases",
        "",
        "Every key of a file of cases; [Testing a connector](../testing.md) tells how to use them.",
        "",
        "## A file");
    page.table(CaseKeys.FILE);
    page.add("", "## A case");
    page.table(CaseKeys.CASE);
    page.add("", "## An event that comes in");
    page.table(EventForm.INPUT);
    page.add("", "## How an event ends", "", "The word alone, or an object:");
    page.table(CaseKeys.FATE);
    page.add("", "## An answer of the function", "", "`\"done\"`, or an object with one of:");
    page.table(CaseKeys.ANSWER);
    page.add("", "## An answer of a sink", "", "`\"delivered\"`, or an object with one of:");
    page.table(CaseKeys.DELIVERY);
    return page.text();
  }

  private static String errors() {
    Pages page = new Pages();
    page.add(
        "# Error codes",
        "",
        "What a code means never changes. `penstock explain CODE` prints what stands here.");
    for (ErrorCatalogue.Group group : ErrorCatalogue.groups()) {
      page.add("", "## " + group.title(), "", group.about());
      for (ErrorCatalogue.Entry entry : group.entries()) {
        page.add(
            "",
            "### " + entry.code(),
            "",
            "**" + entry.title() + ".** " + entry.meaning(),
            "",
            "*What to do:* " + entry.remedy());
      }
    }
    return page.text();
  }

  private static String words(Map<String, ?> byWord) {
    return String.join(
        ", ", new TreeMap<>(byWord).keySet().stream().map(w -> "`" + w + "`").toList());
  }

  private void table(ConfigSpec spec) {
    add("", "| key | type | default | |", "|---|---|---|---|");
    rows(spec, "");
  }

  private void rows(ConfigSpec spec, String prefix) {
    for (ConfigKey<?> key : spec.keys()) {
      String name = prefix + key.name();
      if (key.type() == Type.OBJECT) {
        add("| `" + name + "` | object | | " + cell(key.doc()) + " |");
        rows(key.nested().orElseThrow(), name + ".");
      } else {
        add("| `" + name + "` | " + type(key) + " | " + fallback(key) + " | " + doc(key) + " |");
      }
    }
  }

  private static String type(ConfigKey<?> key) {
    if (key.type() == Type.JSON && ELSEWHERE.containsKey(key.name())) {
      return ELSEWHERE.get(key.name());
    }
    return switch (key.type()) {
      case CHOICE -> String.join(", ", key.choices().stream().map(c -> "`" + c + "`").toList());
      case DURATION -> "duration";
      case SIZE -> "size";
      default -> cell(key.typeName());
    };
  }

  private static String fallback(ConfigKey<?> key) {
    if (key.required()) {
      return "**required**";
    }
    return key.defaultTree().map(value -> "`" + cell(Json.line(value)) + "`").orElse("");
  }

  private static String doc(ConfigKey<?> key) {
    return cell(
        key.doc()
            + key.range().map(range -> " From " + range + ".").orElse("")
            + (key.secret() ? " A secret, never shown." : ""));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private void add(String... more) {
    lines.addAll(List.of(more));
  }

  private String text() {
    return NOTE + "\n" + String.join("\n", lines) + "\n";
  }
}
