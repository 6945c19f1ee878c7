package io.penstock.invoker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

/** A virtual thread for each task. */
final class VirtualThreads implements FunctionThreads {

  private static final int FIRST_JAVA = 21;

  private final ThreadFactory factory;
  private final Set<Thread> alive = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  VirtualThreads(ThreadFactory factory) {
    this.factory = factory;
  }

  /**
   * A factory of virtual threads, by method handle because the bytecode is for Java 17; empty if the
   * JVM has none.
   */
  static Optional<ThreadFactory> factory(String prefix) {
    if (Runtime.version().feature() < FIRST_JAVA) {
      return Optional.empty();
    }
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Class<?> virtualBuilder = Class.forName("java.lang.Thread$Builder$OfVirtual");
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      MethodHandle ofVirtual =
          lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(virtualBuilder));
      MethodHandle name =
          lookup.findVirtual(
              builder, "name", MethodType.methodType(builder, String.class, long.class));
      MethodHandle factory =
          lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
      Object named = name.invoke(ofVirtual.invoke(), prefix, 1L);
      return Optional.of((ThreadFactory) factory.invoke(named));
    } catch (Throwable e) { // as a method handle declares
      throw new IllegalStateException(
          "Java " + Runtime.version() + " has virtual threads, but none could be made", e);
    }
  }

  @Override
  public void start(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("the function is closed");
    }
    Thread thread =
        factory.newThread(
            () -> {
              try {
                task.run();
              } finally {
                alive.remove(Thread.currentThread());
              }
            });
    alive.add(thread);
    try {
      thread.start();
    } catch (Throwable e) {
      alive.remove(thread);
      throw e;
    }
  }

  @Override
  public List<Thread> alive() {
    return List.copyOf(alive);
  }

  @Override
  public void close() {
    closed = true;
  }
}
