package io.penstock.httpclient;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of all callers of the process: started for the first caller, ended with the last.
 * A connector more costs no thread more. Thread-safe.
 */
final class EventLoops {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

  /** A loop carries tens of thousands of requests a second; what is left is for the rest. */
  private static final int MAX_LOOPS = 2;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private static @Nullable Vertx running;
  private static int users;

  private EventLoops() {}

  /** The loops; {@link #release} must follow. */
  static synchronized Vertx acquire() {
    Vertx vertx = running;
    if (vertx == null) {
      vertx =
          Vertx.vertx(
              new VertxOptions()
                  .setEventLoopPoolSize(
                      Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()))
                  .setWorkerPoolSize(1)
                  .setInternalBlockingPoolSize(1)
                  .setFileSystemOptions(
                      new FileSystemOptions()
                          .setFileCachingEnabled(false)
                          .setClassPathResolvingEnabled(false)));
      running = vertx;
    }
    users++;
    return vertx;
  }

  /** Gives them up; the last one waits until they have ended. */
  static synchronized void release() {
    users--;
    Vertx vertx = running;
    if (users > 0 || vertx == null) {
      return;
    }
    running = null;
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the HTTP client's threads did not end within {}", CLOSE_TIMEOUT, e);
    }
  }
}
