package io.penstock.source.tasks.desk;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SourceContext;
import io.penstock.source.tasks.placement.Load;
import io.penstock.source.tasks.placement.Move;
import io.penstock.source.tasks.placement.Place;
import io.penstock.source.tasks.placement.Placement;
import io.penstock.source.tasks.placement.Placement.Ended;
import io.penstock.source.tasks.placement.Placement.Now;
import io.penstock.source.tasks.placement.PlacementOptions;
import io.penstock.source.tasks.placement.QueueId;
import io.penstock.source.tasks.schedule.Credits;
import io.penstock.source.tasks.schedule.FairSchedule;
import io.penstock.source.tasks.store.StoredTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queues, each a lane of the source; intake thread, but for {@link #view}. */
public final class Queues {

  private static final Logger log = LoggerFactory.getLogger(Queues.class);

  /**
   * How the queues are.
   *
   * @param allocated those beside the shared one, each with when and why
   */
  public record View(List<Place> allocated) {
    /** Copies. */
    public View {
      allocated = List.copyOf(allocated);
    }
  }

  private final SourceContext context;
  private final Routing routing;
  private final FairSchedule schedule;
  private final Placement placement = new Placement(PlacementOptions.DEFAULT);
  private final Set<Lane> lanes = new LinkedHashSet<>();
  private volatile View view = new View(List.of());
  private volatile Map<Heads.Function, Load> loads = Map.of();
  private @Nullable Demand last;

  Queues(SourceContext context, FairSchedule schedule, Routing routing) {
    this.context = context;
    this.routing = routing;
    this.schedule = schedule;
  }

  /** How they are. Any thread. */
  View view() {
    return view;
  }

  /** How a function stood when that was last looked at. Any thread. */
  Optional<Load> load(String account, String function) {
    return Optional.ofNullable(loads.get(new Heads.Function(account, function)));
  }

  void open() {
    assign(new Lane(QueueId.SHARED.toString()));
  }

  private void assign(Lane lane) {
    if (lanes.add(lane)) {
      context.lanes().assigned(List.of(new LaneStart(lane, 0, PositionRanges.empty())));
    }
  }

  /** All that are assigned. */
  List<Lane> lanes() {
    return List.copyOf(lanes);
  }

  /** That of the shared queue, which is never taken back. */
  Lane shared() {
    return new Lane(QueueId.SHARED.toString());
  }

  Lane lane(StoredTask task) {
    Lane lane =
        new Lane(placement.place(task.spec().account(), task.spec().function()).queue().toString());
    assign(lane);
    return lane;
  }

  void demand(Demand demand) {
    last = demand;
  }

  /** What the functions may begin now. */
  Credits credits(Demand demand) {
    return new Credits() {
      @Override
      public int of(String account, String function) {
        return credit(demand, account, function);
      }

      @Override
      public String line(String account, String function) {
        return routing.line(account, function);
      }
    };
  }

  private int credit(Demand demand, String account, String function) {
    String route = routing.route(account, function);
    return route == null ? demand.events() : demand.credit(route);
  }

  void attempted(StoredTask task, AttemptEnd end) {
    boolean isBad = end instanceof AttemptEnd.Retried || end instanceof AttemptEnd.GivenUp;
    placement.ended(
        task.spec().account(), task.spec().function(), isBad ? Ended.BADLY : Ended.WELL);
  }

  /** Looks at how things stand, and allocates or takes back queues. */
  void evaluate(Waiting waiting, Now now) {
    Heads heads = waiting.heads();
    Map<Heads.Function, long[]> counts = new HashMap<>(); // waiting, out
    for (Heads.Function function : heads.functions()) {
      counts.computeIfAbsent(function, key -> new long[2])[0] += heads.behind(function);
    }
    for (Known one : waiting.all()) {
      long[] count = counts.computeIfAbsent(Heads.Function.of(one.task), key -> new long[2]);
      if (one.record != null) {
        count[1]++;
      } else if (!one.isEnding) {
        count[0]++;
      }
    }
    List<Load> found = new ArrayList<>();
    Demand demand = last;
    counts.forEach(
        (function, count) ->
            found.add(
                new Load(
                    function.account(),
                    function.name(),
                    count[0],
                    (int) count[1],
                    demand != null && credit(demand, function.account(), function.name()) == 0)));
    Map<Heads.Function, Load> byFunction = new HashMap<>();
    found.forEach(
        load -> byFunction.put(new Heads.Function(load.account(), load.function()), load));
    loads = byFunction;
    List<Move> moves = placement.evaluate(found, now);
    for (Move move : moves) {
      log.info(
          "{}: queue {} is {}: {}",
          context.connector(),
          move.queue(),
          move.change() == Move.Change.ALLOCATED ? "allocated" : "taken back",
          move.reason());
      apply(move);
    }
    if (!moves.isEmpty()) {
      view = new View(placement.queues());
    }
  }

  private void apply(Move move) {
    Lane lane = new Lane(move.queue().toString());
    boolean isOwn = move.change() == Move.Change.ALLOCATED;
    if (move.queue() instanceof QueueId.OfFunction own) {
      schedule.ownQueue(own.account(), own.function(), isOwn);
    }
    if (isOwn) {
      assign(lane);
    } else if (lanes.remove(lane)) {
      context.lanes().lost(List.of(lane)); // it was idle: nothing of it is under way
    }
  }
}
