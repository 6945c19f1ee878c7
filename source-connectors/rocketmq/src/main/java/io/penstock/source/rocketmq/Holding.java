package io.penstock.source.rocketmq;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.java.message.MessageViewImpl;

/**
 * Holds a message longer, and sees to its receipt handle, by which it is acknowledged then.
 *
 * <p>A broker knows a message that is held longer by its own offset, and no more by that of the
 * batch it came in. A proxy in local mode goes on writing the latter into the handle: with it an
 * acknowledgement has no effect, and the message comes again (apache/rocketmq issue 9583). So it is
 * put right here; what isn't such a handle is left alone. And when the proxy refuses, the client
 * drops the handle although it is still good.
 */
final class Holding {

  /**
   * Batch's offset, then time, invisible for, revive queue, kind, broker, queue, own offset; and the
   * place in the commit log, which a proxy in local mode puts down twice when it is held longer.
   */
  private static final Pattern HANDLE =
      Pattern.compile("\\d+( \\d+ \\d+ \\d+ [012] \\S+ \\d+ (\\d+)(?: -?\\d+){0,2})");

  private Holding() {}

  /** Keeps a message from others for so long from now on. */
  static CompletableFuture<Void> hold(SimpleConsumer consumer, MessageView message, Duration time) {
    if (!(message instanceof MessageViewImpl view)) {
      return consumer.changeInvisibleDurationAsync(message, time);
    }
    String before = view.getReceiptHandle();
    return consumer
        .changeInvisibleDurationAsync(message, time)
        .whenComplete(
            (done, failure) ->
                view.setReceiptHandle(failure == null ? mended(view.getReceiptHandle()) : before));
  }

  /** The handle of a message that was held longer, as the broker knows it. */
  static String mended(String handle) {
    Matcher parts = HANDLE.matcher(handle);
    return parts.matches() ? parts.group(2) + parts.group(1) : handle;
  }
}
