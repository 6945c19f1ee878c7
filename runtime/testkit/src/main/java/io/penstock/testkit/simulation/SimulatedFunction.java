package io.penstock.testkit.simulation;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A function that takes its time and fails in every way there is. What it makes of an event is fixed. */
final class SimulatedFunction implements FunctionInvoker {

  private final World world;
  private final Oracle oracle;
  private final Setup setup;
  private final SimulatedLog.Member member;
  private final String session;

  SimulatedFunction(
      World world, Oracle oracle, Setup setup, SimulatedLog.Member member, String session) {
    this.world = world;
    this.oracle = oracle;
    this.setup = setup;
    this.member = member;
    this.session = session;
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    List<String> ids = invocation.events().stream().map(Event::id).toList();
    for (String id : ids) {
      oracle.invoked(id, ids, member.startOf(oracle.record(id)));
    }
    CompletableFuture<InvocationResult> answer = new CompletableFuture<>();
    if (world.rareTrouble()) {
      batchFailed(ids);
      throw new IllegalStateException("the invoker failed, on purpose");
    }
    boolean tooSlow = world.rareTrouble();
    Duration takes =
        tooSlow
            ? Setup.TIMEOUT.plus(world.upToMs(world.random.nextInt(8) == 0 ? 2_000 : 60))
            : world.upToMs(world.isTroubled() ? 20 : 3);
    if (tooSlow) {
      batchFailed(ids);
    }
    InvocationResult result = result(ids); // also if slow: the answer may just be in time
    world.later(takes, () -> answer.complete(result));
    return answer;
  }

  private InvocationResult result(List<String> ids) {
    if (ids.stream().anyMatch(id -> oracle.record(id).kind() == SimRecord.Kind.POISON)) {
      batchFailed(ids);
      return new InvocationResult.Failed("FUNCTION_ERROR", "poison on purpose");
    }
    if (world.trouble()) {
      switch (world.random.nextInt(4)) {
        case 0:
          return new InvocationResult.Throttled(world.upToMs(10), "throttled on purpose");
        case 1:
          batchFailed(ids);
          return new InvocationResult.Failed("FUNCTION_ERROR", "failed on purpose");
        case 2:
          batchFailed(ids);
          return new InvocationResult.ById(Map.of("nobody", EventOutcome.Done.EMPTY));
        default:
          break;
      }
    }
    List<EventOutcome> outcomes = new ArrayList<>();
    for (String id : ids) {
      outcomes.add(outcome(id));
    }
    if (world.random.nextBoolean()) {
      return new InvocationResult.InOrder(outcomes);
    }
    Map<String, EventOutcome> byId = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      byId.put(ids.get(i), outcomes.get(i));
    }
    return new InvocationResult.ById(byId);
  }

  /** Only an event that fails alone, or with bisecting off, has used up an attempt. */
  private void batchFailed(List<String> ids) {
    if (ids.size() == 1 || setup.delivery().bisect() == DeliveryPolicy.Bisect.OFF) {
      ids.forEach(id -> oracle.attemptFailed(session, id));
    }
  }

  private EventOutcome outcome(String id) {
    SimRecord record = oracle.record(id);
    if (record.kind() == SimRecord.Kind.REJECTED) {
      oracle.mayBeGivenUp(id);
      return new EventOutcome.Reject("REJECTED", "rejected on purpose");
    }
    if (world.trouble()) {
      if (world.random.nextBoolean()) {
        return new EventOutcome.Throttled(Duration.ZERO, "throttled on purpose");
      }
      oracle.attemptFailed(session, id);
      return new EventOutcome.Retry(Duration.ZERO, "FUNCTION_ERROR", "failed on purpose");
    }
    oracle.handled(id);
    List<Event> results = new ArrayList<>();
    for (int i = 0; i < record.results(); i++) {
      results.add(Event.builder().text("result " + i + " of " + id).build());
    }
    return new EventOutcome.Done(results);
  }

  @Override
  public void close() {
    // Nothing to free.
  }
}
