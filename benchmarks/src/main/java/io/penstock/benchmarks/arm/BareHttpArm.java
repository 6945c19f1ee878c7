package io.penstock.benchmarks.arm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The loop that one would write by hand: poll, post so many requests at a time, wait for the answers,
 * commit. Options: {@code concurrency}, and {@code batch}, the events a request. It sends what Penstock
 * sends, header by header.
 */
public final class BareHttpArm implements Arm {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final String TYPE = "io.penstock.kafka.record";
  private static final JsonFactory JSON = new JsonFactory();

  private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
  private @Nullable Thread loop;
  private volatile boolean closing;

  /** For {@link ArmMain}. */
  public BareHttpArm() {}

  @Override
  public void start(ArmSettings settings) {
    Thread thread = new Thread(() -> run(settings), "bare-loop");
    thread.start();
    loop = thread;
  }

  private void run(ArmSettings settings) {
    int concurrency = Integer.parseInt(settings.options().getOrDefault("concurrency", "1"));
    int batch = Integer.parseInt(settings.options().getOrDefault("batch", "1"));
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    Poster poster =
        new Poster(
            vertx.getOrCreateContext(),
            vertx.httpClientBuilder().with(new PoolOptions().setHttp1MaxSize(concurrency)).build(),
            URI.create(settings.output()));
    Semaphore slots = new Semaphore(concurrency);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.consumerProperties(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(settings.input()));
      while (!closing) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (records.isEmpty()) {
          continue;
        }
        List<ConsumerRecord<byte[], byte[]>> some = new ArrayList<>(batch);
        for (ConsumerRecord<byte[], byte[]> read : records) {
          some.add(read);
          if (some.size() == batch) {
            post(poster, some, slots);
            some.clear();
          }
        }
        if (!some.isEmpty()) {
          post(poster, some, slots);
        }
        slots.acquireUninterruptibly(concurrency);
        slots.release(concurrency);
        Throwable failure = failed.get();
        if (failure != null) {
          throw new IllegalStateException("A request failed.", failure);
        }
        consumer.commitSync();
      }
      consumer.commitSync();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    } finally {
      vertx.close();
    }
  }

  private void post(Poster poster, List<ConsumerRecord<byte[], byte[]>> records, Semaphore slots)
      throws IOException {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    Buffer body;
    if (records.size() == 1) {
      headers(records.get(0), headers);
      body = Buffer.buffer(records.get(0).value());
    } else {
      headers.add("content-type", "application/cloudevents-batch+json; charset=utf-8");
      body = Buffer.buffer(json(records));
    }
    slots.acquireUninterruptibly();
    poster.post(headers, body, slots);
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return "cluster-cluster-cluster/topic-topic-topic-topic/"
        + record.partition()
        + "/"
        + record.offset();
  }

  private static String source(ConsumerRecord<byte[], byte[]> record) {
    return "kafka://cluster-cluster-cluster/" + record.topic();
  }

  private static void headers(ConsumerRecord<byte[], byte[]> record, MultiMap headers) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    headers
        .add("user-agent", "penstock")
        .add("content-type", "application/json")
        .add("ce-specversion", "1.0")
        .add("ce-id", id(record))
        .add("ce-source", source(record))
        .add("ce-type", TYPE)
        .add("ce-subject", key)
        .add("ce-time", Instant.ofEpochMilli(record.timestamp()).toString())
        .add("ce-kafkatopic", record.topic())
        .add("ce-kafkapartition", Integer.toString(record.partition()))
        .add("ce-kafkaoffset", Long.toString(record.offset()))
        .add("ce-partitionkey", key);
  }

  private static byte[] json(List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
    ByteArrayOutputStream document = new ByteArrayOutputStream(records.size() * 800);
    try (JsonGenerator json = JSON.createGenerator(document)) {
      json.writeStartArray();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        json.writeStartObject();
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", id(record));
        json.writeStringField("source", source(record));
        json.writeStringField("type", TYPE);
        json.writeStringField("subject", key);
        json.writeStringField("time", Instant.ofEpochMilli(record.timestamp()).toString());
        json.writeStringField("kafkatopic", record.topic());
        json.writeStringField("kafkapartition", Integer.toString(record.partition()));
        json.writeStringField("kafkaoffset", Long.toString(record.offset()));
        json.writeStringField("partitionkey", key);
        json.writeFieldName("data");
        json.writeRawValue(new String(record.value(), StandardCharsets.UTF_8));
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return document.toByteArray();
  }

  /** Sends on its own event loop. */
  private final class Poster {
    private final Context context;
    private final HttpClientAgent client;
    private final URI target;

    Poster(Context context, HttpClientAgent client, URI target) {
      this.context = context;
      this.client = client;
      this.target = target;
    }

    void post(MultiMap headers, Buffer body, Semaphore slots) {
      context.runOnContext(
          nothing ->
              client
                  .request(
                      new RequestOptions()
                          .setMethod(HttpMethod.POST)
                          .setHost(target.getHost())
                          .setPort(target.getPort())
                          .setURI(target.getPath())
                          .setHeaders(headers))
                  .compose(request -> request.send(body))
                  .compose(
                      response ->
                          response.statusCode() == 204
                              ? response.end()
                              : response.end().map(v -> fail("status " + response.statusCode())))
                  .onComplete(
                      done -> {
                        if (done.failed()) {
                          failed.compareAndSet(null, done.cause());
                        }
                        slots.release();
                      }));
    }

    private Void fail(String what) {
      throw new IllegalStateException(what);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    if (loop != null) {
      loop.join();
    }
  }
}
