package io.penstock.server.describe;

import io.penstock.connector.CodecProvider;
import io.penstock.connector.Plugin;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.engine.filter.EventPattern;
import io.penstock.engine.transform.TransformForm;
import io.penstock.server.config.ConnectorKeys;
import io.penstock.server.config.Plugins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The JSON Schema (draft 2020-12) of connectors' files: for editors, which complete and check with
 * it. It is made of the declarations that validate. What it lets through may still be wrong, as it
 * can't say what hangs on several values; what it refuses is wrong.
 */
public final class ConnectorSchema {

  private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

  /** A text in which something is put in from outside may become anything. */
  private static final Map<String, Object> REFERENCE =
      ordered("type", "string", "pattern", "\\$\\{\\w+:");

  private final Plugins plugins;
  private final Map<String, Object> definitions = new TreeMap<>();

  private ConnectorSchema(Plugins plugins) {
    this.plugins = plugins;
  }

  /** The schema for what this installation has, as a tree. */
  public static Map<String, Object> of(Plugins plugins) {
    return new ConnectorSchema(plugins).schema();
  }

  private Map<String, Object> schema() {
    define("pattern", pattern());
    define("condition", condition());
    define("transform", object(TransformForm.SPEC, Map.of("form", word(TransformForm.FORMS))));
    plugins("source", plugins.sources(), ConnectorKeys.ANY_SOURCE, Map.of("format", format()));
    plugins("function", plugins.functions(), ConnectorKeys.ANY_FUNCTION, Map.of());
    plugins(
        "sink",
        plugins.sinks(),
        ConnectorKeys.ANY_SINK,
        Map.of("filter", ref("pattern"), "transform", ref("transform")));
    define(
        "sink.drop",
        object(ConnectorKeys.DROP, Map.of("type", Map.of("const", ConnectorKeys.DROP_TYPE))));
    List<String> failureSinks = new ArrayList<>(new TreeSet<>(plugins.sinks().keySet()));
    failureSinks.add(ConnectorKeys.DROP_TYPE);
    define("failureSink", choice("sink", failureSinks));
    define("connector", connector());

    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", DRAFT);
    schema.put("title", "Penstock connectors");
    schema.put("description", "A connector, or a list of connectors.");
    schema.put("if", Map.of("type", "array"));
    schema.put("then", ordered("minItems", 1, "items", ref("connector")));
    schema.put("else", ref("connector"));
    schema.put("$defs", definitions);
    return schema;
  }

  private Map<String, Object> format() {
    List<Object> forms = new ArrayList<>();
    forms.add(word(new TreeSet<>(plugins.codecs().keySet())));
    for (CodecProvider provider : new TreeMap<>(plugins.codecProviders()).values()) {
      forms.add(
          object(
              ConnectorKeys.ANY_FORMAT.with(provider.spec()),
              Map.of("type", Map.of("const", provider.type()))));
    }
    return ordered("anyOf", forms);
  }

