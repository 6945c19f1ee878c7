package io.penstock.engine.transform;

import io.penstock.connector.Codec;
import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A payload that is put together of pieces and of values of the event. A value that the event doesn't
 * have is null where it stands alone in JSON, and nothing inside a text.
 */
final class Template implements Transform {

  /** Where a value stands, which decides how it is written. */
  enum Spot {
    /** A value of JSON of its own. */
    JSON_VALUE,
    /** Inside a text of JSON. */
    JSON_TEXT,
    /** In a text that is no JSON. */
    TEXT
  }

  /** A part of the template. */
  sealed interface Part {}

  /** A piece that is always the same. */
  record Piece(String text) implements Part {}

  /** A value of the event. */
  record Slot(int variable, Spot spot) implements Part {}

  /** What a template makes. */
  enum Kind {
    JSON,
    TEXT
  }

  private final Kind kind;
  private final List<Part> parts;
  private final List<Variable> variables;
  private final EventReader reader;

  /**
   * A variable: a path, or else a constant.
   *
   * @param path the number of its path among the paths; -1 for a constant
   */
  record Variable(int path, @Nullable Found constant) {}

  Template(Kind kind, List<Part> parts, List<Variable> variables, List<EventPath> paths) {
    this.kind = kind;
    this.parts = List.copyOf(parts);
    this.variables = List.copyOf(variables);
    this.reader = new EventReader(paths);
  }

  @Override
  public Event apply(Event event, Codec format) {
    @Nullable Found[] found = reader.read(event, format);
    return kind == Kind.JSON
        ? MadePayload.of(event, json(found), format)
        : MadePayload.ofText(event, text(found));
  }

  private @Nullable Found value(Slot slot, @Nullable Found[] found) {
    Variable variable = variables.get(slot.variable());
    return variable.path() < 0 ? variable.constant() : found[variable.path()];
  }

  private Found json(@Nullable Found[] found) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    for (Part part : parts) {
      if (part instanceof Piece piece) {
        out.writeBytes(piece.text().getBytes(StandardCharsets.UTF_8));
      } else if (part instanceof Slot slot) {
        Found value = value(slot, found);
        if (slot.spot() == Spot.JSON_VALUE) {
          (value == null ? Found.of(null) : value).writeValue(out);
        } else if (value != null) {
          value.writeEscaped(out);
        }
      }
    }
    return new Found(out.toByteArray(), 0, out.size());
  }

  private String text(@Nullable Found[] found) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Piece piece) {
        out.append(piece.text());
      } else if (part instanceof Slot slot) {
        Found value = value(slot, found);
        out.append(value == null ? "" : value.plain());
      }
    }
    return out.toString();
  }
}
