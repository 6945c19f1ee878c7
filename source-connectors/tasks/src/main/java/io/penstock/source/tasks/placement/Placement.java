package io.penstock.source.tasks.placement;

import io.penstock.source.tasks.placement.Move.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which queue each function's tasks go to. Everybody begins in the shared queue. Who hurts
 * the neighbours in a queue (others wait there, meanwhile) is given a queue of its own: a function
 * that fails, takes no more, or uses too much of its queue's processing time; else the account whose
 * functions do so together. What was given is taken back when it was idle for long enough.
 *
 * <p>Both ways something must be so for a time without a break, so that nothing goes to and fro. Not
 * thread-safe; to be evaluated about once a second.
 */
public final class Placement {

  /** An equal part and half as much again is too much. */
  private static final double ABOVE_EQUAL = 1.5;

  private record Function(String account, String name) {}

  private final PlacementOptions options;
  private final Map<Function, Usage> usage = new HashMap<>();
  private final Map<QueueId, Place> allocated = new LinkedHashMap<>();
  private final Map<QueueId, Long> hurtingSinceNs = new HashMap<>();
  private final Map<QueueId, Long> idleSinceNs = new HashMap<>();
  private final Map<QueueId, Place> reclaimed = new HashMap<>();
  private long evaluatedNs;
  private boolean isEvaluated;

  /** With everybody in the shared queue. */
  public Placement(PlacementOptions options) {
    this.options = options;
  }

  /** A time, by a clock that never goes back and by that of people. */
  public record Now(long ns, long epochMs) {}

  /** How an attempt ended. */
  public enum Ended {
    /** It did what it was to do. */
    WELL,
    /** It failed or took too long. */
    BADLY
  }

  /** An attempt of a function has ended. */
  public void ended(String account, String function, Ended how) {
    usage(new Function(account, function)).ended(how == Ended.BADLY);
  }

  private Usage usage(Function function) {
    return usage.computeIfAbsent(function, key -> new Usage());
  }

  /** Where the tasks of a function go. */
  public Place place(String account, String function) {
    Place own = allocated.get(new QueueId.OfFunction(account, function));
    if (own != null) {
      return own;
    }
    Place ofAccount = allocated.get(new QueueId.OfAccount(account));
    if (ofAccount != null) {
      return ofAccount;
    }
    Place before = reclaimed.get(new QueueId.OfFunction(account, function));
    if (before == null) {
      before = reclaimed.get(new QueueId.OfAccount(account));
    }
    return before != null ? before : new Place(QueueId.SHARED, 0, "nobody is hurt by it");
  }

  /** The queues that are allocated. */
  public List<Place> queues() {
    return List.copyOf(allocated.values());
  }

  /**
   * Looks at how things stand, and allocates or takes back.
   *
   * @param loads every function with anything waiting or out
   */
  public List<Move> evaluate(List<Load> loads, Now now) {
    long elapsedNs = isEvaluated ? Math.max(0, now.ns() - evaluatedNs) : 0;
    isEvaluated = true;
    evaluatedNs = now.ns();
    pass(loads, elapsedNs);
    List<Move> moves = new ArrayList<>();
    Set<QueueId> hurting = new HashSet<>();
    for (List<Load> queue : byQueue(loads).values()) {
      promote(queue, hurting, now, moves);
    }
    hurtingSinceNs.keySet().retainAll(hurting);
    reclaim(loads, now, moves);
    return moves;
  }

  private void pass(List<Load> loads, long elapsedNs) {
    double keep = Math.exp(-elapsedNs / (double) options.recent().toNanos());
    Map<Function, Load> present = new HashMap<>();
    for (Load load : loads) {
      Function function = new Function(load.account(), load.function());
      present.put(function, load);
      usage(function);
    }
    usage
        .entrySet()
        .removeIf(
            entry -> {
              Load load = present.get(entry.getKey());
              entry
                  .getValue()
                  .pass(
                      elapsedNs,
                      keep,
                      load == null ? 0 : load.inFlight(),
                      load != null && load.saturated());
              return load == null && entry.getValue().isForgettable();
            });
  }

  private Map<QueueId, List<Load>> byQueue(List<Load> loads) {
    Map<QueueId, List<Load>> queues = new LinkedHashMap<>();
    for (Load load : loads) {
      QueueId queue = place(load.account(), load.function()).queue();
      queues.computeIfAbsent(queue, key -> new ArrayList<>()).add(load);
    }
    return queues;
  }

