package io.penstock.source.tasks.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.config.Durations;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.Functions;
import io.penstock.source.tasks.sink.TaskIntake.Wish;
import io.penstock.source.tasks.state.Origin;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TransitionLog;
import io.penstock.source.tasks.store.NewTask;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskNumbers;
import io.penstock.source.tasks.store.TaskSpec;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads tasks of requests. Thread-safe. */
final class TaskReader {

  /** How many tasks one request may hand in. */
  static final int MAX_BATCH = 1_000;

  private static final Pattern ID = Pattern.compile("[!-~]{1,200}");
  private static final int MAX_ORDER_KEY = 200;
  private static final int MAX_PRIORITY = 100;
  private static final Duration LONGEST_DELAY = Duration.ofDays(365);
  private static final Set<String> MEMBERS =
      Set.of(
          "function",
          "id",
          "data",
          "text",
          "base64",
          "contentType",
          "delay",
          "startAt",
          "priority",
          "maxAge",
          "deadline",
          "orderKey");

  private final Functions functions;
  private final int maxPayload;
  private final TaskNumbers numbers;
  private final InstantSource clock;

  TaskReader(Functions functions, int maxPayload, TaskNumbers numbers, InstantSource clock) {
    this.functions = functions;
    this.maxPayload = maxPayload;
    this.numbers = numbers;
    this.clock = clock;
  }

  /** What a task is asked for, wherever that is written. */
  private record Wishes(Function<String, Optional<String>> by) {
    Optional<String> find(String name) {
      return by.apply(name).filter(value -> !value.isEmpty());
    }
  }

  /**
   * What a request hands in.
   *
   * @param tasks at least one
   * @param isBatch whether they came as a batch, be it of one
   */
  record Handed(List<NewTask> tasks, boolean isBatch) {}

