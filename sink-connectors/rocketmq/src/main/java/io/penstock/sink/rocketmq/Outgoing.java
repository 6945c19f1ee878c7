package io.penstock.sink.rocketmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageBatch;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A message as it travels. The client's own class keeps properties in a map, and writes them out
 * when it is sent; with a dozen properties a message that is a good part of what sending costs.
 *
 * @param body the body, not empty
 * @param properties names and values, as {@link MessageDecoder} writes them
 * @param group the message group, if it has one
 */
record Outgoing(byte[] body, byte[] properties, @Nullable String group) {

  /** Lengths, a magic number, a checksum that nobody fills in, flags: see {@link #batch}. */
  private static final int FRAME_BYTES = 5 * Integer.BYTES + Short.BYTES;

  /** What it takes in memory beside its contents. */
  private static final int OBJECT_BYTES = 256;

  int sizeBytes() {
    return OBJECT_BYTES + body.length + properties.length;
  }

  private int wireBytes() {
    return FRAME_BYTES + body.length + properties.length;
  }

  /** It alone, as the client's producer takes it. */
  Message message(String topic) {
    Message message = new Message(); // the other constructors put in a property that says nothing
    message.setTopic(topic);
    message.setBody(body);
    MessageAccessor.setProperties(
        message, MessageDecoder.string2messageProperties(new String(properties, UTF_8)));
    return message;
  }

  /**
   * Several as one: what {@link MessageBatch#encode} makes of them. That it holds no messages as
   * objects only means that the answer names no ids.
   */
  static MessageBatch batch(String topic, List<Outgoing> messages) {
    int bytes = 0;
    for (Outgoing message : messages) {
      bytes += message.wireBytes();
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (Outgoing message : messages) {
      all.putInt(message.wireBytes());
      all.putInt(0);
      all.putInt(0);
      all.putInt(0);
      all.putInt(message.body.length);
      all.put(message.body);
      all.putShort((short) message.properties.length);
      all.put(message.properties);
    }
    MessageBatch batch = new MessageBatch(List.of());
    batch.setTopic(topic);
    batch.setWaitStoreMsgOK(true);
    MessageClientIDSetter.setUniqID(batch);
    batch.setBody(all.array());
    return batch;
  }
}
