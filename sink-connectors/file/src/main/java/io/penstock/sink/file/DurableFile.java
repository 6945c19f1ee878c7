package io.penstock.sink.file;

import java.io.IOException;

/** What is asked of the operating system's file. Used by one thread. */
interface DurableFile {

  /** Its length in bytes. */
  long length() throws IOException;

  /** Reads bytes; fewer only at the end. */
  int read(long position, byte[] into) throws IOException;

  /** Adds bytes at the end. If it throws, some may be there. */
  void append(byte[] bytes) throws IOException;

  /** Cuts it off at a length. */
  void truncate(long length) throws IOException;

  /** Returns when everything is on disk. */
  void force() throws IOException;

  /** Closes it. */
  void close() throws IOException;
}
