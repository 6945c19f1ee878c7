package io.penstock.source.tasks.gateway;

import io.penstock.connector.EventLog;
import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.source.tasks.desk.TaskRecord;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.placement.Place;
import io.penstock.source.tasks.placement.QueueId;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.Functions;
import io.penstock.source.tasks.schedule.FairSchedule.Aside;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.TaskTransitions;
import io.penstock.source.tasks.store.Result;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskFilter;
import io.penstock.source.tasks.store.TaskNumbers;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.Order;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Tasks that are looked at and steered. Thread-safe; its methods block. */
final class TaskRoutes {

  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_WATCHED = 10_000;
  private static final int WATCH_RETRY_S = 5;

  private static final Map<String, TaskAction> ACTIONS =
      Map.of(
          "stop", TaskAction.STOP,
          "pause", TaskAction.PAUSE,
          "resume", TaskAction.RESUME,
          "rerun", TaskAction.RERUN);

  private final Tasks tasks;
  private final Functions functions;
  private final EventLog log;

  TaskRoutes(Tasks tasks, Functions functions, EventLog log) {
    this.tasks = tasks;
    this.functions = functions;
    this.log = log;
  }

  private static CompletionStage<Response> now(Response response) {
    return CompletableFuture.completedFuture(response);
  }

  private StoredTask task(Request request, Account account) throws RefusedException {
    String id = request.pathParameter("id").orElse("");
    return tasks
        .store()
        .find(account.name(), id)
        .orElseThrow(() -> RefusedException.notFound("there is no task '" + id + "'"));
  }

  CompletionStage<Response> show(Request request, Account account) throws RefusedException {
    return now(Answers.json(200, Answers.full(task(request, account))));
  }

  CompletionStage<Response> events(Request request, Account account) throws RefusedException {
    if (tasks.inbox().watched() >= MAX_WATCHED) {
      throw RefusedException.later(
          503, "busy", MAX_WATCHED + " tasks are watched just now", WATCH_RETRY_S);
    }
    TaskEvents events = new TaskEvents(tasks.inbox(), task(request, account).number());
    try {
      events.changed(task(request, account)); // as it is since it is watched
    } catch (RefusedException | RuntimeException e) {
      events.end();
      throw e;
    }
    Map<String, String> headers =
        Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");
    return now(new Response(200, headers, events));
  }

  CompletionStage<Response> result(Request request, Account account) throws RefusedException {
    StoredTask task = task(request, account);
    Result result =
        tasks
            .store()
            .result(task.number())
            .orElseThrow(
                () ->
                    RefusedException.notFound(
                        "no result is kept of task '"
                            + task.spec().id()
                            + "', which is "
                            + Answers.word(task.life().state())));
    return now(Answers.bytes(200, result.contentType(), result.data(), Map.of()));
  }

  CompletionStage<Response> log(Request request, Account account) throws RefusedException {
    StoredTask task = task(request, account);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", task.spec().id());
    tree.put("worker", functions.worker());
    tree.put(
        "lines",
        log.lines(TaskRecord.eventSource(account.name()), task.spec().id()).stream()
            .map(Answers::line)
            .toList());
    return now(Answers.json(200, tree));
  }

  CompletionStage<Response> list(Request request, Account account) throws RefusedException {
    TaskFilter filter = filter(account, request::queryParameter);
    Order order =
        switch (request.queryParameter("order").orElse("newest")) {
          case "newest" -> Order.NEWEST_FIRST;
          case "oldest" -> Order.OLDEST_FIRST;
          default -> throw RefusedException.badRequest("'order' is newest or oldest");
        };
    int limit = limit(request.queryParameter("limit"));
    Optional<Long> cursor = cursor(request.queryParameter("cursor"));
    List<StoredTask> found = tasks.store().list(filter, order, cursor, limit + 1);
    List<StoredTask> shown = found.subList(0, Math.min(limit, found.size()));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("tasks", shown.stream().map(Answers::brief).toList());
    if (found.size() > limit) {
      tree.put("cursor", TaskNumbers.text(shown.get(limit - 1).number()));
    }
    return now(Answers.json(200, tree));
  }

