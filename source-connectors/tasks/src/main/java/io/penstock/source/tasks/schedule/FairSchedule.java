package io.penstock.source.tasks.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting task gets a slot next.
 *
 * <ol>
 *   <li>Each active account has a share of the slots, by its weight, and at least one. Accounts below
 *       their share come first; only what those leave idle is lent to others.
 *   <li>Among equals the one comes first that has had the least processing time, divided by its
 *       weight: an estimate when a task starts, put right when it ends. Time that an account did not
 *       want is not saved up for it.
 *   <li>A few slots are kept from tasks that may be long, and from functions that have a queue of
 *       their own, however idle those slots are. The first task of an account may have one all the
 *       same, and the first of a queue within it: nobody needs to wait for another's long task.
 *   <li>Within an account: its queues by processing time, and within a queue priority, then deadline,
 *       then age. What has no credit is passed over with everything else of its route.
 * </ol>
 *
 * <p>Times are in nanoseconds of any clock that never goes back. Not thread-safe.
 */
public final class FairSchedule {

  /** How far an account may lag behind the others and still be brought level. */
  private static final double MAX_LAG_NS = 1e9;

  private final ScheduleOptions options;
  private final Durations durations;
  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<String, Double> weights = new HashMap<>();
  private final Set<Aside> aside = new HashSet<>();
  private final Map<Long, Ticket> waiting = new HashMap<>();
  private final Map<Long, Running> running = new HashMap<>();
  private final Deque<Running> shortOnes = new ArrayDeque<>();

  /** Those with something waiting and nothing running. */
  private final TreeSet<Account> idle = new TreeSet<>(Account.ORDER);

  /** Those with something running; no more than there are slots. */
  private final Set<Account> busy = new LinkedHashSet<>();

  private double activeWeight;
  private double virtualNs;
  private int longRunning;

  private static final class Running {
    private final Ticket ticket;
    private final Account account;
    private final long startNs;
    private final long estimateNs;
    private boolean isLong;
    private boolean ended;

    Running(Ticket ticket, Account account, long startNs, long estimateNs) {
      this.ticket = ticket;
      this.account = account;
      this.startNs = startNs;
      this.estimateNs = estimateNs;
    }
  }

  /** A schedule with nothing in it. */
  public FairSchedule(ScheduleOptions options) {
    this.options = options;
    this.durations = new Durations(options);
  }

  /** How many slots are free. */
  public int free() {
    return options.slots() - running.size();
  }

  /** How many tasks wait. */
  public int waiting() {
    return waiting.size();
  }

  /** How many tasks of an account wait. */
  public int waiting(String account) {
    Account known = accounts.get(account);
    return known == null ? 0 : known.waiting();
  }

  /** How many tasks of an account are out. */
  public int running(String account) {
    Account known = accounts.get(account);
    return known == null ? 0 : known.running;
  }

  /** Whether a task waits. */
  public boolean isWaiting(long number) {
    return waiting.containsKey(number);
  }

  /** Whether a task is out. */
  public boolean isRunning(long number) {
    return running.containsKey(number);
  }

  /** How much an account counts against the others; 1 unless it is set. Positive. */
  public void weight(String name, double weight) {
    if (!(weight > 0)) {
      throw new IllegalArgumentException("the weight of " + name + " must be positive: " + weight);
    }
    weights.put(name, weight);
    Account account = accounts.get(name);
    if (account != null) {
      activeWeight += account.isActive() ? weight - account.weight : 0;
      account.weight = weight;
    }
  }

  /** Something of an account that is put aside: one of its routes, or everything. */
  public record Aside(String account, Optional<String> route) {}

  /** Nothing of this is handed out until it is no longer put aside. */
  public void aside(Aside what, boolean isAside) {
    if (isAside) {
      aside.add(what);
    } else {
      aside.remove(what);
    }
  }

