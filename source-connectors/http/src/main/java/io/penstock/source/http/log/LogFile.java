package io.penstock.source.http.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** What is asked of a file that is written. Used by one thread at a time. */
interface LogFile {

  /** Writes bytes at a place. If it throws, some may be there. */
  void write(long at, byte[] bytes, int length) throws IOException;

  /** Cuts the file off. */
  void truncate(long length) throws IOException;

  /** Returns when everything is on disk. */
  void force() throws IOException;

  /** Closes it. */
  void close() throws IOException;

  /** Opens files. */
  @FunctionalInterface
  interface Opener {

    /** Opens a file to write, and makes it if it isn't there. */
    LogFile open(Path path) throws IOException;
  }

  /** A file of the operating system. Not a channel, because an interrupt would close that. */
  static LogFile real(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    return new LogFile() {
      @Override
      public void write(long at, byte[] bytes, int length) throws IOException {
        file.seek(at);
        file.write(bytes, 0, length);
      }

      @Override
      public void truncate(long length) throws IOException {
        file.setLength(length);
      }

      @Override
      public void force() throws IOException {
        file.getFD().sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
