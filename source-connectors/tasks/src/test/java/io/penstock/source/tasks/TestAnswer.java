package io.penstock.source.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute;
import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An answer as the client reads it. */
record TestAnswer(int status, Map<String, String> headers, String body) {

  static TestAnswer to(Request request, HttpRoute.Handler handler) {
    return get(begin(request, handler));
  }

  static CompletableFuture<TestAnswer> begin(Request request, HttpRoute.Handler handler) {
    return handler.handle(request).thenCompose(TestAnswer::read).toCompletableFuture();
  }

  static TestAnswer get(CompletableFuture<TestAnswer> answer) {
    try {
      return answer.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static CompletableFuture<TestAnswer> read(Response response) {
    CompletableFuture<TestAnswer> read = new CompletableFuture<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    response
        .body()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(byte[] part) {
                body.writeBytes(part);
              }

              @Override
              public void onError(Throwable error) {
                read.completeExceptionally(error);
              }

              @Override
              public void onComplete() {
                read.complete(
                    new TestAnswer(response.status(), response.headers(), body.toString(UTF_8)));
              }
            });
    return read;
  }
}