  private boolean isAside(Ticket ticket) {
    return !aside.isEmpty()
        && (aside.contains(new Aside(ticket.account(), Optional.empty()))
            || aside.contains(new Aside(ticket.account(), Optional.of(ticket.route()))));
  }

  /** Gives a function a queue of its own within its account, or takes that back. */
  public void ownQueue(String account, String route, boolean isOwn) {
    Account known = account(account);
    if (isOwn) {
      known.separate(route);
    } else {
      known.join(route);
    }
    forget(known);
  }

  private Account account(String name) {
    return accounts.computeIfAbsent(
        name,
        added -> {
          Account account = new Account(added);
          account.weight = weights.getOrDefault(added, 1.0);
          return account;
        });
  }

  /** Adds a waiting task; one that waits already or is out is left as it is. */
  public void add(Ticket ticket) {
    if (running.containsKey(ticket.number())
        || waiting.putIfAbsent(ticket.number(), ticket) != null) {
      return;
    }
    Account account = account(ticket.account());
    change(account, () -> account.add(ticket));
  }

  /** Takes a waiting task out; answers false if it doesn't wait here. */
  public boolean remove(long number) {
    Ticket ticket = waiting.remove(number);
    if (ticket == null) {
      return false;
    }
    Account account = account(ticket.account());
    change(account, () -> account.remove(ticket));
    return true;
  }

  /** Hands out what may go now, best first. */
  public List<Ticket> take(int most, Credits credits, long nowNs) {
    noteOverdue(nowNs);
    List<Ticket> taken = new ArrayList<>();
    Map<String, Integer> used = new HashMap<>();
    List<Account> passedOver = new ArrayList<>();
    while (taken.size() < most && free() > 0) {
      Ticket best =
          next(
              (account, route) ->
                  credits.of(account, route) - used.getOrDefault(credits.line(account, route), 0),
              passedOver);
      if (best == null) {
        break;
      }
      start(best, nowNs);
      used.merge(credits.line(best.account(), best.route()), 1, Integer::sum);
      taken.add(best);
    }
    for (Account account : passedOver) {
      if (account.waiting() > 0 && account.running == 0) {
        idle.add(account);
      }
    }
    return taken;
  }

  private @Nullable Ticket next(Credits left, List<Account> passedOver) {
    Account best = null;
    Ticket bestTicket = null;
    while (best == null && !idle.isEmpty()) {
      Account first = idle.first();
      // The first task may be long.
      Ticket ticket = first.first(one -> left.of(one.account(), one.route()) > 0 && !isAside(one));
      if (ticket == null) {
        idle.remove(first);
        passedOver.add(first); // nothing that could help it happens before the end of this call
      } else {
        best = first;
        bestTicket = ticket;
      }
    }
    for (Account account : busy) {
      if (account.waiting() == 0 || best != null && !isBefore(account, best)) {
        continue;
      }
      Ticket ticket =
          account.first(
              one ->
                  left.of(one.account(), one.route()) > 0
                      && !isAside(one)
                      && (hasRoomForLong() || isShort(one) || account.isResting(one.route())));
      if (ticket != null) {
        best = account;
        bestTicket = ticket;
      }
    }
    return bestTicket;
  }

  private boolean isBefore(Account one, Account other) {
    boolean below = isBelowShare(one);
    return below == isBelowShare(other) ? Account.ORDER.compare(one, other) < 0 : below;
  }

  private boolean isBelowShare(Account account) {
    return account.running < Math.max(1, options.slots() * account.weight / activeWeight);
  }

  private boolean hasRoomForLong() {
    return longRunning < options.slots() - options.reserve();
  }

  private boolean isShort(Ticket ticket) {
    return durations.isShort(ticket.account(), ticket.route())
        && !account(ticket.account()).hasOwn(ticket.route());
  }

