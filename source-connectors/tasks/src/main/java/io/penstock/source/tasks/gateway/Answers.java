package io.penstock.source.tasks.gateway;

import io.penstock.connector.EventLog;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.source.tasks.desk.Statistics;
import io.penstock.source.tasks.desk.Times;
import io.penstock.source.tasks.state.Origin;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskSpec;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How tasks and problems look in JSON. */
final class Answers {

  private Answers() {}

  static Response json(int status, @Nullable Object tree) {
    return json(status, tree, Map.of());
  }

  static Response json(int status, @Nullable Object tree, Map<String, String> headers) {
    return bytes(status, "application/json", Json.write(tree), headers);
  }

  static Response bytes(int status, String contentType, byte[] body, Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", contentType.isEmpty() ? "application/octet-stream" : contentType);
    all.put("Content-Length", String.valueOf(body.length));
    all.put("Cache-Control", "no-store");
    return Response.of(status, all, body);
  }

  /** A document that comes with this program. */
  static Response document(String name) {
    try (InputStream document = Answers.class.getResourceAsStream(name)) {
      if (document == null) {
        throw new IllegalStateException(name + " is missing in this installation");
      }
      return bytes(200, "application/json", document.readAllBytes(), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("what is on the class path can be read", e);
    }
  }

  static Response problem(RefusedException e) {
    Map<String, Object> tree = problemTree(e);
    return bytes(e.status(), "application/problem+json", Json.write(tree), e.headers());
  }

  /** As RFC 9457 wants it; {@code code} is for programs. */
  static Map<String, Object> problemTree(RefusedException e) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("type", "about:blank");
    tree.put("title", title(e.status()));
    tree.put("status", e.status());
    tree.put("code", e.code());
    tree.put("detail", String.valueOf(e.getMessage()));
    tree.putAll(e.members());
    return tree;
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 413 -> "Content Too Large";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Error";
    };
  }

  static String word(Enum<?> value) {
    String[] parts = value.name().toLowerCase(Locale.ROOT).split("_");
    StringBuilder word = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      word.append(Character.toUpperCase(parts[i].charAt(0))).append(parts[i].substring(1));
    }
    return word.toString();
  }

  private static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).toString();
  }

  /** What tells tasks of a list apart. */
  static Map<String, Object> brief(StoredTask task) {
    TaskSpec spec = task.spec();
    TaskState state = task.life().state();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", spec.id());
    tree.put("function", spec.function());
    tree.put("state", word(state));
    tree.put("delivery", word(task.life().delivery()));
    tree.put("attempts", task.life().attempts());
    if (task.priority() != 0) {
      tree.put("priority", task.priority());
    }
    tree.put("submittedAt", time(spec.submittedMs()));
    if (state == TaskState.DELAYED && task.dueMs() != TaskSpec.NEVER) {
      tree.put("startsAt", time(task.dueMs()));
    }
    if (task.startedMs() > 0) {
      tree.put("startedAt", time(task.startedMs()));
    }
    if (task.endedMs() > 0) {
      tree.put("endedAt", time(task.endedMs()));
    }
    return tree;
  }

  /** What a function logged. */
  static Map<String, Object> line(EventLog.Line line) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("time", line.time().toString());
    tree.put("level", line.level());
    tree.put("logger", line.logger());
    tree.put("text", line.text());
    return tree;
  }

  /** Everything about a task. */
  static Map<String, Object> full(StoredTask task) {
    TaskSpec spec = task.spec();
    Map<String, Object> tree = brief(task);
    tree.put("contentType", spec.contentType());
    tree.put("sizeBytes", spec.size());
    spec.orderKey().ifPresent(key -> tree.put("orderKey", key));
    if (spec.deadlineMs() != TaskSpec.NEVER) {
      tree.put("deadline", time(spec.deadlineMs()));
    }
    if (spec.expiresMs() != TaskSpec.NEVER) {
      tree.put("expiresAt", time(spec.expiresMs()));
    }
    if (task.life().crashes() > 0) {
      tree.put("crashes", task.life().crashes());
    }
    if (task.progress().fraction() >= 0) {
      tree.put(
          "progress",
          Map.of("fraction", task.progress().fraction(), "note", task.progress().note()));
    }
    tree.put("durationsMs", durations(task));
    Stages.of(task).version().ifPresent(version -> tree.put("version", version));
    Stages.of(task).worker().ifPresent(worker -> tree.put("worker", worker));
    int hops = Origin.of(task.life().log()).hops();
    if (hops > 0) {
      tree.put("hops", hops);
    }
    int leftOut = task.life().log().leftOut();
    if (leftOut > 0) {
      tree.put("transitionsLeftOut", leftOut);
    }
    List<Object> transitions = new ArrayList<>();
    for (Transition transition : task.life().log().entries()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("at", time(transition.atMs()));
      one.put("action", word(transition.action()));
      one.put("state", word(transition.state()));
      if (!transition.cause().isEmpty()) {
        one.put("cause", transition.cause());
      }
      if (!transition.by().isEmpty()) {
        one.put("by", transition.by());
      }
      transitions.add(one);
    }
    tree.put("transitions", transitions);
    return tree;
  }

  /** What became of the tasks of a function. */
  static Map<String, Object> statistics(Statistics.OfFunction of) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (TaskState state : TaskState.values()) {
      if (state.isFinal()) {
        tree.put(word(state), of.ended(state));
      }
    }
    tree.put("waitingMs", percentiles(of.waiting()));
    tree.put("runningMs", percentiles(of.running()));
    return tree;
  }

  private static Map<String, Object> percentiles(Times times) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("p50", times.percentileMs(0.5));
    tree.put("p99", times.percentileMs(0.99));
    return tree;
  }

  /** How long each stage took, as far as it has ended. */
  private static Map<String, Object> durations(StoredTask task) {
    Stages stages = Stages.of(task);
    Map<String, Object> durations = new LinkedHashMap<>();
    stages.waitingMs().ifPresent(ms -> durations.put("waiting", ms));
    stages.dispatchMs().ifPresent(ms -> durations.put("dispatch", ms));
    stages.runningMs().ifPresent(ms -> durations.put("running", ms));
    stages.deliveryMs().ifPresent(ms -> durations.put("delivery", ms));
    return durations;
  }
}