  private Map<String, Object> connector() {
    Map<String, Object> success = ordered("type", "array", "items", ref("sink"));
    Map<String, Object> failure =
        ordered("type", "array", "minItems", 1, "items", ref("failureSink"));
    Map<String, Object> stop = ordered("type", "array", "minItems", 1, "items", ref("sink"));
    define(
        "route",
        object(
            ConnectorKeys.ROUTE,
            Map.of(
                "function", ref("function"),
                "onSuccess", success,
                "onFailure", failure,
                "onStop", stop)));
    Map<String, Object> connector =
        object(
            ConnectorKeys.CONNECTOR,
            Map.of(
                "apiVersion", word(List.of(ConnectorKeys.API_VERSION_1)),
                "name", name(),
                "source", ref("source"),
                "filter", ref("pattern"),
                "transform", ref("transform"),
                "function", ref("function"),
                "routes",
                    ordered(
                        "type", "object", "minProperties", 1, "additionalProperties", ref("route")),
                "onSuccess", success,
                "onFailure", failure,
                "onStop", stop));
    List<Object> uses = new ArrayList<>();
    uses.add(Map.of("required", List.of("function")));
    uses.add(Map.of("required", List.of("routes")));
    uses.add(
        ordered(
            "required",
            List.of("onSuccess"),
            "properties",
            Map.of("onSuccess", Map.of("minItems", 1))));
    List<String> definers =
        plugins.sources().values().stream()
            .filter(SourceProvider::definesRoutes)
            .map(Plugin::type)
            .sorted()
            .toList();
    if (!definers.isEmpty()) { // their routes may all come later
      Map<String, Object> type =
          ordered("required", List.of("type"), "properties", Map.of("type", word(definers)));
      uses.add(ordered("required", List.of("source"), "properties", Map.of("source", type)));
    }
    connector.put("anyOf", uses);
    List<Object> rules = new ArrayList<>();
    inheritors().forEach((type, address) -> rules.add(addressNeeded(type, address)));
    if (!rules.isEmpty()) {
      connector.put("allOf", rules);
    }
    return connector;
  }

  /**
   * The types of sinks whose address is that of the source if both are of one type, with its key.
   */
  private Map<String, String> inheritors() {
    Map<String, String> addresses = new TreeMap<>();
    for (Plugin sink : plugins.sinks().values()) {
      if (plugins.sources().containsKey(sink.type())) {
        for (String address : ConnectorKeys.INHERITED_ADDRESSES) {
          sink.spec()
              .key(address)
              .filter(ConfigKey::required)
              .ifPresent(key -> addresses.put(sink.type(), address));
        }
      }
    }
    return addresses;
  }

  /** A sink whose connector's source is of another type says where to go. */
  private static Map<String, Object> addressNeeded(String type, String address) {
    Map<String, Object> sinks =
        Map.of(
            "items",
            ordered(
                "if", ofType(type),
                "then", Map.of("required", List.of(address))));
    return ordered(
        "if", Map.of("properties", Map.of("source", ofType(type))),
        "else",
            Map.of("properties", ordered("onSuccess", sinks, "onFailure", sinks, "onStop", sinks)));
  }

  private <P extends Plugin> void plugins(
      String kind,
      Map<String, P> plugins,
      ConfigSpec common,
      Map<String, Map<String, Object>> special) {
    new TreeMap<>(plugins)
        .forEach(
            (type, plugin) -> {
              Map<String, Map<String, Object>> keys = new TreeMap<>(special);
              keys.put("type", Map.of("const", type));
              Map<String, Object> object = object(common.with(plugin.spec()), keys);
              if (!plugin.doc().isEmpty()) {
                object.put("description", plugin.doc());
              }
              String address = kind.equals("sink") ? inheritors().get(type) : null;
              if (address != null && object.get("required") instanceof List<?> required) {
                object.put(
                    "required", required.stream().filter(name -> !name.equals(address)).toList());
              }
              define(kind + "." + type, object);
            });
    define(kind, choice(kind, List.copyOf(new TreeSet<>(plugins.keySet()))));
  }

  /** An object whose type decides what else it has. */
  private static Map<String, Object> choice(String kind, List<String> types) {
    List<Object> rules = new ArrayList<>();
    for (String type : types) {
      rules.add(ordered("if", ofType(type), "then", ref(kind + "." + type)));
    }
    Map<String, Object> type = new LinkedHashMap<>(word(types));
    type.put("description", "What it is; the other keys depend on it.");
    Map<String, Object> choice =
        ordered("type", "object", "required", List.of("type"), "properties", Map.of("type", type));
    choice.put("allOf", rules);
    return choice;
  }

  private static Map<String, Object> ofType(String type) {
    return ordered(
        "required", List.of("type"), "properties", Map.of("type", Map.of("const", type)));
  }

