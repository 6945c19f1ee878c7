package io.penstock.connector;

/**
 * What a sink gets from the engine when it is opened.
 *
 * @param connector the name of the connector
 * @param bufferBytes how many bytes the sink's client may hold on its own at most
 * @param failpoints where tests may stop the process
 * @param peers what other connectors of this worker offer
 */
public record SinkContext(String connector, long bufferBytes, Failpoints failpoints, Peers peers) {

  /** Without other connectors. */
  public SinkContext(String connector, long bufferBytes, Failpoints failpoints) {
    this(connector, bufferBytes, failpoints, Peers.NONE);
  }
}
