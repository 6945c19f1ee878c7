package io.penstock.source.generate;

import io.penstock.connector.OrderKeys;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records from a template. Everything but the time follows from seed, lane and position.
 *
 * <p>A record's index counts over all lanes, and each key belongs to one lane:
 *
 * <pre>
 *              position  0  1  2         keys (7 of them)
 *   lane 0     index     0  3  6         0 3 6
 *   lane 1     index     1  4  7         1 4
 *   lane 2     index     2  5  8         2 5
 * </pre>
 */
final class TemplateContent implements Content {

  private final Template template;
  private final String eventType;
  private final long seed;
  private final int lanes;
  private final long keys;
  private final long count;

  /**
   * Describes the content.
   *
   * @param keys 0 for records without keys
   * @param count of all lanes together; {@link Long#MAX_VALUE} for no end
   */
  TemplateContent(
      Template template, String eventType, long seed, int lanes, long keys, long count) {
    this.template = template;
    this.eventType = eventType;
    this.seed = seed;
    this.lanes = lanes;
    this.keys = keys;
    this.count = count;
  }

  @Override
  public long end(int lane) {
    return share(count, lane);
  }

  @Override
  public boolean endless() {
    return count == Long.MAX_VALUE;
  }

  /** How many of the numbers below {@code total} fall to the lane when they are dealt out. */
  private long share(long total, int lane) {
    return total / lanes + (lane < total % lanes ? 1 : 0);
  }

  @Override
  public GeneratedRecord record(String connector, int lane, long position, Instant now) {
    Chance chance = new Chance(seed, lane, position);
    String key = key(lane, chance);
    String id = seed + "-" + lane + "-" + position;
    long index = position * lanes + lane;
    byte[] data =
        template.render(
            new Template.Values(index, lane, position, id, key == null ? "" : key, now, chance));
    EventBuilder event =
        Event.builder()
            .id(id)
            .source("generate://" + connector)
            .type(eventType)
            .time(now)
            .dataContentType(template.mediaType())
            .data(data);
    if (key != null) {
      event.subject(key);
    }
    return new GeneratedRecord(position, key, event.build());
  }

  private @Nullable String key(int lane, Chance chance) {
    if (keys == 0) {
      return null;
    }
    long ownKeys = share(keys, lane);
    return "key-" + (chance.below(ownKeys) * lanes + lane);
  }

  /** A row of numbers that look random: SplitMix64. Not thread-safe. */
  static final class Chance {

    private static final long STEP = 0x9e3779b97f4a7c15L;

    private long state;

    Chance(long seed, int lane, long position) {
      this.state =
          OrderKeys.mix(seed + STEP) ^ OrderKeys.mix((position << 10 | lane) * STEP + STEP);
    }

    long next() {
      state += STEP;
      return OrderKeys.mix(state);
    }

    /** A number from 0 to below the bound, which is positive. */
    long below(long bound) {
      return Long.remainderUnsigned(next(), bound);
    }
  }
}
