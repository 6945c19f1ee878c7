package io.penstock.engine.order;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots of keys, by key. Open addressing with linear probing, and deletion that moves entries back
 * (Knuth, The Art of Computer Programming, volume 3, 6.4, algorithm R). Keys are mixed well already,
 * so their low bits are the hash.
 */
final class KeySlots {

  private static final int MIN_CAPACITY = 64;

  private @Nullable KeySlot[] table = new KeySlot[MIN_CAPACITY];
  private int size;

  /** The slot of a key, a new one if it has none. */
  KeySlot get(long key) {
    int mask = table.length - 1;
    int at = (int) key & mask;
    KeySlot found;
    while ((found = table[at]) != null) {
      if (found.key == key) {
        return found;
      }
      at = (at + 1) & mask;
    }
    KeySlot slot = new KeySlot(key);
    table[at] = slot;
    if (++size > table.length / 2) {
      grow();
    }
    return slot;
  }

  /** Forgets a slot, which must be here. */
  void remove(KeySlot slot) {
    int mask = table.length - 1;
    int hole = (int) slot.key & mask;
    while (table[hole] != slot) {
      if (table[hole] == null) {
        throw new IllegalStateException("no slot " + slot.key);
      }
      hole = (hole + 1) & mask;
    }
    KeySlot moved;
    for (int at = (hole + 1) & mask; (moved = table[at]) != null; at = (at + 1) & mask) {
      int home = (int) moved.key & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = moved;
        hole = at;
      }
    }
    table[hole] = null;
    size--;
  }

  private void grow() {
    @Nullable KeySlot[] old = table;
    table = new KeySlot[old.length * 2];
    int mask = table.length - 1;
    for (KeySlot slot : old) {
      if (slot != null) {
        int at = (int) slot.key & mask;
        while (table[at] != null) {
          at = (at + 1) & mask;
        }
        table[at] = slot;
      }
    }
  }

  /** All that are found by their key, in no order. */
  List<KeySlot> all() {
    List<KeySlot> all = new ArrayList<>(size);
    for (KeySlot slot : table) {
      if (slot != null) {
        all.add(slot);
      }
    }
    return all;
  }

  int size() {
    return size;
  }
}
