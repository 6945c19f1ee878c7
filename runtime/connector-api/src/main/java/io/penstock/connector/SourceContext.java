package io.penstock.connector;

/** What a source gets from the engine when it is opened. */
public interface SourceContext {

  /** The name of the connector, unique in this worker. */
  String connector();

  /** How many bytes of records the source's client may hold on its own at most. */
  long bufferBytes();

  /** Whom to tell about lanes. */
  LaneOwner lanes();

  /** Where the source may keep state, under keys of its own; its calls block. */
  StateStore state();

  /** Where tests may stop the process; a source calls it between any two durable steps. */
  Failpoints failpoints();
}
