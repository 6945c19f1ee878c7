package io.penstock.server.config;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.Source;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Sources, functions and sinks that do nothing but can be made; it notes what is made and closed. */
final class FakePlugins {

  static final ConfigKey<String> SERVERS =
      ConfigKey.text("bootstrapServers").required().doc("The cluster.");
  static final ConfigKey<List<String>> TOPICS =
      ConfigKey.texts("topics").required().doc("What to read.");
  static final ConfigKey<String> TOPIC = ConfigKey.text("topic").required().doc("Where to write.");
  static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties").doc("The client's own.");
  static final ConfigKey<String> PATH = ConfigKey.text("path").required().doc("The file.");
  static final ConfigKey<Long> LINES = ConfigKey.integer("lines").doc("Not with 'path' 'none'.");
  static final ConfigKey<String> HANDLER = ConfigKey.text("handler").required().doc("The class.");
  static final ConfigKey<String> PASSWORD = ConfigKey.text("password").secret().doc("The word.");

  final List<String> made = new ArrayList<>();
  final List<String> closed = new ArrayList<>();

  Plugins plugins() {
    return new Plugins(
        Map.of("kafka", new FakeSource()),
        Map.of("java", new FakeFunction()),
        Map.of("kafka", new FakeKafkaSink(), "file", new FakeFileSink()),
        Map.of("json", new JsonCodec(), "text", new TextCodec()));
  }

  private final class FakeSource implements SourceProvider {
    @Override
    public String type() {
      return "kafka";
    }

    @Override
    public ConfigSpec spec() {
      return ConfigSpec.of(SERVERS, TOPICS, PROPERTIES, PASSWORD);
    }

    @Override
    public Source create(Settings settings, Path baseDirectory) {
      String name = "source of " + settings.get(TOPICS);
      made.add(name);
      return new Source() {
        @Override
        public void open(SourceContext context) {}

        @Override
        public List<LaneRecords> poll(Demand demand, Duration maxWait) {
          return List.of();
        }

        @Override
        public void close() {
          closed.add(name);
        }
      };
    }
  }

  private class FakeKafkaSink implements SinkProvider {
    @Override
    public String type() {
      return "kafka";
    }

    @Override
    public ConfigSpec spec() {
      return ConfigSpec.of(SERVERS, TOPIC, PROPERTIES);
    }

    @Override
    public Sink create(Settings settings, Path baseDirectory) {
      return new FakeSink("sink " + destination(settings));
    }

    @Override
    public String destination(Settings settings) {
      return settings.get(SERVERS)
          + "/"
          + settings.get(TOPIC)
          + settings.find(PROPERTIES).map(p -> " " + new java.util.TreeMap<>(p)).orElse("");
    }
  }

  private final class FakeFileSink implements SinkProvider {
    @Override
    public String type() {
      return "file";
    }

    @Override
    public ConfigSpec spec() {
      return ConfigSpec.of(PATH, LINES);
    }

    @Override
    public void check(Settings settings, Problems problems) {
      if (settings.get(PATH).equals("none") && settings.find(LINES).isPresent()) {
        problems.add(settings.path() + ".lines", "a number", "nothing, as path is none");
      }
    }

    @Override
    public Sink create(Settings settings, Path baseDirectory) {
      if (settings.get(PATH).equals("broken")) {
        throw ConnectorException.retry("the disk is full", null);
      }
      return new FakeSink("file " + baseDirectory.resolve(settings.get(PATH)).getFileName());
    }

    @Override
    public String destination(Settings settings) {
      return settings.get(PATH);
    }
  }

  private final class FakeSink implements Sink {
    private final String name;

    FakeSink(String name) {
      this.name = name;
      made.add(name);
    }

    @Override
    public Ordering ordering() {
      return Ordering.NONE;
    }

    @Override
    public void open(SinkContext context) {}

    @Override
    public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  private final class FakeFunction implements FunctionProvider {
    @Override
    public String type() {
      return "java";
    }

    @Override
    public ConfigSpec spec() {
      return ConfigSpec.of(HANDLER);
    }

    @Override
    public FunctionInvoker create(FunctionContext context, Settings settings) {
      String handler = settings.get(HANDLER);
      if (handler.startsWith("missing")) {
        throw ConnectorException.fatal("there is no class " + handler, null);
      }
      String name =
          "function " + context.function() + " for " + context.maxConcurrency() + " at a time";
      made.add(name);
      return new FunctionInvoker() {
        @Override
        public CompletionStage<InvocationResult> invoke(Invocation invocation) {
          return CompletableFuture.completedFuture(InvocationResult.AllDone.INSTANCE);
        }

        @Override
        public void close() {
          closed.add(name);
        }
      };
    }
  }
}
