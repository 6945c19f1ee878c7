package io.penstock.server.crash;

import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;
import io.penstock.server.crash.Produced.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions under test. What they do with an event is written in the event; a result tells which
 * event it is of, and which call in which process made it.
 *
 * <p>Settings: {@code worker}, the number of the process; {@code failOneIn}, how many calls there are
 * to one that fails for no reason, 0 for none; {@code micros}, how long a call takes at most.
 */
final class Stamp {

  /** So large that a topic can be made which refuses it. */
  static final int LARGE_BYTES = 150_000;

  private static final Pattern PAYLOAD =
      Pattern.compile("\\{\"number\": (\\d+), \"kind\": \"(\\w+)\".*", Pattern.DOTALL);
  private static final AtomicLong CALLS = new AtomicLong();

  private Stamp() {}

  /** One event a call. */
  public static final class OneByOne implements EventHandler<Event, Outcome> {
    @Override
    public Outcome handle(Event event, Context context) {
      return stamp(event, begin(context), context);
    }
  }

  /** A batch a call; what fails in it fails all of it. */
  public static final class Batched implements BatchHandler<Event> {
    @Override
    public BatchOutcome handle(List<BatchItem<Event>> batch, Context context) {
      long call = begin(context);
      BatchOutcome.Builder outcomes = BatchOutcome.builder();
      for (BatchItem<Event> item : batch) {
        outcomes.put(item.event(), stamp(item.event(), call, context));
      }
      return outcomes.build();
    }
  }

  /** One event a call, which takes a second. */
  public static final class Slow implements EventHandler<Event, Outcome> {
    @Override
    public Outcome handle(Event event, Context context) throws InterruptedException {
      TimeUnit.SECONDS.sleep(1);
      return stamp(event, begin(context), context);
    }
  }

  private static long begin(Context context) {
    long call = CALLS.incrementAndGet();
    Map<String, String> settings = context.settings();
    long micros = Long.parseLong(settings.getOrDefault("micros", "0"));
    if (micros > 0) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(micros * 1_000));
    }
    int failOneIn = Integer.parseInt(settings.getOrDefault("failOneIn", "0"));
    if (failOneIn > 0
        && context.attempt() <= 2
        && new SplittableRandom(call * 31 + worker(context)).nextInt(failOneIn) == 0) {
      throw new IllegalStateException("call " + call + " fails");
    }
    return call;
  }

  private static int worker(Context context) {
    return Integer.parseInt(context.settings().get("worker"));
  }

  private static Outcome stamp(Event event, long call, Context context) {
    Matcher payload = PAYLOAD.matcher(event.text());
    if (!payload.matches()) {
      return Outcome.reject("not a payload of this test: " + event.text());
    }
    int number = Integer.parseInt(payload.group(1));
    Kind kind = Kind.valueOf(payload.group(2));
    String suffix = " " + worker(context) + " " + call;
    return switch (kind) {
      case PLAIN, UNREADABLE, FILTERED -> Outcome.done(number + " 0" + suffix);
      case TWO_RESULTS -> Outcome.doneAll(List.of(number + " 0" + suffix, number + " 1" + suffix));
      case LARGE -> Outcome.done(number + " 0" + suffix + " " + "x".repeat(LARGE_BYTES));
      case NO_RESULT -> Outcome.done();
      case REJECTED -> Outcome.reject("event " + number + " is not wanted");
      case POISON -> fail(number, context);
    };
  }

  private static Outcome fail(int number, Context context) {
    if (context.attempt() % 2 == 0) {
      return Outcome.retryAfter(Duration.ofMillis(10), "event " + number + " never succeeds");
    }
    throw new IllegalStateException("event " + number + " never succeeds");
  }

  /**
   * Reads a result.
   *
   * @return event, index, worker, call
   */
  static List<Long> read(byte[] result) {
    List<Long> numbers = new ArrayList<>(4);
    for (String word : new String(result, StandardCharsets.UTF_8).split(" ", 5)) {
      if (numbers.size() < 4) {
        numbers.add(Long.valueOf(word));
      }
    }
    return numbers;
  }
}
