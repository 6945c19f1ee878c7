package io.penstock.httpclient;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of all callers of the process: started for the first caller, ended with the last.
 * Callers take turns at them, so a connector more costs no thread more. Thread-safe.
 */
final class EventLoops {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

  /** A loop carries tens of thousands of requests a second; what is left is for the rest. */
  private static final int MAX_LOOPS = 2;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static @Nullable EventLoops running;
  private static int users;
  private static int turn;

  private final Vertx vertx;
  private final List<Context> loops = new CopyOnWriteArrayList<>();

  private EventLoops(int count) {
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(count)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    await(
        vertx.deployVerticle(
            () -> (Deployable) this::deployed, new DeploymentOptions().setInstances(count)));
    if (loops.isEmpty()) {
      var unused = vertx.close();
      throw new IllegalStateException("no event loop for HTTP could be started");
    }
  }

  /** The library gives each instance a loop of its own. */
  private Future<?> deployed(Context context) {
    loops.add(context);
    return Future.succeededFuture();
  }

  /** A loop; {@link #release} must follow. */
  static synchronized Context acquire() {
    EventLoops all = running;
    if (all == null) {
      all = new EventLoops(Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()));
      running = all;
    }
    users++;
    turn = (turn + 1) % all.loops.size();
    return all.loops.get(turn);
  }

  /** Gives a loop up; the last one waits until all have ended. */
  static synchronized void release() {
    users--;
    EventLoops all = running;
    if (users == 0 && all != null) {
      running = null;
      await(all.vertx.close());
    }
  }

  private static void await(Future<?> future) {
    try {
      future
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the HTTP client's threads did not start or end within {}", TIMEOUT, e);
    }
  }
}
