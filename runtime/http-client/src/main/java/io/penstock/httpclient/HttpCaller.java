package io.penstock.httpclient;

import io.penstock.connector.ConnectorException;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one endpoint, with a pool of connections of its own. Thread-safe.
 *
 * <p><b>Threads.</b> Everything happens on one event loop, which is shared with other callers: the
 * making of requests, the reading of answers, and what is attached to their results.
 *
 * <p><b>Bounds.</b> There are as many connections as calls at a time, up to the limit, and an
 * answer takes as much memory as its limit says. Calls beyond the connections wait for one within
 * their timeout; how many there are is the caller's affair.
 */
public final class HttpCaller implements AutoCloseable {

  /** What happens to the body of an answer 2xx. */
  public sealed interface Answers {

    /** It is read; a longer one is a failure. */
    record Read(int maxBytes) implements Answers {}

    /** It doesn't matter. */
    record Ignored() implements Answers {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(HttpCaller.class);
  private static final long DEADLINE_CHECK_MS = 20;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final HttpEndpoint endpoint;
  private final Context loop;
  private final Clients clients;
  private final Exchange.Plan plan;
  private final Verdicts verdicts;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** On their way to the loop. */
  private final Queue<Exchange> waiting = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean starting = new AtomicBoolean();

  // These belong to the loop.
  private final HeaderNames names = new HeaderNames();
  private final Set<Exchange> underWay = new HashSet<>();
  private boolean watching;

  private HttpCaller(HttpEndpoint endpoint, Context loop, int maxConnections, Answers answers) {
    this.endpoint = endpoint;
    this.clients = new Clients(loop.owner(), endpoint, maxConnections);
    this.loop = loop;
    this.verdicts = new Verdicts(new Texts(endpoint.mask()), Clock.systemUTC());
    this.plan =
        new Exchange.Plan(
            endpoint.target,
            endpoint.headers,
            Login.of(endpoint.credentials, this, System::nanoTime),
            answers);
  }

  /**
   * Makes a caller. Connects to nothing yet.
   *
   * @param maxConnections how many connections there are at most, 1 or more
   * @throws ConnectorException fatal, if the certificates can't be read
   */
  public static HttpCaller open(HttpEndpoint endpoint, int maxConnections, Answers answers) {
    Context loop = EventLoops.acquire();
    try {
      return new HttpCaller(endpoint, loop, maxConnections, answers);
    } catch (RuntimeException | Error e) {
      EventLoops.release();
      throw e;
    }
  }

  /**
   * Sends a request.
   *
   * @param request makes it, on the event loop; if it throws, the call is refused
   * @param timeout for all of it: logging in, connecting, redirects, the answer
   */
  public HttpCall send(Supplier<OutgoingRequest> request, Duration timeout) {
    Exchange exchange = new Exchange(this, plan, request, timeout);
    waiting.add(exchange);
    if (starting.compareAndSet(false, true)) { // one task for all that wait by then
      onLoop(this::startWaiting, this::startWaiting);
    }
    return exchange;
  }

  private void startWaiting() {
    starting.set(false);
    Exchange next;
    while ((next = waiting.poll()) != null) {
      next.start();
    }
  }

  /**
   * Sends a request for a token: without login, and without the endpoint's headers. On the loop.
   */
  HttpCall sendForToken(
      HttpTarget target, OutgoingRequest request, int maxBytes, Duration timeout) {
    Exchange.Plan plainly =
        new Exchange.Plan(target, Map.of(), new Login.Nothing(), new Answers.Read(maxBytes));
    Exchange exchange = new Exchange(this, plainly, () -> request, timeout);
    exchange.start();
    return exchange;
  }

  /** Runs something on the loop, or something else if that has ended. */
  void onLoop(Runnable action, Runnable otherwise) {
    try {
      loop.runOnContext(nothing -> action.run());
    } catch (RejectedExecutionException e) { // the last caller was closed, and the loop with it
      otherwise.run();
    }
  }

  HttpEndpoint endpoint() {
    return endpoint;
  }

  Clients clients() {
    return clients;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  HeaderNames names() {
    return names;
  }

  /** The exchange begins; answers whether it may. */
  boolean begins(Exchange exchange) {
    if (closed.get()) {
      return false;
    }
    underWay.add(exchange);
    if (!watching) {
      watching = true;
      watchDeadlines();
    }
    return true;
  }

  /** One timer for all: one for each would cost more than the rest of an exchange. */
  private void watchDeadlines() {
    loop.owner()
        .setTimer(
            DEADLINE_CHECK_MS,
            timer -> {
              long nowNs = System.nanoTime();
              List.copyOf(underWay).forEach(exchange -> exchange.checkDeadline(nowNs));
              watching = !underWay.isEmpty();
              if (watching) {
                watchDeadlines();
              }
            });
  }

  void ended(Exchange exchange) {
    underWay.remove(exchange);
  }

  /** Ends every call under way, and gives up the connections; bounded in time. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Promise<Void> done = Promise.promise();
    onLoop(
        () -> {
          List.copyOf(underWay).forEach(Exchange::closed);
          clients.close().<Void>mapEmpty().onComplete(done);
        },
        done::tryComplete);
    try {
      done.future()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the connections to {} did not close within {}", endpoint, CLOSE_TIMEOUT, e);
    } finally {
      EventLoops.release();
    }
  }
}
