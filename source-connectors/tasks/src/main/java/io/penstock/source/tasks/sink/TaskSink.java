package io.penstock.source.tasks.sink;

import io.penstock.connector.Peers;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.Hashes;
import io.penstock.source.tasks.sink.TaskIntake.Wish;
import io.penstock.source.tasks.state.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Hands events in as tasks. The id of a task follows from its event and function, so that none becomes two. */
final class TaskSink implements Sink {

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Settings settings;
  private final long maxHops;
  private Peers peers = Peers.NONE;
  private String own = "";

  TaskSink(Settings settings) {
    this.settings = settings;
    this.maxHops = settings.get(TaskSinkProvider.MAX_HOPS);
  }

  @Override
  public Ordering ordering() {
    return Ordering.NONE;
  }

  @Override
  public void open(SinkContext context) {
    peers = context.peers();
    own = context.connector();
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    String connector = settings.find(TaskSinkProvider.CONNECTOR).orElse(own);
    Optional<TaskIntake> intake = peers.find(connector, TaskIntake.class);
    List<CompletableFuture<SinkOutcome>> outcomes = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      outcomes.add(
          intake.isPresent()
              ? deliver(record, intake.get(), connector).toCompletableFuture()
              : CompletableFuture.completedFuture(
                  new SinkOutcome.Retry(
                      AGAIN,
                      "this worker runs no connector '" + connector + "' whose source is tasks")));
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(done -> outcomes.stream().map(CompletableFuture::join).toList());
  }

  private CompletionStage<SinkOutcome> deliver(
      SinkRecord record, TaskIntake intake, String connector) {
    Event event = record.event();
    int hops = Math.max(hops(record.cause()), hops(event)) + 1;
    if (hops > maxHops) {
      return CompletableFuture.completedFuture(
          new SinkOutcome.Reject(
              maxHops + " sinks have handed this on already: it goes in a circle (maxHops)"));
    }
    String function = settings.get(TaskSinkProvider.FUNCTION);
    String id =
        "sink-"
            + HexFormat.of()
                .formatHex(
                    Hashes.sha256(event.source() + "\n" + event.id() + "\n" + function), 0, 16);
    return intake.take(
        new Wish(
            account(record.cause(), connector),
            function,
            id,
            event,
            hops,
            Math.toIntExact(settings.get(TaskSinkProvider.PRIORITY)),
            settings.get(TaskSinkProvider.DELAY)));
  }

  /** Only what this connector's source has said of itself is believed: a result may say anything. */
  private String account(@Nullable Event cause, String connector) {
    Optional<String> given = settings.find(TaskSinkProvider.ACCOUNT);
    if (given.isPresent() || cause == null || !connector.equals(own)) {
      return given.orElse(Account.DEFAULT);
    }
    return cause.extensions().getOrDefault(Origin.ACCOUNT, Account.DEFAULT);
  }

  private static int hops(@Nullable Event event) {
    if (event == null) {
      return 0;
    }
    try {
      return Math.max(0, Integer.parseInt(event.extensions().getOrDefault(Origin.HOPS, "0")));
    } catch (NumberFormatException e) {
      return 0; // somebody else's word
    }
  }

  @Override
  public void close() {
    peers = Peers.NONE;
  }
}
