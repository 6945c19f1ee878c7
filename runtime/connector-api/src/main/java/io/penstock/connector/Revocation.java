package io.penstock.connector;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gives up lanes of a source that owns them to its end. */
public final class Revocation {

  /** The engine answers in the time that draining may take; this only keeps a defect bounded. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private Revocation() {}

  /**
   * Gives lanes up and waits for the answer; for {@link Source#close()}, on the intake thread.
   *
   * @return how far each lane is settled, to be committed now
   * @throws ConnectorException retriable if there is no answer: nothing can be committed then
   */
  public static Map<Lane, LaneCommit> await(SourceContext context, Collection<Lane> lanes) {
    try {
      return context
          .lanes()
          .revoking(lanes)
          .toCompletableFuture()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notCommitted(context, e);
    } catch (ExecutionException | TimeoutException e) {
      throw notCommitted(context, e);
    }
  }

  private static ConnectorException notCommitted(SourceContext context, Exception e) {
    return ConnectorException.retry(
        "connector "
            + context.connector()
            + " closed without its last commit: what was settled since the one before is"
            + " handled again after a restart",
        e);
  }
}
