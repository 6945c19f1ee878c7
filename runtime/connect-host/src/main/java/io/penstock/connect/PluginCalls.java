package io.penstock.connect;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a thread of a plugin is doing, so that others can tell where it hangs. Called by that thread, but
 * for {@link #hanging}.
 */
final class PluginCalls {

  /** Code of a plugin. */
  @FunctionalInterface
  interface Code<T> {
    /** Runs it. */
    @Nullable T run() throws Exception;
  }

  private record Current(String what, long sinceNs) {}

  private final String who;
  private ClassLoader loader = PluginCalls.class.getClassLoader();
  private final LongSupplier nanoTime;
  private volatile @Nullable Current current;

  /**
   * The calls of one thread.
   *
   * @param who whose callbacks they are, for people
   */
  PluginCalls(String who, LongSupplier nanoTime) {
    this.who = who;
    this.nanoTime = nanoTime;
  }

  /** From now on, these are of a plugin with this class loader. */
  void of(ClassLoader pluginLoader) {
    loader = pluginLoader;
  }

  /**
   * Calls the plugin.
   *
   * @param what the callback, for people
   * @throws Exception what the plugin throws; an error of linking or of the plugin as a {@link
   *     PluginFailure}
   */
  <T> @Nullable T call(String what, Code<T> code) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    current = new Current(what, nanoTime.getAsLong());
    try {
      return code.run();
    } catch (LinkageError | StackOverflowError | AssertionError | OutOfMemoryError e) {
      throw new PluginFailure(who + " failed in " + what + "(): " + e, e);
    } finally {
      current = null;
      thread.setContextClassLoader(before);
    }
  }

  /** As {@link #call} for a callback that answers nothing. */
  void run(String what, Action action) throws Exception {
    call(
        what,
        () -> {
          action.run();
          return null;
        });
  }

  /** Code of a plugin that answers nothing. */
  @FunctionalInterface
  interface Action {
    /** Runs it. */
    void run() throws Exception;
  }

  /** Which callback has not returned for longer than this. Any thread. */
  Optional<String> hanging(Duration limit) {
    Current now = current;
    if (now == null) {
      return Optional.empty();
    }
    Duration since = Duration.ofNanos(nanoTime.getAsLong() - now.sinceNs());
    return since.compareTo(limit) < 0
        ? Optional.empty()
        : Optional.of(
            who + " has not returned from " + now.what() + "() for " + since.toSeconds() + " s");
  }

  /** The callback that runs now, if one does. Any thread. */
  Optional<String> running() {
    Current now = current;
    return now == null ? Optional.empty() : Optional.of(now.what());
  }

  /** An error of a plugin that must not end the host. */
  static final class PluginFailure extends Exception {
    private static final long serialVersionUID = 1L;

    PluginFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
