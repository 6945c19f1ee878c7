package io.penstock.source.tasks.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules of {@link FairSchedule} by going through everything, without queues of functions. */
final class NaiveSchedule {

  private final ScheduleOptions options;
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final List<Ticket> waiting = new ArrayList<>();
  private final Map<Long, Out> out = new TreeMap<>();
  private final Map<String, List<Long>> durations = new HashMap<>();
  private final Map<String, Long> heldKeys = new HashMap<>();
  private double virtualNs;

  private static final class Tenant {
    private double weight = 1;
    private double virtualNs;
  }

  private record Out(Ticket ticket, long startNs, long estimateNs, boolean startedShort) {}

  NaiveSchedule(ScheduleOptions options) {
    this.options = options;
  }

  void weight(String account, double weight) {
    tenant(account).weight = weight;
  }

  private Tenant tenant(String account) {
    return tenants.computeIfAbsent(account, name -> new Tenant());
  }

  private boolean isActive(String account) {
    return running(account) > 0 || waiting.stream().anyMatch(t -> t.account().equals(account));
  }

  private long running(String account) {
    return out.values().stream().filter(o -> o.ticket().account().equals(account)).count();
  }

  void add(Ticket ticket) {
    if (out.containsKey(ticket.number()) || waiting.contains(ticket)) {
      return;
    }
    if (!isActive(ticket.account())) {
      Tenant tenant = tenant(ticket.account());
      tenant.virtualNs = Math.max(tenant.virtualNs, virtualNs);
    }
    waiting.add(ticket);
    heldKeys.remove(key(ticket), ticket.number());
  }

  boolean remove(long number) {
    return waiting.removeIf(t -> t.number() == number);
  }

  private static String key(Ticket ticket) {
    return ticket.account() + "/" + ticket.route() + "/" + ticket.orderKey();
  }

  List<Ticket> take(int most, Credits credits, long nowNs) {
    List<Ticket> taken = new ArrayList<>();
    Map<String, Integer> used = new HashMap<>();
    while (taken.size() < most && out.size() < options.slots()) {
      Ticket best = best((a, r) -> credits.of(a, r) - used.getOrDefault(r, 0), nowNs);
      if (best == null) {
        break;
      }
      Tenant tenant = tenant(best.account());
      tenant.virtualNs = Math.max(tenant.virtualNs, virtualNs - 1e9);
      virtualNs = Math.max(virtualNs, tenant.virtualNs);
      long estimate = estimate(best);
      tenant.virtualNs += estimate / tenant.weight;
      out.put(best.number(), new Out(best, nowNs, estimate, isShort(best)));
      waiting.remove(best);
      if (best.orderKey() != Ticket.NO_KEY) {
        heldKeys.put(key(best), best.number());
      }
      used.merge(best.route(), 1, Integer::sum);
      taken.add(best);
    }
    return taken;
  }

  private @Nullable Ticket best(Credits left, long nowNs) {
    long longOnes =
        out.values().stream()
            .filter(o -> !o.startedShort() || nowNs - o.startNs() > options.shortNs())
            .count();
    Comparator<Ticket> accounts =
        Comparator.<Ticket>comparingInt(t -> isBelow(t.account()) ? 0 : 1)
            .thenComparingDouble(t -> tenant(t.account()).virtualNs)
            .thenComparing(Ticket::account)
            .thenComparing(Ticket.ORDER);
    return waiting.stream()
        .filter(this::isReady)
        .filter(t -> left.of(t.account(), t.route()) > 0)
        .filter(
            t ->
                running(t.account()) == 0
                    || longOnes < options.slots() - options.reserve()
                    || isShort(t))
        .min(accounts)
        .orElse(null);
  }

  private boolean isReady(Ticket ticket) {
    return ticket.orderKey() == Ticket.NO_KEY
        || !heldKeys.containsKey(key(ticket))
            && waiting.stream()
                .noneMatch(t -> key(t).equals(key(ticket)) && t.number() < ticket.number());
  }

  private boolean isBelow(String account) {
    double all =
        tenants.entrySet().stream()
            .filter(t -> isActive(t.getKey()))
            .mapToDouble(t -> t.getValue().weight)
            .sum();
    return running(account) < Math.max(1, options.slots() * tenant(account).weight / all);
  }

  private List<Long> recent(Ticket ticket) {
    List<Long> all =
        durations.getOrDefault(ticket.account() + "/" + ticket.route(), new ArrayList<>());
    return all.subList(Math.max(0, all.size() - 16), all.size());
  }

  private long estimate(Ticket ticket) {
    List<Long> recent = recent(ticket);
    if (recent.isEmpty()) {
      return options.unknownNs();
    }
    return Math.max(1, recent.stream().mapToLong(ns -> ns / recent.size()).sum());
  }

  private boolean isShort(Ticket ticket) {
    List<Long> recent = recent(ticket);
    return recent.size() >= 3 && recent.stream().allMatch(ns -> ns <= options.shortNs());
  }

  void ended(long number, FairSchedule.End end, long nowNs) {
    Out ended = out.remove(number);
    if (ended == null) {
      return;
    }
    Ticket ticket = ended.ticket();
    long took = nowNs - ended.startNs();
    if (end != FairSchedule.End.UNTRIED) {
      durations
          .computeIfAbsent(ticket.account() + "/" + ticket.route(), k -> new ArrayList<>())
          .add(took);
    }
    Tenant tenant = tenant(ticket.account());
    tenant.virtualNs += (took - ended.estimateNs()) / tenant.weight;
    if (end == FairSchedule.End.FOR_GOOD) {
      heldKeys.remove(key(ticket), number);
    }
  }

  void abandoned(Ticket ticket) {
    heldKeys.remove(key(ticket), ticket.number());
  }
}
