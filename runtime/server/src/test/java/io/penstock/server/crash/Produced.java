package io.penstock.server.crash;

/**
 * An event that the broker has. What its record holds follows from it; see {@link TestRecord}.
 *
 * @param number its place among all events of a run, from 0; what its results are known by
 * @param key which key it has, or {@link #NO_KEY}
 * @param sequence its place among the events of its key, from 0
 * @param kind what is to become of it
 * @param partition where it is
 * @param offset where it is there
 */
record Produced(int number, int key, int sequence, Kind kind, int partition, long offset) {

  static final int NO_KEY = -1;

  /** What is to become of an event, whatever happens on the way. */
  enum Kind {
    /** One result. */
    PLAIN(1, 1, Letter.NONE),
    /** Two results. */
    TWO_RESULTS(2, 2, Letter.NONE),
    /** A result that the second topic never takes: it is too large. */
    LARGE(1, 0, Letter.SINK),
    /** Handled, without a result. */
    NO_RESULT(0, 0, Letter.NONE),
    /** Does not pass the filter. */
    FILTERED(0, 0, Letter.NONE),
    /** The function says no. */
    REJECTED(0, 0, Letter.FUNCTION),
    /** The function fails each time. */
    POISON(0, 0, Letter.FUNCTION),
    /** Its payload can't be read, so nobody knows whether it passes the filter. */
    UNREADABLE(0, 0, Letter.FUNCTION);

    private final int[] results;
    private final Letter letter;

    Kind(int inFirst, int inSecond, Letter letter) {
      this.results = new int[] {inFirst, inSecond};
      this.letter = letter;
    }

    /** How many results a topic is to have; topics are numbered 0 and 1. */
    int results(int topic) {
      return results[topic];
    }

    Letter letter() {
      return letter;
    }
  }

  /** Which dead letter is to be there. */
  enum Letter {
    NONE,
    FUNCTION,
    SINK
  }
}
