package io.penstock.server.http;

import io.penstock.connector.config.ByteSize;
import io.penstock.engine.Engine;
import io.penstock.server.metrics.WorkerMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's HTTP server: one event loop, and a few threads for what blocks. Thread-safe. Listens
 * when it is made, until it is closed.
 */
public final class WorkerHttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerHttpServer.class);
  private static final long MAX_BODY_BYTES = 1 << 20;

  /** Of bodies that are being received for sources, so that many senders don't fill the memory. */
  private static final long MAX_BODIES_BYTES = 64 << 20;

  /** Which routes come first: the guard, then those of sources, whenever they are mounted. */
  private static final int GUARD = -2;

  private static final int SOURCES = -1;

  private static final int BLOCKING_THREADS = 4;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final HttpServer server;
  private final HttpAddress address;
  private final AtomicBoolean stopping;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Router router;
  private final BodyBudget bodies = new BodyBudget(MAX_BODIES_BYTES);
  private final Map<String, List<Route>> mounted = new HashMap<>();

  private WorkerHttpServer(
      Vertx vertx, Router router, HttpServer server, HttpAddress address, AtomicBoolean stopping) {
    this.vertx = vertx;
    this.router = router;
    this.server = server;
    this.address = address;
    this.stopping = stopping;
  }

  /**
   * Listens.
   *
   * @param engine whose connectors are shown; they may be added later
   * @param sources routes of sources, mounted now; others may follow
   * @throws HttpStartException if that fails; nothing is left behind then
   */
  public static WorkerHttpServer start(
      HttpAddress address, Engine engine, List<SourceRoutes> sources, WorkerMetrics metrics)
      throws HttpStartException {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(BLOCKING_THREADS)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    AtomicBoolean stopping = new AtomicBoolean();
    try {
      Router router = router(vertx, address, engine, metrics, stopping);
      HttpServer server =
          await(
              vertx
                  .createHttpServer(new HttpServerOptions().setIdleTimeout(120))
                  .requestHandler(router)
                  .listen(address.port(), address.host()),
              START_TIMEOUT);
      WorkerHttpServer made =
          new WorkerHttpServer(
              vertx,
              router,
              server,
              new HttpAddress(address.host(), server.actualPort()),
              stopping);
      sources.forEach(made::mount);
      return made;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      closeQuietly(vertx);
      throw new HttpStartException(
          cause instanceof BindException
              ? "can't listen on "
                  + address
                  + ": the port is in use, or the address isn't this"
                  + " machine's; choose another with --port or --host"
              : "can't listen on "
                  + address
                  + ": "
                  + (cause instanceof UnknownHostException
                      ? "there is no such host; choose another with --host"
                      : cause),
          cause);
    } catch (TimeoutException e) {
      closeQuietly(vertx);
      throw new HttpStartException(
          "can't listen on " + address + ": no answer within " + START_TIMEOUT.toSeconds() + " s",
          e);
    }
  }

  private static Router router(
      Vertx vertx,
      HttpAddress address,
      Engine engine,
      WorkerMetrics metrics,
      AtomicBoolean stopping) {
    Statuses statuses = new Statuses(vertx);
    BrowserGuard guard = new BrowserGuard(address);
    Router router = Router.router(vertx);
    router.route().order(GUARD).handler(guard::checkHost);
    router.route("/connectors*").order(GUARD).handler(guard::checkChange);
    router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    new HealthRoutes(engine, statuses, stopping).mount(router);
    router.get("/metrics").handler(request -> metrics(request, engine, statuses, metrics));
    new ConnectorRoutes(vertx, engine, statuses).mount(router);
    router.errorHandler(
        400, r -> Answers.error(r, 400, "bad_request", "the request can't be read"));
    router.errorHandler(
        404, r -> Answers.error(r, 404, "not_found", "there is no " + r.request().path()));
    router.errorHandler(
        405,
        r ->
            Answers.error(
                r,
                405,
                "method_not_allowed",
                r.request().method() + " is not for " + r.request().path()));
    router.errorHandler(
        413,
        r ->
            Answers.error(
                r,
                413,
                "too_large",
                "the body is larger than " + new ByteSize(BodyBudget.maxBody(r, MAX_BODY_BYTES))));
    router.errorHandler(500, WorkerHttpServer::internalError);
    return router;
  }

  private static void internalError(RoutingContext request) {
    LOG.error(
        "{} {} failed", request.request().method(), request.request().path(), request.failure());
    if (request.response().headWritten()) {
      request.response().reset();
    } else {
      Answers.error(request, 500, "internal_error", "this worker failed; its log says how");
    }
  }

  private static void metrics(
      RoutingContext request, Engine engine, Statuses statuses, WorkerMetrics metrics) {
    statuses
        .of(engine.connectors())
        .map(
            all ->
                metrics.scrape(all.statuses(), all.silent(), request.request().getHeader("Accept")))
        .onSuccess(
            scrape ->
                request
                    .response()
                    .putHeader("Content-Type", scrape.contentType())
                    .end(Buffer.buffer(scrape.body())))
        .onFailure(request::fail);
  }

  /** Where it listens, with the port that was taken. */
  public HttpAddress address() {
    return address;
  }

  /** Mounts the routes of a connector's source, in place of those that it had before. */
  public synchronized void mount(SourceRoutes source) {
    unmount(source.connector());
    mounted.put(source.connector(), source.mount(router, bodies, SOURCES));
  }

  /** Takes the routes of a connector's source away, if it has any. */
  public synchronized void unmount(String connector) {
    List<Route> routes = mounted.remove(connector);
    if (routes != null) {
      routes.forEach(Route::remove);
    }
  }

  /** From now on the worker isn't ready: load balancers may turn away before it is gone. */
  public void announceStop() {
    stopping.set(true);
  }

  /** Stops listening and ends its threads; bounded in time. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      await(server.close(), CLOSE_TIMEOUT);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the HTTP server did not close in time", e);
    }
    closeQuietly(vertx);
  }

  private static void closeQuietly(Vertx vertx) {
    try {
      await(vertx.close(), CLOSE_TIMEOUT);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the HTTP server's threads did not end in time", e);
    }
  }

  private static <T> T await(Future<T> future, Duration timeout)
      throws ExecutionException, TimeoutException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException("interrupted while waiting for the HTTP server", e);
    }
  }
}
