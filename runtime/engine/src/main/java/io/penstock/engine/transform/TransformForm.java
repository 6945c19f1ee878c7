package io.penstock.engine.transform;

import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a transform, which is written in one of these forms.
 *
 * <pre>{@code
 * { "form": "ORIGINAL" }                              the event as it is
 * { "form": "CONSTANT", "value": { "ping": true } }   a payload that is always the same
 * }</pre>
 *
 * <p>A constant is any JSON value. It is written in the connector's format; where that is text or
 * bytes, a text is written as it is in UTF-8, and any other value as JSON.
 */
public final class TransformForm {

  private static final String ORIGINAL = "ORIGINAL";
  private static final String CONSTANT = "CONSTANT";

  private static final ConfigKey<String> FORM =
      ConfigKey.text("form").required().doc("How the payload is made: ORIGINAL or CONSTANT.");
  private static final ConfigKey<Object> VALUE =
      ConfigKey.json("value").doc("The payload of form CONSTANT: any JSON value.");
  private static final ConfigSpec SPEC = ConfigSpec.of(FORM, VALUE);

  private TransformForm() {}

  /**
   * Compiles a transform.
   *
   * @param tree the transform as a tree (see {@link io.penstock.connector.Codec})
   * @param path where it stands in the configuration, for example {@code $.transform}
   * @param problems gets everything that is wrong with it
   * @return the transform; empty if a problem was added
   */
  public static Optional<Transform> compile(@Nullable Object tree, String path, Problems problems) {
    if (!(tree instanceof Map<?, ?> object)) {
      problems.add(path, tree == null ? "null" : "no object", "an object with a \"form\"");
      return Optional.empty();
    }
    int before = problems.list().size();
    String form = SPEC.read(object, path, problems).find(FORM).orElse("");
    // Not VALUE: to a setting null is nothing, but a constant may be null.
    boolean hasValue = object.containsKey(VALUE.name());
    Object value = object.get(VALUE.name());
    Transform transform = (event, format) -> event;
    switch (form) {
      case ORIGINAL -> {
        if (hasValue) {
          problems.add(path + ".value", "a value", "none: ORIGINAL keeps the payload");
        }
      }
      case CONSTANT -> {
        if (!hasValue) {
          problems.add(path + ".value", "nothing", "the JSON value that the payload becomes");
        } else {
          try {
            transform = new ConstantPayload(value);
          } catch (IllegalArgumentException e) {
            problems.add(
                path + ".value",
                "a value that can't be written",
                "JSON",
                String.valueOf(e.getMessage()));
          }
        }
      }
      case "" -> {} // reported already
      default -> problems.addUnknown(path + ".form", form, List.of(ORIGINAL, CONSTANT));
    }
    return problems.list().size() > before ? Optional.empty() : Optional.of(transform);
  }
}