  private void start(Ticket ticket, long nowNs) {
    waiting.remove(ticket.number());
    Account account = account(ticket.account());
    Flow flow = account.flow(ticket.route());
    long estimateNs = durations.estimateNs(ticket.account(), ticket.route());
    Running started = new Running(ticket, account, nowNs, estimateNs);
    change(
        account,
        () -> {
          account.virtualNs = Math.max(account.virtualNs, virtualNs - MAX_LAG_NS);
          virtualNs = Math.max(virtualNs, account.virtualNs);
          account.virtualNs += estimateNs / account.weight;
          flow.virtualNs += estimateNs;
          account.take(ticket);
        });
    running.put(ticket.number(), started);
    if (isShort(ticket)) {
      shortOnes.add(started);
    } else {
      started.isLong = true;
      longRunning++;
    }
  }

  /** What was to be short and isn't counts as long from now on. */
  private void noteOverdue(long nowNs) {
    Running oldest;
    while ((oldest = shortOnes.peek()) != null
        && (oldest.ended || nowNs - oldest.startNs > options.shortNs())) {
      shortOnes.remove();
      if (!oldest.ended) {
        oldest.isLong = true;
        longRunning++;
      }
    }
  }

  /** A task that was handed out has ended for good, or waits for its next attempt outside. */
  public enum End {
    /** It is over; the next of its order key may go. */
    FOR_GOOD,
    /** It comes back, and the next of its order key may not go before it has ended for good. */
    FOR_NOW,
    /** As {@link #FOR_NOW}, and how long it was out says nothing about its function. */
    UNTRIED
  }

  /** A task that was handed out gives its slot back; one that isn't out is ignored. */
  public void ended(long number, End end, long nowNs) {
    Running ended = running.remove(number);
    if (ended == null) {
      return;
    }
    ended.ended = true;
    if (ended.isLong) {
      longRunning--;
    }
    long tookNs = Math.max(0, nowNs - ended.startNs);
    Ticket ticket = ended.ticket;
    if (end != End.UNTRIED) {
      durations.add(ticket.account(), ticket.route(), tookNs);
    }
    Account account = ended.account;
    change(
        account,
        () -> {
          account.virtualNs += (tookNs - ended.estimateNs) / account.weight;
          // Its function may have been given a queue of its own meanwhile, just for this.
          Flow flow = account.flow(ticket.route());
          flow.virtualNs += tookNs - ended.estimateNs;
          account.ended(ticket);
          if (end == End.FOR_GOOD) {
            flow.free(ticket);
          }
        });
  }

  /** A task with an order key waits outside, since before this schedule was made. */
  public void outside(Ticket ticket) {
    if (ticket.orderKey() != Ticket.NO_KEY) {
      Account account = account(ticket.account());
      change(account, () -> account.flow(ticket.route()).hold(ticket));
    }
  }

  /** Whatever holds these order keys holds them no more: its tasks are somebody else's. */
  public void forgetKeys(LongPredicate keys) {
    for (Account account : List.copyOf(accounts.values())) {
      change(account, () -> account.forgetKeys(keys));
    }
  }

  /** A task that ended for now will not come back. */
  public void abandoned(Ticket ticket) {
    Account account = accounts.get(ticket.account());
    if (account != null) {
      change(account, () -> account.flow(ticket.route()).free(ticket));
    }
  }

  /** Changes an account, and puts it where it belongs then. */
  private void change(Account account, Runnable change) {
    boolean wasActive = account.isActive();
    idle.remove(account);
    change.run();
    if (!wasActive && account.isActive()) {
      activeWeight += account.weight;
      account.virtualNs = Math.max(account.virtualNs, virtualNs);
    } else if (wasActive && !account.isActive()) {
      activeWeight -= account.weight;
    }
    if (account.running > 0) {
      busy.add(account);
    } else {
      busy.remove(account);
      if (account.waiting() > 0) {
        idle.add(account);
      }
    }
    forget(account);
  }

  /** An account that is behind the others is forgotten when idle, as it would begin level with them. */
  private void forget(Account account) {
    if (!account.isActive() && account.virtualNs <= virtualNs && account.isForgettable()) {
      accounts.remove(account.name);
    }
  }
}
