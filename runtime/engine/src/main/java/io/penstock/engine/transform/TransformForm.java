package io.penstock.engine.transform;

import io.penstock.connector.Codec;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.codec.TextCodec;
import io.penstock.engine.transform.Template.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a transform, which is written in one of the forms that Alibaba's EventBridge has.
 *
 * <pre>{@code
 * { "form": "ORIGINAL" }                              the event as it is
 * { "form": "CONSTANT", "value": { "ping": true } }   a payload that is always the same
 * { "form": "JSONPATH", "value": "$.data.order" }     a part of the event
 * { "form": "TEMPLATE",                               put together of parts of the event
 *   "value": { "id": "$.data.order.id", "name": "$.data.customer" },
 *   "template": { "order": "${id}", "text": "Hello ${name}" } }
 * }</pre>
 *
 * <p>What is made is JSON and is written in the connector's format; where that is text or bytes, a
 * text is written as it is in UTF-8, and any other value as JSON. Only a template that is a text
 * and no JSON is written as it is made, whatever the format.
 */
public final class TransformForm {

  private static final String ORIGINAL = "ORIGINAL";
  private static final String CONSTANT = "CONSTANT";
  private static final String JSONPATH = "JSONPATH";
  private static final String TEMPLATE = "TEMPLATE";

  /** How values are put into a template. */
  private enum Escape {
    JSON,
    NONE
  }

  private static final ConfigKey<String> FORM =
      ConfigKey.text("form")
          .required()
          .doc("How the payload is made: ORIGINAL, CONSTANT, JSONPATH or TEMPLATE.");
  private static final ConfigKey<Object> VALUE =
      ConfigKey.json("value")
          .doc(
              "Of CONSTANT the payload, any JSON value; of JSONPATH the path; of TEMPLATE an object"
                  + " with a path or a constant for each variable.");
  private static final ConfigKey<Object> TEMPLATE_KEY =
      ConfigKey.json("template").doc("Of TEMPLATE what to fill in: JSON, or a text.");
  private static final ConfigKey<Escape> ESCAPE =
      ConfigKey.choice("escape", Escape.class)
          .doc(
              "Of TEMPLATE how values are put into a text: written as JSON, or as they are; default"
                  + " json for a text that starts with a bracket or brace, and none for others.");

  /** The keys of a transform, for editors and documents. */
  public static final ConfigSpec SPEC = ConfigSpec.of(FORM, VALUE, TEMPLATE_KEY, ESCAPE);

  /** The words that {@code form} may be. */
  public static final List<String> FORMS = List.of(ORIGINAL, CONSTANT, JSONPATH, TEMPLATE);

  private final String path;
  private final Codec format;
  private final Problems problems;

  private TransformForm(String path, Codec format, Problems problems) {
    this.path = path;
    this.format = format;
    this.problems = problems;
  }

  /**
   * Compiles a transform.
   *
   * @param tree the transform as a tree (see {@link Codec})
   * @param path where it stands in the configuration, for example {@code $.transform}
   * @param format of the payloads it will see
   * @param problems gets everything that is wrong with it
   * @return the transform; empty if a problem was added
   */
  public static Optional<Transform> compile(
      @Nullable Object tree, String path, Codec format, Problems problems) {
    if (!(tree instanceof Map<?, ?> object)) {
      problems.add(path, tree == null ? "null" : "no object", "an object with a \"form\"");
      return Optional.empty();
    }
    int before = problems.size();
    Optional<Transform> transform =
        new TransformForm(path, format, problems).read(object, SPEC.read(object, path, problems));
    return problems.size() > before ? Optional.empty() : transform;
  }

  private Optional<Transform> read(Map<?, ?> object, Settings settings) {
    String form = settings.find(FORM).orElse("");
    // Not by its key: to a setting null is nothing, but a constant may be null.
    Object value = object.get(VALUE.name());
    if (!form.equals(TEMPLATE)) {
      refuse(object, List.of(TEMPLATE_KEY, ESCAPE), form);
    }
    switch (form) {
      case ORIGINAL -> {
        refuse(object, List.of(VALUE), form);
        return Optional.of((event, codec) -> event);
      }
      case CONSTANT -> {
        if (object.containsKey(VALUE.name())) {
          return constant(value);
        }
        problems.add(path + ".value", "nothing", "the JSON value that the payload becomes");
      }
      case JSONPATH -> {
        if (value instanceof String text) {
          return new PathReader(format, problems).read(text, path + ".value").map(this::part);
        }
        problems.add(
            path + ".value",
            value == null ? "nothing" : "no text",
            "a path such as \"$.data.order\"");
      }
      case TEMPLATE -> {
        return new TemplateReader(problems, new PathReader(format, problems))
            .read(
                object.get(TEMPLATE_KEY.name()),
                value,
                settings.find(ESCAPE).map(e -> e == Escape.JSON ? Kind.JSON : Kind.TEXT),
                path)
            .map(template -> template);
      }
      case "" -> {} // reported already
      default -> problems.addUnknown(path + ".form", form, FORMS);
    }
    return Optional.empty();
  }

  private void refuse(Map<?, ?> object, List<ConfigKey<?>> keys, String form) {
    for (ConfigKey<?> key : keys) {
      if (object.containsKey(key.name()) && !form.isEmpty()) {
        problems.add(
            path + "." + key.name(), "a value", "none: form " + form + " has no " + key.name());
      }
    }
  }

  private Optional<Transform> constant(@Nullable Object value) {
    try {
      Found constant = Found.of(value);
      if (value instanceof String text) {
        new TextCodec().encode(text); // half of a surrogate pair is found here, and not later
      }
      return Optional.of((event, codec) -> MadePayload.of(event, constant, codec));
    } catch (IllegalArgumentException e) {
      problems.add(
          path + ".value", "a value that can't be written", "JSON", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Transform part(EventPath wanted) {
    EventReader reader = new EventReader(List.of(wanted));
    return (event, codec) -> {
      Found found = reader.read(event, codec)[0];
      if (found == null) {
        throw new TransformException("there is nothing at " + wanted.text());
      }
      return MadePayload.of(event, found, codec);
    };
  }
}
