package io.penstock.sink.webhook;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import io.penstock.testkit.contract.SinkContract;
import io.penstock.testkit.contract.SinkEnvironment;
import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;

/** The contract of sinks against a real server, in every mode. */
class WebhookSinkContractTest {

  @Nested
  class Binary extends SinkContract {
    @Override
    protected SinkEnvironment environment() {
      return new Server("binary");
    }
  }

  @Nested
  class Structured extends SinkContract {
    @Override
    protected SinkEnvironment environment() {
      return new Server("structured");
    }
  }

  @Nested
  class Batched extends SinkContract {
    @Override
    protected SinkEnvironment environment() {
      return new Server("batched");
    }
  }

  @Nested
  class Plain extends SinkContract {
    @Override
    protected SinkEnvironment environment() {
      return new Server("plain");
    }
  }

  /** A receiver that takes what it can read, a path a destination. */
  private static final class Server implements SinkEnvironment {

    private final String mode;
    private final Map<String, Hook> hooks = new ConcurrentHashMap<>();
    private final HttpPeer peer = HttpPeer.start(request -> hooks.get(request.uri()).take(request));
    private final AtomicInteger made = new AtomicInteger();

    Server(String mode) {
      this.mode = mode;
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.FAILURE);
    }

    @Override
    public Destination newDestination() {
      String path = "/hook-" + made.incrementAndGet();
      Hook hook = new Hook(mode, peer.url(path));
      hooks.put(path, hook);
      return hook;
    }

    @Override
    public Sink unreachable() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      peer.close();
    }
  }

  private static final class Hook implements SinkEnvironment.Destination {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String mode;
    private final String url;
    private final List<SinkEnvironment.Arrived> arrived = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean failing;

    Hook(String mode, String url) {
      this.mode = mode;
      this.url = url;
    }

    /** On the server's thread. */
    Reply take(Received request) {
      if (failing) {
        // One way after the other.
        return switch (failures.getAndIncrement() % 4) {
          case 0 -> Reply.status(500);
          case 1 -> Reply.of(Reply.Kind.RESET);
          case 2 -> Reply.of(Reply.Kind.HANG);
          default -> Reply.status(429);
        };
      }
      if (request.text().contains("hopeless")) {
        return Reply.status(422);
      }
      arrived.addAll(read(request));
      return Reply.status(204);
    }

    private List<SinkEnvironment.Arrived> read(Received request) {
      if (mode.equals("binary")) {
        return List.of(new SinkEnvironment.Arrived(request.header("ce-id"), request.text()));
      }
      if (mode.equals("plain")) {
        return List.of(new SinkEnvironment.Arrived(request.header("webhook-id"), request.text()));
      }
      try {
        List<SinkEnvironment.Arrived> read = new ArrayList<>();
        JsonNode document = JSON.readTree(request.body());
        for (JsonNode event : document.isArray() ? document : List.of(document)) {
          String text =
              event.has("data_base64")
                  ? new String(Base64.getDecoder().decode(event.get("data_base64").asText()))
                  : event.path("data").asText();
          read.add(new SinkEnvironment.Arrived(event.get("id").asText(), text));
        }
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Sink sink() {
      return Sinks.sink(url, "mode", mode, "timeout", "500ms");
    }

    @Override
    public List<SinkEnvironment.Arrived> arrived(int atLeast) {
      await().atMost(Duration.ofSeconds(20)).until(() -> arrived.size() >= atLeast);
      return List.copyOf(arrived);
    }

    @Override
    public Optional<SinkRecord> hopeless(long orderKey) {
      SinkRecord record = Sinks.record("hopeless", "hopeless");
      return Optional.of(new SinkRecord(record.event(), record.key(), orderKey));
    }

    @Override
    public void fail() {
      failing = true;
    }

    @Override
    public void mend() {
      failing = false;
    }
  }
}