  private void promote(List<Load> queue, Set<QueueId> hurting, Now now, List<Move> moves) {
    double busy = 0;
    long waiting = 0;
    Map<String, double[]> accounts = new LinkedHashMap<>(); // busy, waiting, in flight
    for (Load load : queue) {
      double used = usage(new Function(load.account(), load.function())).busyNs();
      busy += used;
      waiting += load.waiting();
      double[] account = accounts.computeIfAbsent(load.account(), key -> new double[3]);
      account[0] += used;
      account[1] += load.waiting();
      account[2] += load.inFlight();
    }
    Set<String> withOwnReason = new HashSet<>();
    if (queue.size() > 1) {
      for (Load load : queue) {
        long others = waiting - load.waiting();
        Optional<String> reason =
            others == 0 ? Optional.empty() : reason(load, queue, busy, others);
        if (reason.isPresent()) {
          withOwnReason.add(load.account());
          hurts(
              new QueueId.OfFunction(load.account(), load.function()),
              reason.get(),
              hurting,
              now,
              moves);
        }
      }
    }
    if (accounts.size() > 1) {
      for (Map.Entry<String, double[]> account : accounts.entrySet()) {
        double others = waiting - account.getValue()[1];
        double part = busy == 0 ? 0 : account.getValue()[0] / busy;
        if (others > 0
            && !withOwnReason.contains(account.getKey())
            && account.getValue()[2] >= options.minInFlight()
            && isTooMuch(part, accounts.size())) {
          hurts(
              new QueueId.OfAccount(account.getKey()),
              text(
                  "its functions used %.0f%% of the shared queue's recent processing time, while"
                      + " %.0f tasks of others waited",
                  part * 100, others),
              hurting,
              now,
              moves);
        }
      }
    }
  }

  private boolean isTooMuch(double part, int among) {
    return part > Math.max(options.share(), ABOVE_EQUAL / among);
  }

  private Optional<String> reason(Load load, List<Load> queue, double busy, long others) {
    Usage used = usage(new Function(load.account(), load.function()));
    if (used.attempts() >= options.minAttempts() && used.failures() >= options.failures()) {
      return Optional.of(
          text(
              "%.0f%% of its recent attempts failed, while %d tasks of others waited",
              used.failures() * 100, others));
    }
    if (load.waiting() > 0 && load.saturated() && used.saturated() >= options.saturated()) {
      return Optional.of(
          text(
              "it took no more during %.0f%% of the recent time, while %d tasks of others waited",
              used.saturated() * 100, others));
    }
    double part = busy == 0 ? 0 : used.busyNs() / busy;
    if (load.inFlight() >= options.minInFlight() && isTooMuch(part, queue.size())) {
      return Optional.of(
          text(
              "it used %.0f%% of its queue's recent processing time, while %d tasks of others"
                  + " waited",
              part * 100, others));
    }
    return Optional.empty();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void hurts(
      QueueId queue, String reason, Set<QueueId> hurting, Now now, List<Move> moves) {
    hurting.add(queue);
    long since = hurtingSinceNs.computeIfAbsent(queue, key -> now.ns());
    if (now.ns() - since >= options.patience().toNanos()
        && allocated.size() < options.maxQueues()) {
      allocated.put(queue, new Place(queue, now.epochMs(), reason));
      reclaimed.remove(queue);
      hurting.remove(queue);
      moves.add(new Move(queue, Change.ALLOCATED, reason));
    }
  }

  private void reclaim(List<Load> loads, Now now, List<Move> moves) {
    Set<QueueId> used = new HashSet<>();
    for (Load load : loads) {
      if (load.waiting() > 0 || load.inFlight() > 0) {
        used.add(place(load.account(), load.function()).queue());
      }
    }
    for (QueueId queue : List.copyOf(allocated.keySet())) {
      if (used.contains(queue)) {
        idleSinceNs.remove(queue);
        continue;
      }
      long since = idleSinceNs.computeIfAbsent(queue, key -> now.ns());
      if (now.ns() - since >= options.idle().toNanos()) {
        String reason = "its queue was idle for " + options.idle().toSeconds() + " s";
        allocated.remove(queue);
        idleSinceNs.remove(queue);
        remember(queue, new Place(QueueId.SHARED, now.epochMs(), reason));
        moves.add(new Move(queue, Change.RECLAIMED, reason));
      }
    }
  }

  private void remember(QueueId queue, Place place) {
    if (reclaimed.size() >= options.maxQueues()) {
      reclaimed.clear(); // only an explanation is lost
    }
    reclaimed.put(queue, place);
  }
}
