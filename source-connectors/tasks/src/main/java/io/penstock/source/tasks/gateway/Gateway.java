package io.penstock.source.tasks.gateway;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.EventLog;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.connector.SinkOutcome;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.Registry;
import io.penstock.source.tasks.sink.TaskIntake;
import io.penstock.source.tasks.store.TaskNumbers;
import io.penstock.source.tasks.wire.RefusedException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP routes of a tasks source. Thread-safe. */
public final class Gateway implements TaskIntake {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private static final Duration NOT_OPEN = Duration.ofSeconds(1);
  private static final int READERS = 2;
  private static final int MAX_WAITING_READS = 1_000;

  /**
   * How a gateway works.
   *
   * @param adminKeys hashes of the keys of the administration; none lets this machine administer
   * @param maxPayloadBytes of one task
   * @param maxBodyBytes of one request
   * @param clock of people
   * @param nanoTime a clock that never goes back
   */
  public record Options(
      List<byte[]> adminKeys,
      int maxPayloadBytes,
      long maxBodyBytes,
      InstantSource clock,
      LongSupplier nanoTime) {

    /** Copies. */
    public Options {
      adminKeys = List.copyOf(adminKeys);
    }
  }

  private final Options options;
  private final Access access;
  private volatile @Nullable Opened opened;

  /** What there is while the source is open. */
  private record Opened(
      Registry registry,
      SubmitRoutes submit,
      TaskRoutes tasks,
      AdminRoutes admin,
      ExecutorService readers) {}

  /** A gateway that is closed. */
  public Gateway(Options options) {
    this.options = options;
    this.access = new Access(options.adminKeys());
  }

