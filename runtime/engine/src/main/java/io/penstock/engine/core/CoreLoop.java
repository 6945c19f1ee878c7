package io.penstock.engine.core;

import io.penstock.connector.Peers;
import io.penstock.connector.Source;
import io.penstock.engine.EngineEnvironment;
import io.penstock.engine.deliver.SinkPort.Task;
import io.penstock.engine.flow.Gates;
import io.penstock.engine.ledger.LedgerFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop that all connectors of a worker share: it drains what was posted, runs what is due,
 * and lets each connector do what it can. It never blocks, runs no user code, and is stepped by
 * {@link #doWork} from one thread, or by hand.
 */
public final class CoreLoop {

  /** The answer of {@link #doWork} when only a post can bring work. */
  public static final long IDLE = Long.MAX_VALUE;

  private static final Logger log = LoggerFactory.getLogger(CoreLoop.class);

  private static final int MAX_TASKS_A_ROUND = 1_000;

  private record Timer(long dueNs, long number, Task task) {}

  private final EngineEnvironment environment;
  private final Agents agents;
  private final LedgerFactory ledgers;
  private final Gates gates;
  private final Queue<Task> inbox = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (a, b) -> {
            int byTime = Long.compare(a.dueNs - b.dueNs, 0);
            return byTime != 0 ? byTime : Long.compare(a.number, b.number);
          });
  private final Map<String, ConnectorCore> connectors = new LinkedHashMap<>();
  private final Map<String, Source> sources = new ConcurrentHashMap<>();
  private final Peers peers = connector -> Optional.ofNullable(sources.get(connector));
  private long timerNumber;

  /** A loop with no connector. */
  public CoreLoop(EngineEnvironment environment, Agents agents) {
    this(environment, agents, LedgerFactory.DEFAULT);
  }

  /** A loop with ledgers of another make, for tests. */
  public CoreLoop(EngineEnvironment environment, Agents agents, LedgerFactory ledgers) {
    this.environment = environment;
    this.gates = new Gates(environment.random()::nextDouble);
    this.agents = agents;
    this.ledgers = ledgers;
  }

  LedgerFactory ledgers() {
    return ledgers;
  }

  EngineEnvironment environment() {
    return environment;
  }

  Agents agents() {
    return agents;
  }

  Gates gates() {
    return gates;
  }

  /** The sources of the connectors. */
  Peers peers() {
    return peers;
  }

  /** Runs a task on the core thread, soon. Any thread. */
  public void post(Task task) {
    inbox.add(task);
    agents.wakeCore();
  }

  void at(long dueNs, Task task) {
    timers.add(new Timer(dueNs, timerNumber++, task));
  }

  /** Whether something was posted that no round has taken yet. Any thread. */
  public boolean hasPosted() {
    return !inbox.isEmpty();
  }

  /** Adds a connector and starts it. Core thread. */
  public void add(ConnectorCore connector, long nowNs) {
    connectors.put(connector.name(), connector);
    sources.put(connector.name(), connector.plan().source());
    connector.start(nowNs);
  }

  /** Forgets a connector that has ended. Core thread. */
  public void remove(ConnectorCore connector) {
    connectors.remove(connector.name(), connector);
    sources.remove(connector.name(), connector.plan().source());
  }

  /**
   * One round.
   *
   * @return how long nothing needs to be done unless something is posted, in nanoseconds; 0 for not
   *     at all, {@link #IDLE} for ever
   */
  public long doWork() {
    long nowNs = environment.monotonicNs().getAsLong();
    int tasks = 0;
    Task task;
    while (tasks < MAX_TASKS_A_ROUND && (task = inbox.poll()) != null) {
      run(task, nowNs);
      tasks++;
    }
    Timer timer;
    while ((timer = timers.peek()) != null && timer.dueNs - nowNs <= 0) {
      timers.poll();
      run(timer.task, nowNs);
    }
    List<ConnectorCore> all = new ArrayList<>(connectors.values());
    for (ConnectorCore connector : all) {
      run(connector::step, nowNs);
    }
    timer = timers.peek();
    long nextNs = timer == null ? IDLE : timer.dueNs - nowNs;
    for (ConnectorCore connector : all) {
      nextNs = Math.min(nextNs, connector.nextChangeNs(nowNs));
    }
    return inbox.isEmpty() ? Math.max(nextNs, 0) : 0;
  }

  /** The last line: connectors catch their own defects, and none of them may end the loop. */
  private static void run(Task task, long nowNs) {
    try {
      task.run(nowNs);
    } catch (RuntimeException e) {
      log.error("a defect of the engine that no connector has caught", e);
    }
  }
}
