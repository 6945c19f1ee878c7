package io.penstock.source.tasks.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.source.tasks.desk.Inbox;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a task, as server-sent events: how it is at first, then each change, until it comes
 * to its end. Whoever reads too slowly misses some of the changes, never the last one. Thread-safe.
 */
final class TaskEvents implements Flow.Publisher<byte[]> {

  private static final Logger log = LoggerFactory.getLogger(TaskEvents.class);

  private static final int BUFFER = 64;

  private final SubmissionPublisher<byte[]> publisher =
      new SubmissionPublisher<>(Runnable::run, BUFFER);
  private final AutoCloseable watch;
  private @Nullable List<StoredTask> early = new ArrayList<>();
  private boolean isOver;

  /** Of a task; to be told how it is with {@link #changed}. */
  TaskEvents(Inbox inbox, long number) {
    this.watch = inbox.watch(number, this::changed);
  }

  @Override
  public synchronized void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
    publisher.subscribe(subscriber);
    List<StoredTask> held = early;
    early = null;
    if (held != null) {
      held.forEach(this::changed);
    }
  }

  /** The task is like this now. */
  synchronized void changed(StoredTask task) {
    if (isOver) {
      return;
    }
    if (early != null) {
      early.add(task);
      return;
    }
    byte[] event = event(task);
    if (task.life().state().isFinal()) {
      publisher.offer(event, (subscriber, dropped) -> true);
      end();
    } else if (publisher.hasSubscribers()) {
      publisher.offer(event, (subscriber, dropped) -> false);
    } else {
      end(); // nobody reads any more
    }
  }

  private static byte[] event(StoredTask task) {
    return ("event: "
            + Answers.word(task.life().state())
            + "\ndata: "
            + new String(Json.write(Answers.full(task)), UTF_8)
            + "\n\n")
        .getBytes(UTF_8);
  }

  /** Tells nothing more. */
  synchronized void end() {
    isOver = true;
    publisher.close();
    try {
      watch.close();
    } catch (Exception e) {
      log.warn("a watch of a task could not be ended", e);
    }
  }
}
