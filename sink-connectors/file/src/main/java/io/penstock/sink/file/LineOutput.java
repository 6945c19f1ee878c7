package io.penstock.sink.file;

import io.penstock.connector.Failpoints;
import java.io.IOException;

/** Where lines go. Used by one thread. */
interface LineOutput {

  /** Opens an output. */
  @FunctionalInterface
  interface Opener {
    LineOutput open(Failpoints failpoints) throws IOException;
  }

  /**
   * Adds whole lines. All of them are there when it returns; if it throws, none is, as far as the
   * output can take lines back, and they may be given again.
   */
  void add(byte[] lines) throws IOException;

  /** Frees it. */
  void close() throws IOException;
}
