package io.penstock.connect;

import java.util.function.Supplier;

/** Runs code of a plugin with the plugin's class loader as the thread's. */
final class Isolated {

  private Isolated() {}

  static <T> T call(ClassLoader loader, Supplier<T> code) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  static void run(ClassLoader loader, Runnable code) {
    call(
        loader,
        () -> {
          code.run();
          return true;
        });
  }
}