  /** From now on tasks are taken. */
  public void open(
      String connector, Registry registry, Tasks tasks, TaskNumbers numbers, EventLog log) {
    ThreadPoolExecutor readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(MAX_WAITING_READS),
            task -> {
              Thread thread = new Thread(task, "penstock-" + connector + "-task-reader");
              thread.setDaemon(true);
              return thread;
            });
    TaskReader reader =
        new TaskReader(registry.functions(), options.maxPayloadBytes(), numbers, options.clock());
    opened =
        new Opened(
            registry,
            new SubmitRoutes(
                tasks, reader, new RateLimit(options.nanoTime()), "/sources/" + connector),
            new TaskRoutes(tasks, registry.functions(), log),
            new AdminRoutes(registry, options.clock()),
            readers);
  }

  @Override
  public CompletionStage<SinkOutcome> take(Wish wish) {
    Opened open = opened;
    if (open == null) {
      return done(new SinkOutcome.Retry(NOT_OPEN, "the source of tasks is not open"));
    }
    try {
      Account account =
          open.registry()
              .accounts()
              .usable(wish.account())
              .orElseThrow(
                  () -> RefusedException.notFound("there is no account '" + wish.account() + "'"));
      return open.submit()
          .wished(wish, account)
          .exceptionally(
              failure ->
                  new SinkOutcome.Retry(Duration.ZERO, "the task could not be kept: " + failure));
    } catch (RefusedException e) {
      String text = String.valueOf(e.getMessage());
      return done(
          e.status() == 429 || e.status() == 503
              ? new SinkOutcome.Throttled(NOT_OPEN, text)
              : new SinkOutcome.Reject(text));
    }
  }

  private static CompletionStage<SinkOutcome> done(SinkOutcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  /** From now on no tasks are taken. */
  public void close() {
    Opened closing = opened;
    opened = null;
    if (closing != null) {
      closing.readers().shutdownNow();
    }
  }

  /** The routes. */
  public List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    long most = options.maxBodyBytes();
    routes.add(submitting("/tasks", most, (open, request, by) -> open.submit().json(request, by)));
    routes.add(
        submitting(
            "/functions/:function/tasks",
            most,
            (open, request, by) -> open.submit().body(request, by)));
    reading(routes, "GET", "/tasks", (open, asked, by) -> open.tasks().list(asked, by));
    reading(routes, "GET", "/tasks/:id", (open, asked, by) -> open.tasks().show(asked, by));
    reading(
        routes, "GET", "/tasks/:id/result", (open, asked, by) -> open.tasks().result(asked, by));
    reading(routes, "GET", "/tasks/:id/log", (open, asked, by) -> open.tasks().log(asked, by));
    reading(
        routes, "GET", "/tasks/:id/events", (open, asked, by) -> open.tasks().events(asked, by));
    reading(routes, "DELETE", "/tasks/:id", (open, asked, by) -> open.tasks().delete(asked, by));
    reading(
        routes,
        "PUT",
        "/tasks/:id/priority",
        (open, asked, by) -> open.tasks().prioritise(asked, by));
    reading(routes, "POST", "/tasks/:id/:action", (open, asked, by) -> open.tasks().act(asked, by));
    reading(routes, "POST", "/actions/:action", (open, asked, by) -> open.tasks().bulk(asked, by));
    reading(routes, "GET", "/functions", (open, asked, by) -> open.tasks().functions(asked, by));
    reading(
        routes,
        "GET",
        "/functions/:function",
        (open, asked, by) -> open.tasks().function(asked, by));
    reading(
        routes,
        "POST",
        "/functions/:function/:action",
        (open, asked, by) -> open.tasks().pauseFunction(asked, by));
    reading(
        routes,
        "POST",
        "/account/:action",
        (open, asked, by) -> open.tasks().pauseAccount(asked, by));
    reading(routes, "GET", "/account", (open, asked, by) -> open.tasks().account(by));
    reading(routes, "GET", "/queues", (open, asked, by) -> open.tasks().queues(by));
    routes.add(
        new HttpRoute(
            "GET",
            "/openapi.json",
            request -> CompletableFuture.completedFuture(Answers.document("openapi.json"))));
    for (AdminRoutes.Entry entry : AdminRoutes.ENTRIES) {
      routes.add(
          new HttpRoute(
              entry.method(),
              entry.path(),
              entry.maxBodyBytes(),
              request -> administer(request, entry)));
    }
    return List.copyOf(routes);
  }

  private CompletionStage<Response> administer(Request request, AdminRoutes.Entry entry) {
    return handle(
        request,
        (open, asked) -> {
          access.admin(asked);
          return CompletableFuture.completedFuture(entry.action().on(open.admin(), asked));
        },
        executor());
  }

  private Executor executor() {
    Opened open = opened;
    return open == null ? Runnable::run : open.readers();
  }

  private interface ByAccount {
    CompletionStage<Response> handle(Opened open, Request request, Account by)
        throws RefusedException;
  }

  private interface Handler {
    CompletionStage<Response> handle(Opened open, Request request) throws RefusedException;
  }

  private HttpRoute submitting(String path, long maxBody, ByAccount handler) {
    return new HttpRoute(
        "POST", path, maxBody, request -> handle(request, byAccount(handler), Runnable::run));
  }

  /** What reads the store does so on a thread of its own. */
  private void reading(List<HttpRoute> routes, String method, String path, ByAccount handler) {
    routes.add(
        new HttpRoute(method, path, request -> handle(request, byAccount(handler), executor())));
  }

  private Handler byAccount(ByAccount handler) {
    return (open, request) ->
        handler.handle(open, request, access.account(request, open.registry().accounts()));
  }

  private CompletionStage<Response> handle(Request request, Handler handler, Executor executor) {
    CompletableFuture<Response> answer = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            try {
              Opened open = opened;
              if (open == null) {
                throw RefusedException.later(503, "not_ready", "the source is not open", 1);
              }
              handler
                  .handle(open, request)
                  .whenComplete(
                      (response, failure) ->
                          answer.complete(failure == null ? response : failed(failure)));
            } catch (RefusedException e) {
              answer.complete(Answers.problem(e));
            } catch (RuntimeException e) {
              answer.complete(failed(e));
            }
          });
    } catch (RejectedExecutionException e) {
      answer.complete(
          Answers.problem(
              RefusedException.later(503, "busy", "too many requests wait just now", 1)));
    }
    return answer;
  }

  private static Response failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RefusedException refused) {
      return Answers.problem(refused);
    }
    log.warn("a request about tasks failed", cause);
    String text =
        cause instanceof ConnectorException
            ? "the tasks can't be read or written just now; nothing is known to be kept"
            : "something failed that should not";
    return Answers.problem(RefusedException.later(503, "storage_failed", text, 5));
  }
}
