package io.penstock.server.http;

import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Asks connectors for their status and waits for it on the event loop, which it never blocks. */
final class Statuses {

  /** A status is a message to the core thread and back; longer than this means that it hangs. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /**
   * Everybody's answer.
   *
   * @param statuses of those that answered, by name
   * @param silent names of those that didn't
   */
  record All(List<ConnectorStatus> statuses, List<String> silent) {}

  private final Vertx vertx;

  Statuses(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Fails with a {@link java.util.concurrent.TimeoutException} if there is no answer in time. */
  Future<ConnectorStatus> of(Connector connector) {
    return within(TIMEOUT, connector.status(), "the status of '" + connector.name() + "'");
  }

  Future<All> of(List<Connector> connectors) {
    List<Future<ConnectorStatus>> asked = connectors.stream().map(this::of).toList();
    return Future.join(asked)
        .otherwiseEmpty()
        .map(
            done -> {
              List<ConnectorStatus> statuses = new ArrayList<>();
              List<String> silent = new ArrayList<>();
              for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).succeeded()) {
                  statuses.add(asked.get(i).result());
                } else {
                  silent.add(connectors.get(i).name());
                }
              }
              return new All(statuses, silent);
            });
  }

  /** The stage's outcome on the event loop, or a timeout that names what was waited for. */
  <T> Future<T> within(Duration timeout, CompletionStage<T> stage, String what) {
    Promise<T> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            timeout.toMillis(),
            id ->
                promise.tryFail(
                    new java.util.concurrent.TimeoutException(
                        what + " took longer than " + timeout.toMillis() + " ms")));
    Future.fromCompletionStage(stage, vertx.getOrCreateContext())
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              if (done.succeeded()) {
                promise.tryComplete(done.result());
              } else {
                promise.tryFail(done.cause());
              }
            });
    return promise.future();
  }
}
