package io.penstock.connect.plugin;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * What a test and its plugin tell each other. The plugin has classes of its own, this one too, so all of it
 * lies in maps of the platform.
 */
public final class Board {

  private final Map<String, Object> board;

  private Board(Map<String, Object> board) {
    this.board = board;
  }

  /** The board of that name, the same for every class loader. */
  @SuppressWarnings("unchecked") // one place writes it
  public static Board of(String name) {
    return new Board(
        (Map<String, Object>)
            System.getProperties()
                .computeIfAbsent("penstock.board." + name, key -> new ConcurrentHashMap<>()));
  }

  @SuppressWarnings("unchecked") // one name, one type
  private <T> T part(String name, java.util.function.Supplier<T> make) {
    return (T) board.computeIfAbsent(name, key -> make.get());
  }

  /** What the host did against the contract. */
  public Queue<String> violations() {
    return part("violations", ConcurrentLinkedQueue::new);
  }

  /** Every callback, in order. */
  public Queue<String> calls() {
    return part("calls", ConcurrentLinkedQueue::new);
  }

  /** What a list holds: the entries are KEY, a tab, and VALUE; an empty key is none. */
  public List<String> list(String name) {
    return part("list-" + name, CopyOnWriteArrayList::new);
  }

  /** What a sink got: id, a tab, and the text. */
  public Queue<String> arrived() {
    return part("arrived", ConcurrentLinkedQueue::new);
  }

  /** What a callback is to do beside its work: {@code hang}, {@code throw}, {@code retry}. */
  public Map<String, String> behaviour() {
    return part("behaviour", ConcurrentHashMap::new);
  }

  /** Values of the plugin, by name. */
  public Map<String, String> values() {
    return part("values", ConcurrentHashMap::new);
  }

  /** Opens when whatever hangs may go on. */
  public CountDownLatch released() {
    return part("released", () -> new CountDownLatch(1));
  }

  /** Ends what hangs, for good. */
  public void release() {
    behaviour().clear();
    released().countDown();
  }
}
