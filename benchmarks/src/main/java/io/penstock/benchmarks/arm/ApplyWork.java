package io.penstock.benchmarks.arm;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;

/** The function of the Penstock arms, as a user would write it. */
public final class ApplyWork implements EventHandler<byte[], byte[]> {

  /** For the runtime. */
  public ApplyWork() {}

  @Override
  public byte[] handle(byte[] value, Context context) {
    return Work.apply(value);
  }
}
