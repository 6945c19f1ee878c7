package io.penstock.engine;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SeekTarget;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.core.ConnectorCore;
import io.penstock.engine.core.CoreLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An engine on threads of its own. */
final class ThreadedEngine implements Engine {

  private static final Logger log = LoggerFactory.getLogger(ThreadedEngine.class);

  /** What closing sources, sinks and functions may take beyond the drain; they are given 20 s. */
  private static final Duration CLOSING = Duration.ofSeconds(25);

  private final EngineEnvironment environment;
  private final PauseStore pauses;
  private final EngineThreads threads;
  private final CoreLoop loop;
  private final Map<String, Running> connectors = new TreeMap<>();
  private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
  private volatile boolean over;
  private boolean closed;

  private ThreadedEngine(EngineEnvironment environment) {
    this.environment = environment;
    this.pauses = new PauseStore(environment.state());
    this.threads = new EngineThreads(environment.monotonicNs());
    this.loop = new CoreLoop(environment, threads);
  }

  static Engine start(EngineEnvironment environment) {
    ThreadedEngine engine = new ThreadedEngine(environment);
    engine.threads.startCore(engine.loop);
    return engine;
  }

  @Override
  public Connector add(ConnectorPlan plan) {
    Optional<Pause> paused = pauses.read(plan.name()); // blocks, so not under the lock
    synchronized (connectors) {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      if (connectors.containsKey(plan.name())) {
        throw new IllegalArgumentException(
            "a connector named '" + plan.name() + "' runs already; stop it first");
      }
      ConnectorCore core = new ConnectorCore(loop, plan, paused);
      Running running = new Running(core);
      connectors.put(plan.name(), running);
      loop.post(now -> loop.add(core, now));
      return running;
    }
  }

  @Override
  public Optional<Connector> connector(String name) {
    synchronized (connectors) {
      return Optional.ofNullable(connectors.get(name));
    }
  }

  @Override
  public List<Connector> connectors() {
    synchronized (connectors) {
      return List.copyOf(connectors.values());
    }
  }

  @Override
  public void close(Duration drain) {
    List<Connector> all;
    synchronized (connectors) {
      if (closed) {
        return;
      }
      closed = true;
      all = List.copyOf(connectors.values());
    }
    List<CompletableFuture<Integer>> stops = new ArrayList<>();
    for (Connector connector : all) {
      stops.add(connector.stop(drain).toCompletableFuture());
    }
    try {
      CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new))
          .get(drain.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn(
          "connectors did not end within {} s: {}", drain.plus(CLOSING).toSeconds(), connectors());
    } catch (ExecutionException e) {
      log.warn("a connector failed to end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.stop();
      over = true;
      unanswered.forEach(ThreadedEngine::refuse);
    }
  }

  /** An answer that the core gives, as long as there is one. */
  private <T> CompletableFuture<T> answer() {
    CompletableFuture<T> answer = new CompletableFuture<>();
    unanswered.add(answer);
    answer.whenComplete((value, error) -> unanswered.remove(answer));
    if (over) {
      refuse(answer);
    }
    return answer;
  }

  private static void refuse(CompletableFuture<?> answer) {
    answer.completeExceptionally(ConnectorException.fatal("the engine is closed", null));
  }

  private final class Running implements Connector {

    private final ConnectorCore core;
    private @Nullable CompletableFuture<Integer> stopped;

    private Running(ConnectorCore core) {
      this.core = core;
    }

    @Override
    public String name() {
      return core.name();
    }

    @Override
    public void pause(String by) {
      Pause pause = new Pause(by.replace('\n', ' '), environment.wallClock().instant());
      pauses.write(name(), pause);
      core.post(now -> core.pause(pause));
    }

    @Override
    public void resume(String by) {
      log.info("{} resumed by {}", name(), by);
      pauses.delete(name());
      core.post(now -> core.pause(null));
    }

    @Override
    public CompletionStage<Long> seek(String lane, SeekTarget target) {
      CompletableFuture<Long> answer = answer();
      CompletableFuture<Long> moved = new CompletableFuture<>();
      core.post(now -> core.seek(lane, target, moved));
      moved.whenCompleteAsync(
          (position, error) -> {
            if (error == null) {
              answer.complete(position);
            } else {
              answer.completeExceptionally(error);
            }
          });
      return answer;
    }

    @Override
    public CompletionStage<ConnectorStatus> status() {
      CompletableFuture<ConnectorStatus> answer = answer();
      // Completed elsewhere, so that what hangs on the answer does not run on the core thread.
      core.post(
          now -> {
            ConnectorStatus status = core.status(now);
            answer.completeAsync(() -> status);
          });
      return answer;
    }

    @Override
    public synchronized CompletionStage<Integer> stop(Duration drain) {
      if (stopped != null) {
        return stopped;
      }
      CompletableFuture<Integer> answer = answer();
      stopped = answer;
      core.post(
          now ->
              core.stop(drain, now)
                  .thenAccept(
                      abandoned -> {
                        loop.post(later -> loop.remove(core));
                        synchronized (connectors) {
                          connectors.remove(name(), this);
                        }
                        answer.completeAsync(() -> abandoned);
                      }));
      return answer;
    }

    @Override
    public String toString() {
      return name();
    }
  }
}
