package io.penstock.source.tasks.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What has happened to a task, packed. Bounded: when it is full, the oldest entries after the first
 * few are left out, and counted. Immutable.
 *
 * <pre>
 *   version | entries left out | entry ...
 *   entry = time (the first absolute, then the difference) | action | state | cause | by
 * </pre>
 *
 * Numbers are of variable length, times signed; texts are UTF-8 behind their length in bytes.
 */
public final class TransitionLog {

  /** How many entries are kept. */
  public static final int MAX_ENTRIES = 64;

  /** How many of the first are kept whatever follows. */
  static final int FIRST_ENTRIES = 8;

  /** A longer cause is cut, in characters. */
  public static final int MAX_CAUSE = 200;

  /** A longer name of somebody is cut, in characters. */
  public static final int MAX_BY = 100;

  private static final byte VERSION = 1;

  /** A log without entries. */
  public static final TransitionLog EMPTY = new TransitionLog(new byte[] {VERSION, 0}, 0, 0);

  private final byte[] packed;
  private final int entries;
  private final long lastMs;

  private TransitionLog(byte[] packed, int entries, long lastMs) {
    this.packed = packed;
    this.entries = entries;
    this.lastMs = lastMs;
  }

  /**
   * Reads a stored log; the array is not copied and must not be changed.
   *
   * @throws IllegalArgumentException if it is none, or of a version that this program doesn't know
   */
  public static TransitionLog of(byte[] packed) {
    List<Transition> all = new Reader(packed).entries();
    return new TransitionLog(
        packed, all.size(), all.isEmpty() ? 0 : all.get(all.size() - 1).atMs());
  }

  /** What is stored; must not be changed. */
  public byte[] packed() {
    return packed;
  }

  /** The entries that are kept, oldest first. */
  public List<Transition> entries() {
    return new Reader(packed).entries();
  }

  /** How many entries were left out, all after the first few. */
  public int leftOut() {
    return new Reader(packed).leftOut;
  }

  /** A log with one more entry. */
  public TransitionLog with(Transition entry) {
    if (entries < MAX_ENTRIES) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(packed.length + 16);
      out.writeBytes(packed);
      write(out, entry, lastMs);
      return new TransitionLog(out.toByteArray(), entries + 1, entry.atMs());
    }
    List<Transition> kept = new ArrayList<>(entries());
    kept.remove(FIRST_ENTRIES);
    kept.add(entry);
    ByteArrayOutputStream out = new ByteArrayOutputStream(packed.length + 16);
    out.write(VERSION);
    number(out, leftOut() + 1L);
    long before = 0;
    for (Transition one : kept) {
      write(out, one, before);
      before = one.atMs();
    }
    return new TransitionLog(out.toByteArray(), kept.size(), entry.atMs());
  }

  private static void write(ByteArrayOutputStream out, Transition entry, long beforeMs) {
    long difference = entry.atMs() - beforeMs;
    number(out, (difference << 1) ^ (difference >> 63));
    out.write(entry.action().code());
    out.write(entry.state().code());
    text(out, entry.cause(), MAX_CAUSE);
    text(out, entry.by(), MAX_BY);
  }

  private static void number(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static void text(ByteArrayOutputStream out, String text, int max) {
    byte[] bytes = cut(text, max).getBytes(UTF_8);
    number(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransitionLog log && Arrays.equals(packed, log.packed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(packed);
  }

  @Override
  public String toString() {
    return entries().toString();
  }

  private static final class Reader {
    private final byte[] packed;
    private final int leftOut;
    private int at;

    Reader(byte[] packed) {
      this.packed = packed;
      int version = next();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "the log of a task's transitions has version "
                + version
                + "; this program reads version "
                + VERSION);
      }
      this.leftOut = (int) number();
    }

    List<Transition> entries() {
      List<Transition> entries = new ArrayList<>();
      long time = 0;
      while (at < packed.length) {
        long zigzag = number();
        time += (zigzag >>> 1) ^ -(zigzag & 1);
        TaskAction action = TaskAction.of(next());
        TaskState state = TaskState.of(next());
        entries.add(new Transition(time, action, state, text(), text()));
      }
      return entries;
    }

    private int next() {
      if (at >= packed.length) {
        throw new IllegalArgumentException("the log of a task's transitions is cut off");
      }
      return packed[at++] & 0xff;
    }

    private long number() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        int next = next();
        value |= (next & 0x7fL) << shift;
        if ((next & 0x80) == 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("the log of a task's transitions has a broken number");
    }

    private String text() {
      long length = number();
      if (length < 0 || length > packed.length - at) {
        throw new IllegalArgumentException("the log of a task's transitions is cut off");
      }
      String text = new String(packed, at, (int) length, UTF_8);
      at += (int) length;
      return text;
    }
  }
}
