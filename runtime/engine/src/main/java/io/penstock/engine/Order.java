package io.penstock.engine;

/** What a connector keeps in order. */
public enum Order {
  /** Nothing: every event goes as soon as it can. */
  NONE,
  /** All events of a lane: one batch of a lane at a time. */
  LANE,
  /** Events of a lane with the same key; other keys go side by side. */
  KEY
}