  /** The tasks of a JSON body: one, or a batch under {@code tasks}. */
  Handed json(Request request, Account account) throws RefusedException {
    Object tree = Json.read(request.body());
    if (tree instanceof Map<?, ?> map && map.get("tasks") instanceof List<?> batch) {
      if (batch.isEmpty() || batch.size() > MAX_BATCH || map.size() > 1) {
        throw RefusedException.badRequest(
            "'tasks' must hold 1 to " + MAX_BATCH + " tasks, and stand alone");
      }
      List<NewTask> tasks = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        try {
          tasks.add(one(batch.get(i), account));
        } catch (RefusedException e) {
          throw RefusedException.of(e.status(), e.code(), "tasks[" + i + "]: " + e.getMessage());
        }
      }
      return new Handed(tasks, true);
    }
    return new Handed(List.of(one(tree, account)), false);
  }

  private NewTask one(Object tree, Account account) throws RefusedException {
    if (!(tree instanceof Map<?, ?> map)) {
      throw RefusedException.badRequest("a task is a JSON object");
    }
    for (Object name : map.keySet()) {
      if (!MEMBERS.contains(name)) {
        throw RefusedException.badRequest(
            "'" + name + "' is unknown; a task may have " + new TreeSet<>(MEMBERS));
      }
    }
    Wishes wishes =
        new Wishes(
            name -> {
              Object value = map.get(name);
              return value == null ? Optional.empty() : Optional.of(String.valueOf(value));
            });
    return task(account, wishes, payload(map), contentType(map, wishes));
  }

  private static byte[] payload(Map<?, ?> map) throws RefusedException {
    List<Object> given = new ArrayList<>();
    for (String name : List.of("data", "text", "base64")) {
      if (map.get(name) != null) {
        given.add(name);
      }
    }
    if (given.size() > 1) {
      throw RefusedException.badRequest("a task has one payload, this one has " + given);
    }
    if (map.get("data") instanceof Json.Raw raw) {
      return raw.json().getBytes(UTF_8);
    }
    if (map.get("text") != null) {
      return String.valueOf(map.get("text")).getBytes(UTF_8);
    }
    if (map.get("base64") != null) {
      try {
        return Base64.getDecoder().decode(String.valueOf(map.get("base64")));
      } catch (IllegalArgumentException e) {
        throw RefusedException.badRequest("'base64' is no Base64");
      }
    }
    return new byte[0];
  }

  private static String contentType(Map<?, ?> map, Wishes wishes) {
    return wishes
        .find("contentType")
        .orElse(
            map.containsKey("data")
                ? "application/json"
                : map.containsKey("text") ? "text/plain; charset=utf-8" : "");
  }

  /** A task whose payload is the body, and whose function stands in the path. */
  NewTask body(Request request, String function, Account account) throws RefusedException {
    Wishes wishes =
        new Wishes(
            name ->
                name.equals("function")
                    ? Optional.of(function)
                    : request.header("Task-" + name.replaceAll("([A-Z])", "-$1")));
    return task(account, wishes, request.body(), request.header("Content-Type").orElse(""));
  }

  /** A task that a sink hands in. */
  NewTask wished(Wish wish, Account account) throws RefusedException {
    Map<String, String> given =
        Map.of(
            "function",
            wish.function(),
            "id",
            wish.id(),
            "priority",
            String.valueOf(wish.priority()),
            "delay",
            wish.delay().toMillis() + "ms");
    return task(
        account,
        new Wishes(name -> Optional.ofNullable(given.get(name))),
        wish.event().data(),
        wish.event().dataContentType().orElse(""),
        wish.hops());
  }

  private NewTask task(Account account, Wishes wishes, byte[] payload, String contentType)
      throws RefusedException {
    return task(account, wishes, payload, contentType, 0);
  }

  private NewTask task(Account account, Wishes wishes, byte[] payload, String contentType, int hops)
      throws RefusedException {
    long nowMs = clock.millis();
    Functions.Wanted wanted = functions.wanted(account.name(), wishes.find("function"));
    String function = wanted.function();
    Optional<String> name = wishes.find("id");
    if (name.isPresent() && !ID.matcher(name.get()).matches()) {
      throw RefusedException.badRequest(
          "an id is 1 to 200 visible ASCII characters without spaces");
    }
    if (payload.length > maxPayload) {
      throw RefusedException.of(
          413,
          "too_large",
          "the payload has " + payload.length + " bytes; at most " + maxPayload + " are taken");
    }
    Optional<String> orderKey = wishes.find("orderKey");
    if (orderKey.filter(key -> key.length() > MAX_ORDER_KEY).isPresent()) {
      throw RefusedException.badRequest(
          "an order key has at most " + MAX_ORDER_KEY + " characters");
    }
    int priority = priority(wishes);
    long startMs = startMs(wishes, nowMs);
    long deadlineMs = time(wishes, "deadline").map(Instant::toEpochMilli).orElse(TaskSpec.NEVER);
    if (orderKey.isPresent()
        && (priority != 0 || startMs > nowMs || deadlineMs != TaskSpec.NEVER)) {
      throw RefusedException.badRequest(
          "a task with an orderKey takes its turn: it has no priority, delay, startAt or deadline");
    }
    if (deadlineMs <= Math.max(nowMs, startMs)) {
      throw RefusedException.badRequest(
          "the deadline " + wishes.find("deadline").orElse("") + " is before the task can begin");
    }
    long expiresMs =
        duration(wishes, "maxAge")
            .map(age -> Math.max(nowMs, startMs) + age.toMillis())
            .orElse(TaskSpec.NEVER);
    TaskSpec spec =
        new TaskSpec(
            numbers.next(),
            account.name(),
            name,
            function,
            contentType,
            payload.length,
            name.isPresent() ? digest(function + wanted.said(), contentType, payload) : "",
            orderKey,
            deadlineMs,
            expiresMs);
    boolean isLater = startMs > nowMs;
    TaskLife life =
        TaskLife.begin(
            isLater ? TaskAction.DELAY : TaskAction.SUBMIT,
            new Occasion(
                spec.submittedMs(), new Origin(wanted.said(), hops).text(), account.name()));
    return new NewTask(
        new StoredTask(spec, life, priority, isLater ? startMs : 0, 0, 0, StoredTask.Progress.NONE),
        payload);
  }

  private static int priority(Wishes wishes) throws RefusedException {
    Optional<String> given = wishes.find("priority");
    return given.isEmpty() ? 0 : priority(given.get());
  }

  /** A priority as it was written. */
  static int priority(String text) throws RefusedException {
    try {
      int priority = Integer.parseInt(text);
      if (Math.abs(priority) <= MAX_PRIORITY) {
        return priority;
      }
    } catch (NumberFormatException e) {
      // It is told below what it must be.
    }
    throw RefusedException.badRequest(
        "'priority' must be a whole number from -" + MAX_PRIORITY + " to " + MAX_PRIORITY);
  }

  /** Why somebody does something, as it was written; empty if nothing was. */
  static String reason(Optional<String> text) throws RefusedException {
    String reason = text.orElse("");
    if (reason.length() > TransitionLog.MAX_CAUSE
        || reason.chars().anyMatch(Character::isISOControl)) {
      throw RefusedException.badRequest(
          "'reason' must be a text of up to "
              + TransitionLog.MAX_CAUSE
              + " characters, without line breaks");
    }
    return reason;
  }

  private static long startMs(Wishes wishes, long nowMs) throws RefusedException {
    Optional<Duration> delay = duration(wishes, "delay");
    Optional<Instant> at = time(wishes, "startAt");
    if (delay.isPresent() && at.isPresent()) {
      throw RefusedException.badRequest("give either 'delay' or 'startAt'");
    }
    long startMs =
        delay.isPresent()
            ? nowMs + delay.get().toMillis()
            : at.map(Instant::toEpochMilli).orElse(nowMs);
    if (startMs - nowMs > LONGEST_DELAY.toMillis()) {
      throw RefusedException.badRequest("a task begins within " + LONGEST_DELAY.toDays() + " days");
    }
    return startMs;
  }

  private static Optional<Duration> duration(Wishes wishes, String name) throws RefusedException {
    Optional<String> text = wishes.find(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(duration(name, text.get()));
  }

  /** A duration as it was written. */
  static Duration duration(String name, String text) throws RefusedException {
    try {
      Duration duration = Durations.parse(text);
      if (duration.compareTo(Duration.ofDays(3650)) <= 0 && !duration.isNegative()) {
        return duration;
      }
    } catch (IllegalArgumentException e) {
      // It is told below what it must be.
    }
    throw RefusedException.badRequest(
        "'" + name + "' must be a duration such as \"200ms\", \"5s\", \"10m\", \"1h\"");
  }

  private static Optional<Instant> time(Wishes wishes, String name) throws RefusedException {
    Optional<String> text = wishes.find(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(time(name, text.get()));
  }

  /** A time as it was written. */
  static Instant time(String name, String text) throws RefusedException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw RefusedException.badRequest(
          "'" + name + "' must be a time such as 2030-01-31T12:00:00Z");
    }
  }

  private static String digest(String function, String contentType, byte[] payload) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((function + "\n" + contentType + "\n").getBytes(UTF_8));
      digest.update(payload);
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
