package io.penstock.connect;

import io.penstock.connect.PluginFolder.PluginClass;
import io.penstock.connector.ConnectorException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnectorContext;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a plugin that says what tasks there are: an instance of its connector class, and the one
 * thread that calls it.
 */
final class ConnectorThread {

  private static final Logger log = LoggerFactory.getLogger(ConnectorThread.class);

  /** What the plugin wants of its host. Called on threads of the plugin; must not block. */
  interface Requests {
    /** The tasks of before are not right any more. */
    void reconfigure();

    /** The connector can't go on. */
    void failed(Exception e);
  }

  private final String connector;
  private final ConnectSettings settings;
  private final PluginKind kind;
  private final Thread thread;
  private final BlockingQueue<Runnable> todo = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final PluginCalls calls = new PluginCalls("the plugin's connector", System::nanoTime);
  private volatile boolean left;

  // Of the thread.
  private @Nullable Made made;
  private boolean started;

  /** The plugin, once it is found and made. */
  private record Made(PluginClass type, Connector plugin, Map<String, String> config) {}

  /**
   * What the connector answers.
   *
   * @param configs one a task
   * @param task the class of its tasks
   */
  record Tasks(List<Map<String, String>> configs, PluginClass task) {}

  ConnectorThread(String connector, ConnectSettings settings, PluginKind kind) {
    this.connector = connector;
    this.settings = settings;
    this.kind = kind;
    this.thread = new Thread(this::work, "penstock-" + connector + "-connect");
    thread.setDaemon(true);
    thread.start();
  }

  private void work() {
    try {
      while (!stopping.get() || !todo.isEmpty()) {
        todo.take().run();
      }
    } catch (InterruptedException e) {
      log.debug("{}: interrupted while it stopped", connector, e);
    } finally {
      ended.countDown();
    }
  }

  /** A context for either kind of connector. */
  private record Context(
      Requests requests, PluginMetrics pluginMetrics, OffsetStorageReader offsets)
      implements SourceConnectorContext, SinkConnectorContext {

    @Override
    public void requestTaskReconfiguration() {
      requests.reconfigure();
    }

    @Override
    public void raiseError(Exception e) {
      requests.failed(e);
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return offsets;
    }
  }

  /**
   * Finds the plugin, makes its connector and starts that.
   *
   * @return completes with its tasks, or with a {@link ConnectorException}: fatal if the settings are
   *     wrong
   */
  CompletableFuture<Tasks> start(
      Requests requests, PluginMetrics metrics, OffsetStorageReader offsets) {
    return ask(
        () -> {
          PluginFolder folder = PluginFolder.open(settings.folder());
          PluginClass type = folder.find(kind, settings.plugin());
          calls.of(type.loader());
          Connector plugin =
              required(calls.call("the constructor", () -> type.make(Connector.class)));
          Map<String, String> config = settings.config(connector, type.type().getName());
          made = new Made(type, plugin, config);
          calls.run("initialize", () -> plugin.initialize(new Context(requests, metrics, offsets)));
          validate(plugin, config);
          started = true; // so that it is stopped even if it fails half-way
          calls.run("start", () -> plugin.start(config));
          return tasks();
        });
  }

  private static <T> T required(@Nullable T answer) {
    return Objects.requireNonNull(answer, "the plugin answered null");
  }

  private void validate(Connector plugin, Map<String, String> config) throws Exception {
    var validated = calls.call("validate", () -> plugin.validate(config));
    if (validated == null) {
      return;
    }
    List<String> errors =
        validated.configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .map(ConnectorThread::error)
            .toList();
    if (!errors.isEmpty()) {
      // Some plugins try to connect in validate(), so this may pass.
      throw ConnectorException.retry(
          "connector "
              + connector
              + ": plugin "
              + settings.plugin()
              + " refuses its settings: "
              + String.join("; ", errors),
          null);
    }
  }

  /** What is wrong, without the value, which may be a secret. */
  private static String error(ConfigValue value) {
    String text = String.join(", ", value.errorMessages());
    Object wrong = value.value();
    return value.name() + ": " + (wrong instanceof Password ? "is wrong" : text);
  }

  /** Asks again what tasks there are. */
  CompletableFuture<Tasks> reconfigured() {
    return ask(this::tasks);
  }

  private Tasks tasks() throws Exception {
    Made known = required(made);
    List<Map<String, String>> configs =
        calls.call("taskConfigs", () -> known.plugin().taskConfigs(settings.tasks()));
    Class<? extends Task> task = required(calls.call("taskClass", known.plugin()::taskClass));
    return new Tasks(
        configs == null ? List.of() : configs.stream().map(ConnectorThread::copy).toList(),
        new PluginClass(task, known.type().location()));
  }

  /** A copy; plugins may have settings that are null. */
  private static Map<String, String> copy(Map<String, String> config) {
    return Collections.unmodifiableMap(new HashMap<>(config));
  }

  private CompletableFuture<Tasks> ask(PluginCalls.Code<Tasks> code) {
    CompletableFuture<Tasks> answer = new CompletableFuture<>();
    todo.add(
        () -> {
          try {
            answer.complete(required(code.run()));
          } catch (Exception e) {
            answer.completeExceptionally(failure(e));
          }
        });
    return answer;
  }

  private ConnectorException failure(Exception e) {
    if (e instanceof ConnectorException known) {
      return known;
    }
    String text = "connector " + connector + ": plugin " + settings.plugin() + ": ";
    return e instanceof ConfigException
        ? ConnectorException.fatal(text + e.getMessage(), e)
        : ConnectorException.retry(text + e, e);
  }

  /** Which callback has not returned for longer than this. Any thread. */
  Optional<String> hanging(Duration limit) {
    return calls.hanging(left ? Duration.ZERO : limit);
  }

  /**
   * Stops the connector, if it was started, and ends its thread; one that hangs longer than this is
   * interrupted and left behind.
   */
  void stop(Duration limit) {
    if (stopping.compareAndSet(false, true)) {
      todo.add(
          () -> {
            Made known = made;
            if (known != null && started) {
              try {
                calls.run("stop", known.plugin()::stop);
              } catch (Exception e) {
                log.warn("{}: the plugin's connector failed to stop", connector, e);
              }
            }
          });
    }
    try {
      if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        left = true;
        log.warn(
            "{}: {}; its thread is left behind",
            connector,
            calls.hanging(Duration.ZERO).orElse("the plugin's connector did not stop"));
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
