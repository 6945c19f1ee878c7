package io.penstock.source.tasks.gateway;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.store.TaskNumbers;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
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
public final class Gateway {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private static final int READERS = 2;
  private static final int MAX_WAITING_READS = 1_000;

  /**
   * How a gateway works.
   *
   * @param accounts who may hand in tasks; one without keys lets this machine in
   * @param maxPayloadBytes of one task
   * @param maxBodyBytes of one request
   * @param clock of people
   * @param nanoTime a clock that never goes back
   */
  public record Options(
      List<Account> accounts,
      int maxPayloadBytes,
      long maxBodyBytes,
      InstantSource clock,
      LongSupplier nanoTime) {

    /** Copies. */
    public Options {
      accounts = List.copyOf(accounts);
    }
  }

  private final Options options;
  private final Access access;
  private volatile @Nullable Opened opened;

  /** What there is while the source is open. */
  private record Opened(SubmitRoutes submit, TaskRoutes tasks, ExecutorService readers) {}

  /** A gateway that is closed. */
  public Gateway(Options options) {
    this.options = options;
    this.access = new Access(options.accounts());
  }

  /** From now on tasks are taken. */
  public void open(String connector, Set<String> functions, Tasks tasks, TaskNumbers numbers) {
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
        new TaskReader(functions, options.maxPayloadBytes(), numbers, options.clock());
    opened =
        new Opened(
            new SubmitRoutes(
                tasks, reader, new RateLimit(options.nanoTime()), "/sources/" + connector),
            new TaskRoutes(tasks, functions),
            readers);
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
    long most = options.maxBodyBytes();
    return List.of(
        submitting("/tasks", most, (open, request, by) -> open.submit().json(request, by)),
        submitting(
            "/functions/:function/tasks",
            most,
            (open, request, by) -> open.submit().body(request, by)),
        reading("GET", "/tasks", (open, request, by) -> open.tasks().list(request, by)),
        reading("GET", "/tasks/:id", (open, request, by) -> open.tasks().show(request, by)),
        reading(
            "GET", "/tasks/:id/result", (open, request, by) -> open.tasks().result(request, by)),
        reading(
            "GET", "/tasks/:id/events", (open, request, by) -> open.tasks().events(request, by)),
        reading("DELETE", "/tasks/:id", (open, request, by) -> open.tasks().delete(request, by)),
        reading(
            "PUT",
            "/tasks/:id/priority",
            (open, request, by) -> open.tasks().prioritise(request, by)),
        reading("POST", "/tasks/:id/:action", (open, request, by) -> open.tasks().act(request, by)),
        reading("POST", "/actions/:action", (open, request, by) -> open.tasks().bulk(request, by)),
        reading("GET", "/functions", (open, request, by) -> open.tasks().functions(by)),
        reading(
            "POST",
            "/functions/:function/:action",
            (open, request, by) -> open.tasks().pauseFunction(request, by)),
        reading(
            "POST",
            "/account/:action",
            (open, request, by) -> open.tasks().pauseAccount(request, by)),
        reading("GET", "/queues", (open, request, by) -> open.tasks().queues(by)));
  }

  private interface Handler {
    CompletionStage<Response> handle(Opened open, Request request, Account by)
        throws RefusedException;
  }

  private HttpRoute submitting(String path, long maxBody, Handler handler) {
    return new HttpRoute("POST", path, maxBody, request -> handle(request, handler, Runnable::run));
  }

  /** What reads the store does so on a thread of its own. */
  private HttpRoute reading(String method, String path, Handler handler) {
    return new HttpRoute(
        method,
        path,
        request -> {
          Opened open = opened;
          return handle(request, handler, open == null ? Runnable::run : open.readers());
        });
  }

  private CompletionStage<Response> handle(Request request, Handler handler, Executor executor) {
    CompletableFuture<Response> answer = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            try {
              Account account = access.account(request);
              Opened open = opened;
              if (open == null) {
                throw RefusedException.later(503, "not_ready", "the source is not open", 1);
              }
              handler
                  .handle(open, request, account)
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
