package io.penstock.engine.order;

/** An entry with a name. */
final class Item extends Entry {

  final int number;

  Item(int number, long key, int size) {
    super(key, size);
    this.number = number;
  }

  @Override
  public String toString() {
    return number + (orderKey() == 0 ? "" : " of key " + orderKey());
  }
}
