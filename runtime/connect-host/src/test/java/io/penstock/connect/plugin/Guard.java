package io.penstock.connect.plugin;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/** Watches one object of a plugin: one call at a time, none after stop, with the plugin's class loader. */
final class Guard {

  /** A callback's own work. */
  interface Work<T> {
    T run();
  }

  private final Board board;
  private final String who;
  private final AtomicReference<String> inside = new AtomicReference<>();
  private volatile boolean stopped;

  Guard(Board board, String who) {
    this.board = board;
    this.who = who;
  }

  void violation(String text) {
    board.violations().add(who + ": " + text);
  }

  <T> T in(String callback, Work<T> work) {
    String name = who + "." + callback;
    board.calls().add(name);
    if (Thread.currentThread().getContextClassLoader() != Guard.class.getClassLoader()) {
      violation(callback + " with a foreign class loader");
    }
    if (stopped) {
      violation(callback + " after stop");
    }
    boolean stopsPoll = callback.equals("stop") && "poll".equals(inside.get());
    if (!stopsPoll && !inside.compareAndSet(null, callback)) {
      violation(callback + " during " + inside.get());
    }
    if (callback.equals("stop")) {
      stopped = true;
    }
    try {
      behave(name);
      return work.run();
    } finally {
      if (!stopsPoll) {
        inside.compareAndSet(callback, null);
      }
    }
  }

  private void behave(String name) {
    String behaviour = board.behaviour().getOrDefault(name, "");
    switch (behaviour) {
      case "hang" -> {
        while (board.released().getCount() > 0) {
          try {
            board.released().await();
          } catch (InterruptedException e) {
            // It hangs: that is what is tested.
          }
        }
      }
      case "throw" -> throw new ConnectException("told to throw in " + name);
      case "error" -> throw new NoClassDefFoundError("told to fail in " + name);
      case "retry" -> throw new RetriableException("told to retry in " + name);
      default -> {}
    }
  }
}
