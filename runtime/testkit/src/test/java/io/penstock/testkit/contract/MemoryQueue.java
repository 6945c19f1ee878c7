package io.penstock.testkit.contract;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueCapability;
import io.penstock.connector.QueueSource;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A queue in memory on a clock moved by hand: the smallest thing that keeps the contract of queue
 * sources, and so shows that the suite can be passed. Not thread-safe.
 */
final class MemoryQueue implements QueueEnvironment.Queue {

  static final Duration LEASE = Duration.ofSeconds(30);
  private static final Lane LANE = new Lane("memory");

  private final Set<QueueCapability> capabilities;
  private final Map<Long, Item> items = new LinkedHashMap<>();
  private final Map<String, Double> progress = new LinkedHashMap<>();
  private long nextNumber;
  private Duration now = Duration.ZERO;

  /** An entry; free from a time on, and not to be handed over before. */
  private static final class Item {
    private final long number;
    private final QueueEnvironment.Entry entry;
    private Duration freeAt = Duration.ZERO;
    private int attempts;

    Item(long number, QueueEnvironment.Entry entry) {
      this.number = number;
      this.entry = entry;
    }
  }

  MemoryQueue(Set<QueueCapability> capabilities) {
    this.capabilities = capabilities;
  }

  @Override
  public void put(List<QueueEnvironment.Entry> entries) {
    for (QueueEnvironment.Entry entry : entries) {
      items.put(nextNumber, new Item(nextNumber, entry));
      nextNumber++;
    }
  }

  @Override
  public QueueSource source() {
    return new Source();
  }

  @Override
  public void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public OptionalDouble progress(String text) {
    Double last = progress.get(text);
    return last == null ? OptionalDouble.empty() : OptionalDouble.of(last);
  }

  private final class Source implements QueueSource {

    private @Nullable SourceContext context;

    @Override
    public void open(SourceContext opened) {
      context = opened;
      opened.lanes().assigned(List.of(new LaneStart(LANE, 0, PositionRanges.empty())));
    }

    @Override
    public List<LaneRecords> poll(Demand demand, Duration maxWait) {
      List<SourceRecord> found = new ArrayList<>();
      long bytes = 0;
      long next = 0;
      for (Item item : items.values()) {
        Taken record = new Taken(item);
        boolean free = item.freeAt.compareTo(now) <= 0;
        boolean wanted =
            item.entry.route() == null || !demand.saturatedRoutes().contains(item.entry.route());
        boolean fits =
            found.size() < demand.events() && bytes + record.sizeBytes() <= demand.bytes();
        if (free && wanted && fits) {
          item.freeAt = now.plus(LEASE);
          bytes += record.sizeBytes();
          next = item.number + 1;
          found.add(record);
        }
      }
      return found.isEmpty() ? List.of() : List.of(new LaneRecords(LANE, found, next));
    }

    @Override
    public QueueCapabilities capabilities() {
      return new QueueCapabilities(capabilities, LEASE, Duration.ofSeconds(1), 0);
    }

    @Override
    public void started(List<SourceRecord> records) {
      records.forEach(record -> item(record).attempts++);
    }

    @Override
    public void progress(SourceRecord record, double fraction, String note) {
      progress.put(record.event().text(), fraction);
    }

    @Override
    public void renew(List<SourceRecord> records) {
      for (SourceRecord record : records) {
        Item item = items.get(record.position());
        if (item != null) { // it may have been settled meanwhile
          item.freeAt = now.plus(LEASE);
        }
      }
    }

    @Override
    public void release(SourceRecord record, Duration delay) {
      item(record).freeAt = now.plus(delay);
    }

    @Override
    public void settled(List<Settled> records) {
      records.forEach(settled -> items.remove(settled.record().position()));
    }

    private Item item(SourceRecord record) {
      Item item = items.get(record.position());
      if (item == null) {
        throw new IllegalStateException(record.position() + " is not in the queue");
      }
      return item;
    }

    @Override
    public void close() {
      SourceContext open = context;
      context = null;
      if (open != null) {
        open.lanes().revoking(List.of(LANE)).toCompletableFuture().join();
      }
    }
  }

  private static final class Taken implements SourceRecord {

    private final Item item;
    private final int attempts;

    Taken(Item item) {
      this.item = item;
      this.attempts = item.attempts;
    }

    @Override
    public long position() {
      return item.number;
    }

    @Override
    public int sizeBytes() {
      return 100 + item.entry.text().length();
    }

    @Override
    public long orderKey() {
      return NO_ORDER_KEY;
    }

    @Override
    public Event event() {
      return Event.builder().id("memory-" + item.number).text(item.entry.text()).build();
    }

    @Override
    public OriginalRecord original() {
      return new OriginalRecord(null, List.of(), event().data());
    }

    @Override
    public @Nullable String route() {
      return item.entry.route();
    }

    @Override
    public int previousAttempts() {
      return attempts;
    }
  }
}
