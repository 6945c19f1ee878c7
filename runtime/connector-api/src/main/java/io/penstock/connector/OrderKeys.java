package io.penstock.connector;

import java.nio.charset.StandardCharsets;

/** Hashes what order is kept by to 64 bits: FNV-1a, finished with the mixer of MurmurHash3. */
public final class OrderKeys {

  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private OrderKeys() {}

  /** The hash of the bytes; never {@link SourceRecord#NO_ORDER_KEY}. */
  public static long of(byte[] key) {
    long hash = OFFSET_BASIS;
    for (byte b : key) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return notNone(mix(hash));
  }

  /** The hash of the text's UTF-8 bytes. */
  public static long of(String key) {
    return of(key.getBytes(StandardCharsets.UTF_8));
  }

  /** Spreads a number over 64 bits; one to one. */
  public static long mix(long value) {
    long h = value;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  private static long notNone(long hash) {
    return hash == SourceRecord.NO_ORDER_KEY ? 1 : hash;
  }
}
