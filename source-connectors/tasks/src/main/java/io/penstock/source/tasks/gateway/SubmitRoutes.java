package io.penstock.source.tasks.gateway;

import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.connector.SinkOutcome;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.sink.TaskIntake.Wish;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.NewTask;
import io.penstock.source.tasks.store.Result;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.Submitted;
import io.penstock.source.tasks.wire.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks that are handed in. Thread-safe. */
final class SubmitRoutes {

  private static final Logger log = LoggerFactory.getLogger(SubmitRoutes.class);

  private static final Pattern WAIT = Pattern.compile("(?:.*[,\\s])?wait=(\\d{1,4})(?:[,;\\s].*)?");
  private static final int LONGEST_WAIT_S = 60;
  private static final int BACKLOG_RETRY_S = 5;

  private final Tasks tasks;
  private final TaskReader reader;
  private final RateLimit rates;
  private final String prefix;

  SubmitRoutes(Tasks tasks, TaskReader reader, RateLimit rates, String prefix) {
    this.tasks = tasks;
    this.reader = reader;
    this.rates = rates;
    this.prefix = prefix;
  }

  CompletionStage<Response> json(Request request, Account account) throws RefusedException {
    TaskReader.Handed handed = reader.json(request, account);
    return submit(handed.tasks(), request, account, handed.isBatch());
  }

  CompletionStage<Response> body(Request request, Account account) throws RefusedException {
    String function = request.pathParameter("function").orElse("");
    return submit(List.of(reader.body(request, function, account)), request, account, false);
  }

  /**
   * A task that a sink hands in: it counts as one of a request. The same event again is the task
   * that is there; another payload under its id may be another event, and is refused, not dropped.
   */
  CompletionStage<SinkOutcome> wished(Wish wish, Account account) throws RefusedException {
    NewTask made = reader.wished(wish, account);
    admit(1, account);
    return tasks
        .submit(List.of(made))
        .thenApply(
            answers ->
                answers.get(0) instanceof Submitted.Conflict
                    ? new SinkOutcome.Reject(
                        "task " + wish.id() + " is there, of this event with another payload")
                    : SinkOutcome.Delivered.INSTANCE);
  }

  private CompletionStage<Response> submit(
      List<NewTask> read, Request request, Account account, boolean isBatch)
      throws RefusedException {
    admit(read.size(), account);
    Optional<Integer> wait = wait(request);
    if (isBatch || wait.isEmpty()) {
      boolean returnsExisting =
          request.header("Task-On-Duplicate").filter("existing"::equals).isPresent();
      return tasks
          .submit(read)
          .thenApply(
              answers ->
                  isBatch ? batch(answers, returnsExisting) : one(answers.get(0), returnsExisting));
    }
    return waiting(read.get(0), wait.get());
  }

  /** Counts tasks that are about to be kept, or refuses them. */
  private void admit(int count, Account account) throws RefusedException {
    long waitS = rates.take(account, count);
    if (waitS > 0) {
      throw RefusedException.later(
          429,
          "rate_limited",
          "account '"
              + account.name()
              + "' may hand in "
              + account.ratePerSecond()
              + " tasks per second",
          waitS);
    }
    if (!tasks.open().reserve(account.name(), count, account.maxBacklog())) {
      throw RefusedException.later(
          429,
          "backlog_full",
          "account '"
              + account.name()
              + "' has "
              + tasks.open().of(account.name())
              + " tasks that are not done, and may have "
              + account.maxBacklog(),
          BACKLOG_RETRY_S);
    }
  }

  private static Optional<Integer> wait(Request request) {
    return request
        .header("Prefer")
        .map(WAIT::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Math.min(LONGEST_WAIT_S, Integer.parseInt(matcher.group(1))))
        .filter(seconds -> seconds > 0);
  }

  private Response batch(List<Submitted> answers, boolean returnsExisting) {
    List<Object> list = new ArrayList<>(answers.size());
    for (Submitted answer : answers) {
      Map<String, Object> one = new LinkedHashMap<>();
      if (answer instanceof Submitted.Kept kept) {
        one.put("status", 202);
        one.putAll(Answers.brief(kept.task()));
      } else if (answer instanceof Submitted.Duplicate duplicate && returnsExisting) {
        one.put("status", 200);
        one.putAll(Answers.brief(duplicate.existing()));
      } else {
        one.putAll(Answers.problemTree(refusal(answer)));
      }
      list.add(one);
    }
    return Answers.json(202, Map.of("tasks", list));
  }

  private Response one(Submitted answer, boolean returnsExisting) {
    if (answer instanceof Submitted.Kept kept) {
      return Answers.json(202, Answers.brief(kept.task()), location(kept.task()));
    }
    if (answer instanceof Submitted.Duplicate duplicate && returnsExisting) {
      return Answers.json(200, Answers.brief(duplicate.existing()), location(duplicate.existing()));
    }
    return Answers.problem(refusal(answer));
  }

  private Map<String, String> location(StoredTask task) {
    return Map.of("Location", prefix + "/tasks/" + task.spec().id());
  }

  private static RefusedException refusal(Submitted answer) {
    if (answer instanceof Submitted.Duplicate duplicate) {
      StoredTask task = duplicate.existing();
      return RefusedException.of(
              409, "duplicate", "there is a task with the id '" + task.spec().id() + "' already")
          .with(Map.of("task", Answers.brief(task)));
    }
    StoredTask task = ((Submitted.Conflict) answer).existing();
    return RefusedException.of(
            409,
            "id_conflict",
            "there is another task with the id '"
                + task.spec().id()
                + "': its function, content type or payload differs")
        .with(Map.of("task", Answers.brief(task)));
  }

  /** Waits for the end of a task, and answers with what came of it. */
  private CompletionStage<Response> waiting(NewTask made, int seconds) {
    CompletableFuture<StoredTask> end = new CompletableFuture<>();
    AutoCloseable watch =
        tasks
            .inbox()
            .watch(
                made.task().number(),
                task -> {
                  if (task.life().state().isFinal()) {
                    end.complete(task);
                  }
                });
    return tasks
        .submit(List.of(made))
        .thenCompose(
            answers -> {
              if (!(answers.get(0) instanceof Submitted.Kept)) {
                return CompletableFuture.completedFuture(one(answers.get(0), false));
              }
              return end.thenApplyAsync(this::outcome)
                  .completeOnTimeout(one(answers.get(0), false), seconds, TimeUnit.SECONDS);
            })
        .whenComplete((response, failure) -> close(watch));
  }

  private Response outcome(StoredTask task) {
    if (task.life().state() != TaskState.SUCCEEDED) {
      return Answers.json(200, Answers.full(task), location(task));
    }
    Optional<Result> result = tasks.store().result(task.number());
    Map<String, String> headers = location(task);
    return result.isPresent()
        ? Answers.bytes(200, result.get().contentType(), result.get().data(), headers)
        : Answers.json(200, Answers.full(task), headers);
  }

  private static void close(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception e) {
      log.warn("a watch of a task could not be ended", e);
    }
  }
}
