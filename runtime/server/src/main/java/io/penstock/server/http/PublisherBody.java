package io.penstock.server.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the parts of a body as the client reads them: the next one is asked for only when there is
 * room. The publisher may call on any thread; everything is done on the response's event loop.
 */
final class PublisherBody implements Flow.Subscriber<byte[]> {

  private static final Logger LOG = LoggerFactory.getLogger(PublisherBody.class);

  private final Context loop;
  private final RoutingContext request;
  private final HttpServerResponse response;
  private Flow.@Nullable Subscription subscription;
  private boolean done;

  PublisherBody(Context loop, RoutingContext request) {
    this.loop = loop;
    this.request = request;
    this.response = request.response();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    loop.runOnContext(
        go -> {
          if (subscription != null || done) {
            given.cancel();
            return;
          }
          subscription = given;
          request.addEndHandler(
              end -> {
                if (end.failed()) {
                  abandon();
                }
              });
          if (response.closed()) {
            abandon();
          } else {
            given.request(1);
          }
        });
  }

  @Override
  public void onNext(byte[] part) {
    loop.runOnContext(
        go -> {
          if (done) {
            return;
          }
          response.write(Buffer.buffer(part));
          if (response.writeQueueFull()) {
            response.drainHandler(drained -> askForMore());
          } else {
            askForMore();
          }
        });
  }

  @Override
  public void onError(Throwable error) {
    loop.runOnContext(
        go -> {
          if (!done) {
            done = true;
            LOG.warn("the body of an answer broke off after {} bytes", sent(), error);
            // What was sent can't be taken back: only a broken connection tells the client.
            response.reset();
          }
        });
  }

  @Override
  public void onComplete() {
    loop.runOnContext(
        go -> {
          if (!done) {
            done = true;
            response.end();
          }
        });
  }

  private long sent() {
    return response.bytesWritten();
  }

  private void askForMore() {
    if (!done && subscription != null) {
      subscription.request(1);
    }
  }

  private void abandon() {
    if (!done) {
      done = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