  private static int limit(Optional<String> text) throws RefusedException {
    try {
      int limit = text.map(Integer::parseInt).orElse(DEFAULT_LIMIT);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // It is told below what it must be.
    }
    throw RefusedException.badRequest("'limit' must be from 1 to " + MAX_LIMIT);
  }

  private static Optional<Long> cursor(Optional<String> text) throws RefusedException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong number = TaskNumbers.number(text.get());
    if (number.isEmpty()) {
      throw RefusedException.badRequest("'cursor' must be one that a list has answered");
    }
    return Optional.of(number.getAsLong());
  }

  private static TaskFilter filter(Account account, Function<String, Optional<String>> by)
      throws RefusedException {
    Set<TaskState> states = EnumSet.noneOf(TaskState.class);
    Optional<String> wanted = by.apply("state");
    if (wanted.isPresent()) {
      for (String word : wanted.get().split(",")) {
        states.add(state(word.trim()));
      }
    }
    Optional<String> from = by.apply("from");
    Optional<String> to = by.apply("to");
    return new TaskFilter(
        account.name(),
        by.apply("function"),
        states,
        by.apply("idPrefix").orElse(""),
        from.isPresent() ? epochMs("from", from.get()) : 0,
        to.isPresent() ? epochMs("to", to.get()) : TaskFilter.END_OF_TIME);
  }

  private static long epochMs(String name, String text) throws RefusedException {
    Instant time = TaskReader.time(name, text);
    return Math.min(Math.max(0, time.toEpochMilli()), TaskFilter.END_OF_TIME);
  }

  private static TaskState state(String word) throws RefusedException {
    for (TaskState state : TaskState.values()) {
      if (Answers.word(state).equals(word)) {
        return state;
      }
    }
    Set<String> all = new TreeSet<>();
    for (TaskState state : TaskState.values()) {
      all.add(Answers.word(state));
    }
    throw RefusedException.badRequest("there is no state '" + word + "'; there are " + all);
  }

  private static TaskAction action(Request request) throws RefusedException {
    String word = request.pathParameter("action").orElse("");
    TaskAction action = ACTIONS.get(word);
    if (action == null) {
      throw RefusedException.notFound(
          "there is no action '" + word + "'; there are " + new TreeSet<>(ACTIONS.keySet()));
    }
    return action;
  }

  CompletionStage<Response> act(Request request, Account account) throws RefusedException {
    TaskAction action = action(request);
    StoredTask task = task(request, account);
    String reason = TaskReader.reason(request.queryParameter("reason"));
    return tasks
        .act(List.of(task.number()), action, reason, account.name())
        .thenApply(altered -> acted(altered, task, action));
  }

  private static Response acted(List<Altered> altered, StoredTask asked, TaskAction action) {
    if (altered.isEmpty()) {
      return Answers.problem(
          RefusedException.notFound("there is no task '" + asked.spec().id() + "'"));
    }
    Altered one = altered.get(0);
    if (one.isChanged()) {
      return Answers.json(200, Answers.full(one.after()));
    }
    return Answers.problem(notAllowed(one.after(), action));
  }

  private static RefusedException notAllowed(StoredTask task, TaskAction action) {
    TaskState state = task.life().state();
    List<String> allowed = new ArrayList<>();
    for (Map.Entry<String, TaskAction> one : ACTIONS.entrySet()) {
      if (TaskTransitions.next(state, one.getValue()).isPresent()) {
        allowed.add(one.getKey());
      }
    }
    String why =
        allowed.contains(Answers.word(action))
            ? "; its deadline or greatest age has passed: hand it in again"
            : "";
    return RefusedException.of(
            409,
            "not_allowed",
            "task '"
                + task.spec().id()
                + "' is "
                + Answers.word(state)
                + ", which does not allow '"
                + Answers.word(action)
                + "'"
                + why)
        .with(Map.of("state", Answers.word(state), "allowed", new TreeSet<>(allowed)));
  }

  CompletionStage<Response> prioritise(Request request, Account account) throws RefusedException {
    StoredTask task = task(request, account);
    Object tree = Json.read(request.body());
    if (!(tree instanceof Map<?, ?> map) || map.size() != 1 || map.get("priority") == null) {
      throw RefusedException.badRequest("the body must be {\"priority\": NUMBER}");
    }
    if (task.spec().orderKey().isPresent()) {
      throw RefusedException.of(
          409, "not_allowed", "a task with an orderKey takes its turn: it has no priority");
    }
    int priority = TaskReader.priority(String.valueOf(map.get("priority")));
    return tasks
        .prioritise(List.of(task.number()), priority, account.name())
        .thenApply(altered -> acted(altered, task, TaskAction.SET_PRIORITY));
  }

  CompletionStage<Response> delete(Request request, Account account) throws RefusedException {
    StoredTask task = task(request, account);
    return tasks
        .delete(List.of(task.number()))
        .thenApply(
            deleted ->
                deleted > 0
                    ? Answers.json(200, Map.of("deleted", deleted))
                    : Answers.problem(
                        RefusedException.of(
                            409,
                            "not_allowed",
                            "task '"
                                + task.spec().id()
                                + "' is "
                                + Answers.word(task.life().state())
                                + ": only a task that has come to its end can be deleted; stop it"
                                + " first")));
  }

  /** The same action for all tasks that a filter finds, as many as one request takes. */
  CompletionStage<Response> bulk(Request request, Account account) throws RefusedException {
    String word = request.pathParameter("action").orElse("");
    Object tree = Json.read(request.body());
    if (!(tree instanceof Map<?, ?> map)) {
      throw RefusedException.badRequest("the body must be an object: which tasks are meant");
    }
    Set<String> members =
        Set.of(
            "function", "state", "idPrefix", "from", "to", "cursor", "limit", "priority", "reason");
    for (Object name : map.keySet()) {
      if (!members.contains(name)) {
        throw RefusedException.badRequest(
            "'" + name + "' is unknown; there are " + new TreeSet<>(members));
      }
    }
    Function<String, Optional<String>> by =
        name -> Optional.ofNullable(map.get(name)).map(String::valueOf);
    TaskFilter filter = filter(account, by);
    int limit = limit(by.apply("limit").or(() -> Optional.of(String.valueOf(MAX_LIMIT))));
    boolean isDelete = word.equals("delete");
    boolean isPriority = word.equals("set-priority");
    Optional<String> priority = by.apply("priority");
    if (isPriority != priority.isPresent()) {
      throw RefusedException.badRequest("'priority' goes with set-priority, and is needed there");
    }
    int wanted = isPriority ? TaskReader.priority(priority.orElseThrow()) : 0;
    TaskAction action = isDelete || isPriority ? TaskAction.SET_PRIORITY : action(request);
    String reason = TaskReader.reason(by.apply("reason"));
    if (!reason.isEmpty() && (isDelete || isPriority)) {
      throw RefusedException.badRequest("'reason' goes with " + new TreeSet<>(ACTIONS.keySet()));
    }
    List<StoredTask> found =
        tasks.store().list(filter, Order.OLDEST_FIRST, cursor(by.apply("cursor")), limit + 1);
    List<Long> numbers =
        found.subList(0, Math.min(limit, found.size())).stream().map(StoredTask::number).toList();
    CompletionStage<Integer> changed =
        isDelete
            ? tasks.delete(numbers)
            : (isPriority
                    ? tasks.prioritise(numbers, wanted, account.name())
                    : tasks.act(numbers, action, reason, account.name()))
                .thenApply(all -> (int) all.stream().filter(Altered::isChanged).count());
    return changed.thenApply(
        count -> {
          Map<String, Object> answer = new LinkedHashMap<>();
          answer.put("found", numbers.size());
          answer.put("changed", count);
          if (found.size() > limit) {
            answer.put("cursor", TaskNumbers.text(numbers.get(limit - 1)));
          }
          return Answers.json(200, answer);
        });
  }

  /** Of an account's function: what runs goes on, what waits is not handed out. */
  CompletionStage<Response> pauseFunction(Request request, Account account)
      throws RefusedException {
    String function = request.pathParameter("function").orElse("");
    if (!functions.has(account.name(), function)) {
      throw RefusedException.of(404, "unknown_function", "there is no function '" + function + "'");
    }
    return pause(new Aside(account.name(), Optional.of(function)), request, account);
  }

  CompletionStage<Response> pauseAccount(Request request, Account account) throws RefusedException {
    return pause(new Aside(account.name(), Optional.empty()), request, account);
  }

  private CompletionStage<Response> pause(Aside what, Request request, Account account)
      throws RefusedException {
    switch (request.pathParameter("action").orElse("")) {
      case "pause" -> tasks.pause(what, true);
      case "resume" -> tasks.pause(what, false);
      default -> throw RefusedException.notFound("there are pause and resume");
    }
    return now(
        Answers.json(
            200,
            what.route().isPresent()
                ? describe(what.route().get(), account)
                : Map.of(
                    "name",
                    account.name(),
                    "paused",
                    tasks.paused().contains(new Aside(account.name(), Optional.empty())))));
  }

  /** A page of the functions that an account may name. */
  CompletionStage<Response> functions(Request request, Account account) throws RefusedException {
    int limit = limit(request.queryParameter("limit"));
    String after = request.queryParameter("cursor").orElse("");
    List<Object> list = new ArrayList<>();
    String last = "";
    boolean isMore = false;
    for (String function : functions.names(account.name())) {
      if (function.compareTo(after) > 0) {
        if (list.size() == limit) {
          isMore = true;
          break;
        }
        list.add(describe(function, account));
        last = function;
      }
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("functions", list);
    if (isMore) {
      tree.put("cursor", last);
    }
    return now(Answers.json(200, tree));
  }

  CompletionStage<Response> function(Request request, Account account) throws RefusedException {
    String function = request.pathParameter("function").orElse("");
    if (!functions.has(account.name(), function)) {
      throw RefusedException.of(404, "unknown_function", "there is no function '" + function + "'");
    }
    return now(Answers.json(200, describe(function, account)));
  }

  private Map<String, Object> describe(String function, Account account) {
    Set<Aside> paused = tasks.paused();
    Place place = place(account, function);
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", function);
    functions.describe(account.name(), function).ifPresent(one::putAll);
    one.put("queue", place.queue().toString());
    one.put("queueReason", place.reason());
    one.put(
        "paused",
        paused.contains(new Aside(account.name(), Optional.of(function)))
            || paused.contains(new Aside(account.name(), Optional.empty())));
    tasks
        .load(account.name(), function)
        .ifPresent(
            load -> {
              one.put("waiting", load.waiting());
              one.put("running", load.inFlight());
            });
    tasks
        .statistics()
        .of(account.name(), function)
        .ifPresent(statistics -> one.put("sinceStart", Answers.statistics(statistics)));
    return one;
  }

  /** Who asks, with its quotas and how much of them is used. */
  CompletionStage<Response> account(Account account) {
    Map<String, Object> tree = AdminRoutes.brief(account);
    tree.remove("keys");
    tree.put("openTasks", tasks.open().of(account.name()));
    tree.put("paused", tasks.paused().contains(new Aside(account.name(), Optional.empty())));
    return now(Answers.json(200, tree));
  }

  private Place place(Account account, String function) {
    Place shared = new Place(QueueId.SHARED, 0, "nobody is hurt by it");
    Place found = shared;
    for (Place place : tasks.queues().allocated()) {
      if (place.queue().equals(new QueueId.OfFunction(account.name(), function))) {
        return place;
      }
      if (place.queue().equals(new QueueId.OfAccount(account.name()))) {
        found = place;
      }
    }
    return found;
  }

  /** The queues that an account's tasks are in: it need not know of others'. */
  CompletionStage<Response> queues(Account account) {
    List<Object> list = new ArrayList<>();
    list.add(Map.of("name", QueueId.SHARED.toString(), "reason", "everybody begins here"));
    for (Place place : tasks.queues().allocated()) {
      boolean isOwn =
          place.queue() instanceof QueueId.OfAccount of && of.account().equals(account.name())
              || place.queue() instanceof QueueId.OfFunction function
                  && function.account().equals(account.name());
      if (isOwn) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", place.queue().toString());
        one.put("since", Instant.ofEpochMilli(place.sinceMs()).toString());
        one.put("reason", place.reason());
        list.add(one);
      }
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("openTasks", tasks.open().of(account.name()));
    tree.put("queues", list);
    return now(Answers.json(200, tree));
  }
}
