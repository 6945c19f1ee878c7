package io.penstock.httpclient;

import java.util.concurrent.CompletionStage;

/** A request under way. Thread-safe. */
public interface HttpCall {

  /**
   * Completes with how it ended, never exceptionally, on a thread that must not be blocked; within the
   * timeout of the call.
   */
  CompletionStage<HttpResult> result();

  /** Ends it now, if it hasn't ended: the connection is given up and the result is a failure. */
  void cancel();
}
