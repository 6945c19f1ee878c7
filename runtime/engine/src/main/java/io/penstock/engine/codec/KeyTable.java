package io.penstock.engine.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A map from keys of JSON objects, in which a key is found by its bytes: no string is made of a
 * payload's keys. Each key has a number, from 0 up. Immutable.
 *
 * @param <T> what the keys lead to
 */
public final class KeyTable<T> {

  private static final int EMPTY = -1;

  private final List<String> keys;
  private final List<T> values;
  private final byte[][] bytes;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Open addressing, half full at most: numbers, or {@link #EMPTY}. */
  private final int[] slots;

  /** Copies. */
  public KeyTable(Map<String, T> entries) {
    keys = new ArrayList<>(entries.keySet());
    values = new ArrayList<>(entries.values());
    bytes = new byte[keys.size()][];
    slots = new int[Math.max(2, Integer.highestOneBit(keys.size()) * 4)];
    Arrays.fill(slots, EMPTY);
    for (int i = 0; i < bytes.length; i++) {
      numbers.put(keys.get(i), i);
      bytes[i] = keys.get(i).getBytes(StandardCharsets.UTF_8);
      int slot = slot(JsonScanner.hash(bytes[i]));
      while (slots[slot] != EMPTY) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i;
    }
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 7) & slots.length - 1;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** How many there are. */
  public int size() {
    return bytes.length;
  }

  /** The number of the key that was just read; less than 0 if it is none of these. */
  public int find(JsonScanner in) {
    if (in.isTextEscaped()) {
      return find(in.text());
    }
    int slot = slot(in.textHash());
    while (slots[slot] != EMPTY && !in.textIs(bytes[slots[slot]])) {
      slot = slot + 1 & slots.length - 1;
    }
    return slots[slot];
  }

  /** The number of a key; less than 0 if it is none of these. */
  public int find(String key) {
    return numbers.getOrDefault(key, EMPTY);
  }

  /** A key by its number. */
  public String key(int number) {
    return keys.get(number);
  }

  /** What a key leads to, by its number. */
  public T value(int number) {
    return values.get(number);
  }

  /** Does this with each. */
  public void forEach(BiConsumer<String, T> action) {
    for (int i = 0; i < bytes.length; i++) {
      action.accept(keys.get(i), values.get(i));
    }
  }
}
