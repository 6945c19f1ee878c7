package io.penstock.engine.core;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Lanes that are being given up together, and who waits for how far they got.
 *
 * @param lanes quiesced already
 * @param answer completed once, when nothing of them is out or the time is over
 */
record Revocation(List<LaneState> lanes, CompletableFuture<Map<Lane, LaneCommit>> answer) {

  boolean isQuiet() {
    for (LaneState lane : lanes) {
      if (lane.out > 0) {
        return false;
      }
    }
    return true;
  }
}
