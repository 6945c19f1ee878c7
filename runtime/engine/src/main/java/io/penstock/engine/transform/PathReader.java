package io.penstock.engine.transform;

import io.penstock.connector.Codec;
import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.TextCodec;
import java.util.Optional;

/** Reads paths and reports those that are wrong, or that lead nowhere in the connector's format. */
final class PathReader {

  private final Codec format;
  private final Problems problems;

  PathReader(Codec format, Problems problems) {
    this.format = format;
    this.problems = problems;
  }

  /** Reads a path; empty if there was a problem. */
  Optional<EventPath> read(String text, String at) {
    EventPath path;
    try {
      path = EventPath.parse(text);
    } catch (IllegalArgumentException e) {
      problems.add(
          at,
          "'" + text + "'",
          "a path such as $.data.lines[0].sku, $.type or $",
          String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    boolean bytes = format instanceof BytesCodec && path.readsData();
    if (bytes || format instanceof TextCodec && path.readsIntoData()) {
      problems.add(
          at,
          "'" + text + "', a path into payloads of format '" + format.format() + "'",
          bytes ? "a path to an attribute or extension" : "$.data, the payload as a whole",
          "set the source's \"format\" to \"json\" if that is what the payloads are");
      return Optional.empty();
    }
    return Optional.of(path);
  }
}
