package io.penstock.testkit.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A real HTTP server on a loopback port that works on so many requests at a time, each for the same
 * time, lets so many wait, and answers 429 to the rest. It tells nobody how many. Thread-safe: all
 * state belongs to its own thread.
 */
public final class LimitedPeer implements AutoCloseable {

  /** So many service times are looked at together, to tell whether the capacity is reached. */
  private static final int WINDOW = 10;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /**
   * What came out of a while with one capacity.
   *
   * @param utilisation of the capacity, in the second half
   * @param roundTripsTo90 service times until nine tenths of the capacity are used and no more than
   *     a tenth of the answers are refusals; -1 for never
   * @param refusedPercent of all answers
   * @param p50ToService the median time here by the service time, in the second half
   */
  public record Figures(
      double utilisation, int roundTripsTo90, double refusedPercent, double p50ToService) {}

  /** One service time. */
  private static final class Tick {
    private double used;
    private long refused;
    private final List<Long> hereNs = new ArrayList<>();

    private long served() {
      return hereNs.size();
    }
  }

  private record Waiting(HttpServerRequest request, long sinceNs) {}

  private final Vertx vertx;
  private final Context context;
  private final Duration service;
  private final int queue;
  private final int port;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final Set<String> ids = new HashSet<>();
  private final List<Tick> ticks = new ArrayList<>();
  private Tick tick = new Tick();
  private long tickNs;
  private long sinceNs;
  private int capacity;
  private int inService;
  private long accepted;

  private LimitedPeer(int capacity, Duration service, int queue) {
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    this.context = vertx.getOrCreateContext();
    this.capacity = capacity;
    this.service = service;
    this.queue = queue;
    this.port =
        await(
            vertx
                .createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> take(request)))
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort())
                .toCompletionStage()
                .toCompletableFuture());
  }

  /**
   * A server.
   *
   * @param capacity how many requests it works on at a time
   * @param service for how long on each
   * @param queue how many wait before it refuses
   */
  public static LimitedPeer start(int capacity, Duration service, int queue) {
    return new LimitedPeer(capacity, service, queue);
  }

  /** Where it listens. */
  public String url() {
    return "http://localhost:" + port + "/";
  }

  /** The different ids of the events that were answered well. */
  public Set<String> ids() {
    return onLoop(() -> Set.copyOf(ids));
  }

  /** How many requests were answered well; more than there are ids if some came twice. */
  public long accepted() {
    return onLoop(() -> accepted);
  }

  /** Takes so many at a time from now on, and answers with what came out of the while before. */
  public Figures capacity(int next) {
    return onLoop(
        () -> {
          advance();
          Figures figures = figures();
          capacity = next;
          ticks.clear();
          tick = new Tick();
          tickNs = sinceNs;
          pump();
          return figures;
        });
  }

  private void take(HttpServerRequest request) {
    advance();
    if (waiting.size() < queue || inService < capacity) {
      waiting.add(new Waiting(request, sinceNs));
      pump();
    } else {
      tick.refused++;
      request.response().setStatusCode(429).end();
    }
  }

  private void pump() {
    while (inService < capacity && !waiting.isEmpty()) {
      Waiting next = waiting.remove();
      inService++;
      vertx.setTimer(service.toMillis(), id -> served(next));
    }
  }

  private void served(Waiting one) {
    advance();
    inService--;
    pump();
    tick.hereNs.add(sinceNs - one.sinceNs);
    accepted++;
    ids.add(one.request.getHeader("ce-id"));
    one.request.response().setStatusCode(204).end();
  }

  /** Counts what was used until now. */
  private void advance() {
    long nowNs = System.nanoTime();
    if (sinceNs == 0) {
      sinceNs = nowNs;
      tickNs = nowNs;
    }
    while (nowNs - tickNs >= service.toNanos()) {
      tickNs += service.toNanos();
      use(tickNs);
      ticks.add(tick);
      tick = new Tick();
    }
    use(nowNs);
  }

  private void use(long untilNs) {
    tick.used += Math.min(1, (double) inService / capacity) * (untilNs - sinceNs);
    sinceNs = untilNs;
  }

  private Figures figures() {
    List<Tick> later = ticks.subList(ticks.size() / 2, ticks.size());
    long refused = ticks.stream().mapToLong(t -> t.refused).sum();
    long served = ticks.stream().mapToLong(Tick::served).sum();
    long[] hereNs =
        later.stream().flatMap(t -> t.hereNs.stream()).mapToLong(ns -> ns).sorted().toArray();
    int to90 = 0;
    while (to90 + WINDOW <= ticks.size() && !isAtCapacity(ticks.subList(to90, to90 + WINDOW))) {
      to90++;
    }
    return new Figures(
        used(later),
        to90 + WINDOW <= ticks.size() ? to90 : -1,
        100.0 * refused / Math.max(1, refused + served),
        hereNs.length == 0 ? 0 : (double) hereNs[hereNs.length / 2] / service.toNanos());
  }

  private double used(List<Tick> of) {
    return of.stream().mapToDouble(t -> t.used).sum() / of.size() / service.toNanos();
  }

  private boolean isAtCapacity(List<Tick> window) {
    long refused = window.stream().mapToLong(t -> t.refused).sum();
    long served = window.stream().mapToLong(Tick::served).sum();
    return used(window) >= 0.9 && refused * 10 <= refused + served;
  }

  private <T> T onLoop(Supplier<T> what) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    context.runOnContext(
        nothing -> {
          try {
            answer.complete(what.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return await(answer);
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the HTTP server of the test", e);
    }
  }

  /** Stops, with its threads. */
  @Override
  public void close() {
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
