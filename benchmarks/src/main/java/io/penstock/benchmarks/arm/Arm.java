package io.penstock.benchmarks.arm;

/**
 * One way to bring every record of the input topic through {@link Work#apply} to the output topic,
 * with its key, at least once: positions are committed only when the results are acknowledged.
 *
 * <ol>
 *   <li>{@link ArmMain} makes it, with no arguments, in a JVM of its own.
 *   <li>{@link #start} sets it going and returns. A failure later on ends the JVM: an uncaught
 *       exception in any thread does that.
 *   <li>{@link #close} ends it in good order, with its positions committed.
 * </ol>
 */
public interface Arm {

  /** Sets it going and returns. */
  void start(ArmSettings settings) throws Exception;

  /** Ends it in good order: what was read is written and its positions are committed. */
  void close() throws Exception;
}
