package io.penstock.source.rocketmq;

import io.penstock.connector.SeekTarget;
import io.penstock.connector.config.Problems;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a queue begins that the group has no offset for. */
final class StartAt {

  /** What {@code startAt} may be, for messages. */
  static final String EXPECTED = "\"first\", \"last\", or a time such as \"2026-01-01T00:00:00Z\"";

  private StartAt() {}

  /**
   * Reads the setting; adds to {@code problems} what is wrong with it.
   *
   * @return null if something is wrong
   */
  static @Nullable SeekTarget read(String text, String path, Problems problems) {
    switch (text) {
      case "first":
        return new SeekTarget.Earliest();
      case "last":
        return new SeekTarget.Latest();
      default:
        try {
          return new SeekTarget.At(Instant.parse(text));
        } catch (DateTimeException e) {
          problems.add(path, "'" + text + "'", EXPECTED);
          return null;
        }
    }
  }
}
