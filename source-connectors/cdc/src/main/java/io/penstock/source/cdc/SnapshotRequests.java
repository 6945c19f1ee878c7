package io.penstock.source.cdc;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /snapshots {"tables": [..]}}: has tables read again while their changes go on. It becomes a
 * row in the table of signals, so any worker can be asked, and nothing is forgotten when one dies.
 */
final class SnapshotRequests {

  private static final Logger log = LoggerFactory.getLogger(SnapshotRequests.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CdcConfig config;
  private final Database database;
  private final AtomicBoolean busy = new AtomicBoolean();

  SnapshotRequests(CdcConfig config, Database database) {
    this.config = config;
    this.database = database;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("POST", "/snapshots", this::start));
  }

  private CompletionStage<Response> start(Request request) {
    Map<String, List<String>> body;
    try {
      body = JSON.readValue(request.body(), new TypeReference<Map<String, List<String>>>() {});
    } catch (IOException e) {
      return refused(400, "bad_request", "the body is not {\"tables\": [\"public.orders\"]}");
    }
    if (!body.keySet().stream().allMatch("tables"::equals)) {
      return refused(400, "bad_request", "expected {\"tables\": [...]}, found " + body.keySet());
    }
    List<String> tables = Objects.requireNonNullElse(body.get("tables"), config.tables());
    List<String> unknown =
        tables.stream().filter(table -> !config.tables().contains(table)).toList();
    if (!unknown.isEmpty() || tables.isEmpty()) {
      return refused(
          400,
          "unknown_table",
          unknown + " is not among the connector's tables: " + config.tables());
    }
    if (config.signals().isEmpty()) {
      return refused(
          409,
          "no_signals",
          "the connector has no table of signals: make one, and name it as \"signals\"");
    }
    if (!busy.compareAndSet(false, true)) {
      return refused(409, "busy", "another snapshot is just being asked for; try again");
    }
    String signals = config.signals().get();
    return CompletableFuture.supplyAsync(() -> write(tables, signals), SnapshotRequests::start)
        .whenComplete((done, failure) -> busy.set(false));
  }

  /** It takes no longer than the database's time limits, and there is one at a time. */
  private static void start(Runnable work) {
    Thread thread = new Thread(work, "penstock-cdc-signal");
    thread.setDaemon(true);
    thread.start();
  }

  private Response write(List<String> tables, String table) {
    String id = "penstock-" + UUID.randomUUID().toString().substring(0, 18);
    try {
      database.signal(
          table,
          id,
          "execute-snapshot",
          JSON.writeValueAsString(Map.of("type", "INCREMENTAL", "data-collections", tables)));
      return answer(202, Map.of("id", id, "tables", tables));
    } catch (SQLException e) {
      log.warn("no row can be written to the table of signals {}", table, e);
      return problem(
          502, "database_refused", "no row can be written to " + table + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompletionStage<Response> refused(int status, String code, String detail) {
    return CompletableFuture.completedFuture(problem(status, code, detail));
  }

  private static Response problem(int status, String code, String detail) {
    return answer(status, Map.of("code", code, "detail", detail));
  }

  private static Response answer(int status, Map<String, ?> body) {
    try {
      return Response.of(
          status, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
