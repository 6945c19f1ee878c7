package io.penstock.server.cli;

import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.Engine;
import io.penstock.server.cli.Surroundings.Terminal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells on standard error how the connectors are: each second on one line that is kept up to date
 * where somebody watches, or else in the log now and then. Has a thread of its own.
 */
final class StatusReporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
  private static final Duration LIVE = Duration.ofSeconds(1);
  private static final Duration LOGGED = Duration.ofSeconds(30);
  private static final Duration STATUS_TIMEOUT = Duration.ofMillis(500);

  private final Engine engine;
  private final @Nullable LiveLine line;
  private final PrintStream standardError;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private StatusReporter(Engine engine, Terminal terminal) {
    this.engine = engine;
    this.standardError = System.err;
    this.line = terminal == Terminal.ATTACHED ? new LiveLine(standardError) : null;
    this.thread = new Thread(this::run, "penstock-status");
    this.thread.setDaemon(true);
  }

  static StatusReporter start(Engine engine, Surroundings surroundings) {
    StatusReporter reporter = new StatusReporter(engine, surroundings.terminal());
    if (reporter.line != null) {
      System.setErr(new PrintStream(reporter.line, true, StandardCharsets.UTF_8));
    }
    reporter.thread.start();
    return reporter;
  }

  private void run() {
    Duration interval = line != null ? LIVE : LOGGED;
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        report();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the thread ends; nobody else has it
    }
  }

  private void report() {
    List<ConnectorStatus> statuses = statuses();
    if (line == null) {
      statuses.forEach(status -> LOG.info("{}", StatusText.of(status)));
    } else {
      line.show(
          statuses.stream()
              .sorted(Comparator.comparing(StatusReporter::isWell))
              .map(StatusText::of)
              .collect(Collectors.joining("  |  ")));
    }
  }

  /** The line is cut at the edge: what needs a person comes first. */
  private static boolean isWell(ConnectorStatus status) {
    return status.state() == State.RUNNING && status.health().isEmpty();
  }

  private List<ConnectorStatus> statuses() {
    List<ConnectorStatus> statuses = new ArrayList<>();
    for (Connector connector : engine.connectors()) {
      CompletableFuture<ConnectorStatus> asked = new CompletableFuture<>();
      connector
          .status()
          .whenComplete(
              (status, failure) -> {
                if (failure == null) {
                  asked.complete(status);
                } else {
                  asked.completeExceptionally(failure);
                }
              });
      try {
        statuses.add(asked.orTimeout(STATUS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join());
      } catch (CompletionException e) {
        LOG.debug("connector '{}' does not tell its status", connector.name(), e);
      }
    }
    return statuses;
  }

  /** Ends the thread and takes the line away. */
  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = false;
    try {
      thread.join(STATUS_TIMEOUT.toMillis() * 4);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (line != null) {
      line.erase();
      System.setErr(standardError);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