  private static Map<String, Object> object(
      ConfigSpec spec, Map<String, Map<String, Object>> special) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (ConfigKey<?> key : spec.keys()) {
      Map<String, Object> property =
          new LinkedHashMap<>(
              special.containsKey(key.name()) ? special.get(key.name()) : value(key));
      property.put("description", description(key));
      key.defaultTree().ifPresent(value -> property.put("default", value));
      properties.put(key.name(), property);
      if (key.required()) {
        required.add(key.name());
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", "object");
    object.put("properties", properties);
    if (!required.isEmpty()) {
      object.put("required", required);
    }
    object.put("additionalProperties", false);
    return object;
  }

  private static String description(ConfigKey<?> key) {
    StringBuilder text = new StringBuilder(key.doc());
    key.range().ifPresent(range -> text.append(" From ").append(range).append('.'));
    if (key.secret()) {
      text.append(" A secret: write ${env:NAME} or ${file:PATH}.");
    }
    return text.toString();
  }

  private static Map<String, Object> value(ConfigKey<?> key) {
    return switch (key.type()) {
      case TEXT -> text();
      case INTEGER -> number("integer", key);
      case NUMBER -> number("number", key);
      case FLAG -> Map.of("type", "boolean");
      case DURATION -> textOf("\\d+\\s*(ms|s|m|h|d)");
      case SIZE -> textOf("\\d+\\s*(B|KiB|MiB|GiB|kB|MB|GB)");
      case CHOICE -> word(key.choices());
      case TEXTS ->
          Map.of(
              "anyOf", List.of(text(), ordered("type", "array", "minItems", 1, "items", text())));
      case PROPERTIES ->
          ordered(
              "type",
              "object",
              "additionalProperties",
              Map.of("type", List.of("string", "number", "boolean")));
      case OBJECT -> object(key.nested().orElseThrow(), Map.of());
      case JSON -> Map.of();
    };
  }

  private static Map<String, Object> text() {
    return ordered("type", "string", "minLength", 1);
  }

  private static Map<String, Object> number(String type, ConfigKey<?> key) {
    Map<String, Object> number = ordered("type", type);
    key.bounds()
        .ifPresent(
            bounds -> {
              number.put("minimum", bounds.min());
              number.put("maximum", bounds.max());
            });
    return number;
  }

  private static Map<String, Object> textOf(String pattern) {
    return ordered("type", "string", "pattern", "^\\s*" + pattern + "\\s*$|\\$\\{\\w+:");
  }

  private static Map<String, Object> name() {
    return ordered("type", "string", "pattern", "^" + ConnectorKeys.NAME_PATTERN + "$|\\$\\{\\w+:");
  }

  private static Map<String, Object> word(Iterable<String> words) {
    return Map.of("anyOf", List.of(Map.of("enum", words), REFERENCE));
  }

  /** A filter: fields, and at each a list of values and conditions. */
  private static Map<String, Object> pattern() {
    Map<String, Object> values =
        ordered(
            "type",
            "array",
            "minItems",
            1,
            "items",
            ordered(
                "type", List.of("string", "number", "boolean", "null", "object"),
                "if", ordered("type", "object"),
                "then", ref("condition")));
    Map<String, Object> pattern = ordered("type", "object", "minProperties", 1);
    pattern.put(
        "properties",
        ordered("$or", ordered("type", "array", "minItems", 2, "items", ref("pattern"))));
    pattern.put(
        "additionalProperties",
        ordered("if", ordered("type", "object"), "then", ref("pattern"), "else", values));
    return pattern;
  }

  private static Map<String, Object> condition() {
    Map<String, Object> operators = new LinkedHashMap<>();
    EventPattern.OPERATORS.forEach(operator -> operators.put(operator, Map.of()));
    return ordered(
        "type",
        "object",
        "minProperties",
        1,
        "properties",
        operators,
        "additionalProperties",
        false);
  }

  private void define(String name, Map<String, Object> schema) {
    definitions.put(name, schema);
  }

  private static Map<String, Object> ref(String name) {
    return Map.of("$ref", "#/$defs/" + name);
  }

  /** A map in this order: names and values in turns. */
  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
