package io.penstock.engine.filter;

import io.penstock.engine.codec.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The fields that a pattern has below one of its fields, by their path from there: {@code a}, {@code
 * a.b}. Found by a key's bytes, so that no string is made of a payload's keys. Immutable.
 */
final class Keys {

  private static final int EMPTY = -1;

  private final List<String> paths;
  private final FieldNode[] nodes;
  private final byte[][] bytes;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Open addressing, half full at most: numbers, or {@link #EMPTY}. */
  private final int[] slots;

  Keys(Map<String, FieldNode> fields) {
    paths = new ArrayList<>(fields.keySet());
    nodes = fields.values().toArray(FieldNode[]::new);
    bytes = new byte[nodes.length][];
    slots = new int[Math.max(2, Integer.highestOneBit(nodes.length) * 4)];
    Arrays.fill(slots, EMPTY);
    for (int i = 0; i < nodes.length; i++) {
      numbers.put(paths.get(i), i);
      bytes[i] = paths.get(i).getBytes(StandardCharsets.UTF_8);
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

  boolean isEmpty() {
    return nodes.length == 0;
  }

  int size() {
    return nodes.length;
  }

  /** The number of the key that was just read, or less than 0. */
  int find(JsonScanner in) {
    if (in.isTextEscaped()) {
      return find(in.text());
    }
    int slot = slot(in.textHash());
    while (slots[slot] != EMPTY && !in.textIs(bytes[slots[slot]])) {
      slot = slot + 1 & slots.length - 1;
    }
    return slots[slot];
  }

  /** The number of a key, or less than 0. */
  int find(String key) {
    return numbers.getOrDefault(key, EMPTY);
  }

  String key(int number) {
    return paths.get(number);
  }

  FieldNode node(int number) {
    return nodes[number];
  }

  void forEach(BiConsumer<String, FieldNode> action) {
    for (int i = 0; i < nodes.length; i++) {
      action.accept(paths.get(i), nodes[i]);
    }
  }
}
