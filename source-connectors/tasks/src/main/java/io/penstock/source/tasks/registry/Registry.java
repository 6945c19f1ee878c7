package io.penstock.source.tasks.registry;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.RouteDefiner.Check;
import io.penstock.connector.StateStore;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.registry.Functions.Declared;
import io.penstock.source.tasks.registry.RegisteredFunction.Id;
import io.penstock.source.tasks.registry.RegisteredFunction.Phase;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskFilter;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.By;
import io.penstock.source.tasks.store.TaskStore.Order;
import io.penstock.source.tasks.wire.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts and functions: what the connector's file declares, and what was added since and is kept in
 * the state that workers share. A thread of its own looks for what other workers have changed, and
 * removes functions that have drained. Thread-safe.
 */
public final class Registry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Registry.class);

  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final int SOME = 500;

  /** A held task has its version already, and goes on to its end. */
  private static final Set<TaskState> WAITING =
      EnumSet.of(
          TaskState.DELAYED,
          TaskState.ENQUEUED,
          TaskState.DEQUEUED,
          TaskState.RETRYING,
          TaskState.PAUSED);

  private static final Set<TaskState> OPEN = EnumSet.noneOf(TaskState.class);

  static {
    for (TaskState state : TaskState.values()) {
      if (!state.isFinal()) {
        OPEN.add(state);
      }
    }
  }

  /** What becomes of the tasks of something that is deleted. */
  public enum Rest {
    /** They are done first; until then nothing is deleted, and no more are taken. */
    DRAIN,
    /** Those that wait become invalid; what runs goes on to its end. */
    INVALIDATE
  }

  /**
   * What a registry stands on.
   *
   * @param connector its name
   * @param state that workers share
   * @param folder for files of functions
   * @param clock of people
   * @param check of definitions
   */
  public record Ground(
      String connector, StateStore state, Path folder, InstantSource clock, Check check) {}

  private final String connector;
  private final RegistryStore store;
  private final Accounts accounts;
  private final Functions functions;
  private @Nullable ScheduledExecutorService keeper;
  private volatile @Nullable Tasks tasks;

  /**
   * Reads what is kept.
   *
   * @param changed told of each account that is new or other than before
   */
  public Registry(
      Ground ground, Collection<Account> accounts, Declared declared, Consumer<Account> changed) {
    this.connector = ground.connector();
    this.store = new RegistryStore(ground.state(), connector);
    this.accounts = new Accounts(accounts, store, ground.clock(), changed);
    this.functions =
        new Functions(
            declared,
            this.accounts,
            store,
            new FunctionFiles(store, ground.folder()),
            ground.check(),
            ground.clock());
    refresh();
    for (RegisteredFunction function : functions.registered()) {
      if (declared.names().contains(function.id().name())) {
        log.warn(
            "{}: function '{}' of account '{}' is hidden, for the connector's file has one of that"
                + " name",
            connector,
            function.id().name(),
            function.id().account());
      }
    }
  }

  /** Begins to look after everything. */
  public void start(Tasks its) {
    tasks = its;
    ScheduledThreadPoolExecutor made =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "penstock-" + connector + "-registry");
              thread.setDaemon(true);
              return thread;
            });
    made.setRemoveOnCancelPolicy(true);
    made.scheduleWithFixedDelay(
        this::round, ROUND.toMillis(), ROUND.toMillis(), TimeUnit.MILLISECONDS);
    keeper = made;
  }

  private void round() {
    try {
      refresh();
      for (RegisteredFunction function : List.copyOf(functions.registered())) {
        if (function.phase() == Phase.DRAINING && isDone(function.id())) {
          functions.remove(function.id());
          log.info("{}: function {} has drained and is gone", connector, function.id().key());
        }
      }
    } catch (ConnectorException e) {
      log.warn("{}: accounts and functions can't be read just now", connector, e);
    } catch (RuntimeException e) {
      log.warn("{}: the registry could not be looked after", connector, e);
    }
  }

  private void refresh() {
    if (store.hasChanged()) {
      accounts.load();
      functions.load();
    }
  }

  private Tasks tasks() {
    Tasks its = tasks;
    if (its == null) {
      throw new IllegalStateException("the registry is not started");
    }
    return its;
  }

  private boolean isDone(Id id) {
    TaskStore kept = tasks().store();
    return kept.list(filter(id, OPEN), Order.OLDEST_FIRST, Optional.empty(), 1).isEmpty()
        && kept.owed(By.ANYBODY, id.account(), id.name(), 1).isEmpty();
  }

  private static TaskFilter filter(Id id, Set<TaskState> states) {
    return new TaskFilter(
        id.account(), Optional.of(id.name()), states, "", 0, TaskFilter.END_OF_TIME);
  }

  /** The accounts. */
  public Accounts accounts() {
    return accounts;
  }

  /** The functions. */
  public Functions functions() {
    return functions;
  }

  /** Deletes a function. Blocks until that is durable. */
  public void deleteFunction(String account, String name, Rest rest) throws RefusedException {
    Id id = new Id(account, name);
    if (rest == Rest.DRAIN) {
      functions.drain(account, name);
      if (isDone(id)) {
        functions.remove(id);
      }
      return;
    }
    functions.drain(account, name); // none is handed in meanwhile
    invalidate(filter(id, WAITING), "its function was deleted");
    functions.remove(id);
  }

  /**
   * Deletes an account: its keys at once, its functions as {@link #deleteFunction} does. Blocks until
   * that is durable.
   */
  public void deleteAccount(String name, Rest rest) throws RefusedException {
    accounts.remove(name);
    for (RegisteredFunction function : List.copyOf(functions.registered(name))) {
      deleteFunction(name, function.id().name(), rest);
    }
    if (rest == Rest.INVALIDATE) {
      invalidate(
          new TaskFilter(name, Optional.empty(), WAITING, "", 0, TaskFilter.END_OF_TIME),
          "its account was deleted");
    }
  }

  private void invalidate(TaskFilter which, String why) {
    Optional<Long> cursor = Optional.empty();
    List<StoredTask> some;
    do {
      some = tasks().store().list(which, Order.OLDEST_FIRST, cursor, SOME);
      if (!some.isEmpty()) {
        cursor = Optional.of(some.get(some.size() - 1).number());
        tasks()
            .act(some.stream().map(StoredTask::number).toList(), TaskAction.INVALIDATE, why, "")
            .toCompletableFuture()
            .join();
      }
    } while (some.size() == SOME);
  }

  /** Stops looking after it. */
  @Override
  public void close() {
    ScheduledExecutorService made = keeper;
    if (made != null) {
      made.shutdownNow();
    }
  }
}
