package io.penstock.source.http.log;

import io.penstock.connector.ConnectorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the log's threads share: records on their way to the disk, and what is there already. Thread-
 * safe; futures are completed by the writer alone, and never under the lock.
 */
final class LogState {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition queued = lock.newCondition();
  private final Condition grown = lock.newCondition();
  private final Deque<Append> queue = new ArrayDeque<>();
  private final LogOptions options;
  private long queuedBytes;
  private long storedBytes;
  private boolean closed;
  private @Nullable ConnectorException failure;
  private volatile List<Segment> segments;
  private volatile long end;

  /** Records of one caller. */
  static final class Append {
    private final List<byte[]> records;
    private final long bytes;
    private final CompletableFuture<Appended> done = new CompletableFuture<>();

    Append(List<byte[]> records) {
      this.records = records;
      this.bytes = records.stream().mapToLong(Frames::size).sum();
    }

    List<byte[]> records() {
      return records;
    }

    long bytes() {
      return bytes;
    }

    void complete(Appended result) {
      done.complete(result);
    }
  }

  LogState(Recovery.Found found, LogOptions options) {
    this.options = options;
    this.segments = List.copyOf(found.segments());
    this.storedBytes = segments.stream().mapToLong(Segment::size).sum();
    this.end = found.end();
  }

  CompletionStage<Appended> offer(List<byte[]> records) {
    Append append = new Append(List.copyOf(records));
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.completedFuture(Appended.CLOSED);
      }
      if (append.bytes() > options.appendBytes()) {
        return CompletableFuture.completedFuture(Appended.TOO_LARGE);
      }
      if (storedBytes + queuedBytes + append.bytes() > options.maxBytes()) {
        return CompletableFuture.completedFuture(Appended.FULL);
      }
      if (queuedBytes > 0 && queuedBytes + append.bytes() > options.maxQueuedBytes()) {
        return CompletableFuture.completedFuture(Appended.BUSY);
      }
      queue.add(append);
      queuedBytes += append.bytes();
      queued.signal();
      return append.done;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to write, and takes as much as is written in one go; empty at the end. */
  List<Append> takeGroup() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        queued.awaitUninterruptibly();
      }
      List<Append> group = new ArrayList<>();
      long bytes = 0;
      while (!queue.isEmpty()
          && (group.isEmpty() || bytes + queue.peek().bytes() <= options.groupBytes())) {
        Append append = queue.remove();
        bytes += append.bytes();
        group.add(append);
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** The group is on disk, in the newest segment. */
  void stored(long groupBytes, Segment newest, long newSize, long newEnd) {
    lock.lock();
    try {
      newest.grow(newSize);
      end = newEnd;
      queuedBytes -= groupBytes;
      storedBytes += groupBytes;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The group is not on disk. */
  void failed(long groupBytes, ConnectorException why) {
    lock.lock();
    try {
      queuedBytes -= groupBytes;
      failure = why;
    } finally {
      lock.unlock();
    }
  }

  void added(Segment newest) {
    lock.lock();
    try {
      List<Segment> more = new ArrayList<>(segments);
      more.add(newest);
      segments = List.copyOf(more);
      storedBytes += newest.size();
      end = Math.max(end, newest.base());
    } finally {
      lock.unlock();
    }
  }

  void removed(List<Segment> gone) {
    if (gone.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      segments = segments.stream().filter(segment -> !gone.contains(segment)).toList();
      storedBytes -= gone.stream().mapToLong(Segment::size).sum();
    } finally {
      lock.unlock();
    }
  }

  void awaitBeyond(long position, Duration maxWait) {
    long left = maxWait.toNanos();
    lock.lock();
    try {
      while (end <= position && left > 0 && !closed) {
        left = grown.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  Optional<ConnectorException> takeFailure() {
    lock.lock();
    try {
      Optional<ConnectorException> taken = Optional.ofNullable(failure);
      failure = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what was taken is still written. */
  void close() {
    lock.lock();
    try {
      closed = true;
      queued.signalAll();
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<Segment> segments() {
    return segments;
  }

  long end() {
    return end;
  }
}
