package io.penstock.server.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Systems with a webhook: each sends one event after the other, and the same one again until it was
 * answered with 202.
 */
final class Senders implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String PADDING = "x".repeat(400);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicIntegerArray accepted;
  private volatile @Nullable URI target;
  private volatile boolean stopping;

  Senders(int number) {
    accepted = new AtomicIntegerArray(number);
    for (int i = 0; i < number; i++) {
      int sender = i;
      Thread thread = new Thread(() -> send(sender), "sender-" + sender);
      threads.add(thread);
      thread.start();
    }
  }

  /** Where they send to from now on. */
  void sendTo(WorkerProcess worker) {
    target = URI.create("http://" + worker.address() + "/sources/received/events");
  }

  /** The events of a sender that were answered with 202: all numbers below this one. */
  int accepted(int sender) {
    return accepted.get(sender);
  }

  int acceptedInAll() {
    int sum = 0;
    for (int i = 0; i < accepted.length(); i++) {
      sum += accepted.get(i);
    }
    return sum;
  }

  private void send(int sender) {
    while (!stopping) {
      int number = accepted.get(sender);
      if (isAccepted(sender, number)) {
        accepted.set(sender, number + 1);
      } else {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    }
  }

  private boolean isAccepted(int sender, int number) {
    URI uri = target;
    if (uri == null) {
      return false;
    }
    String body =
        "{\"sender\":" + sender + ",\"number\":" + number + ",\"padding\":\"" + PADDING + "\"}";
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .header("X-Id", sender + "-" + number)
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 202;
    } catch (IOException e) {
      return false; // the worker is dead, or dying
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Lets each finish the request that it makes. */
  @Override
  public void close() {
    stopping = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
