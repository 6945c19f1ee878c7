package io.penstock.sink.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cloudevents.HeaderText;
import io.penstock.functions.Event;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What a receiver removes duplicates by: the same whenever the same events are sent again. */
final class MessageId {

  private static final int DIGEST_BYTES = 16;

  private MessageId() {}

  /** The event's id; of several, a digest of their ids. As the value of a header. */
  static String of(List<Event> events) {
    if (events.size() == 1) {
      return HeaderText.encode(events.get(0).id());
    }
    MessageDigest digest = sha256();
    for (Event event : events) {
      digest.update(event.id().getBytes(UTF_8));
      digest.update((byte) '\n');
    }
    return "batch-" + HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), DIGEST_BYTES));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
