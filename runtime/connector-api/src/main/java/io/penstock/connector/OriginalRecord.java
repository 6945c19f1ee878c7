package io.penstock.connector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it stood in the source, byte for byte: what a dead letter keeps, so that it can be put
 * back with nothing else at hand. Arrays are not copied and must not be changed.
 *
 * @param key null if the record had none
 * @param headers in their order; a name may occur more than once
 * @param value null if the record had none (a tombstone)
 */
public record OriginalRecord(byte @Nullable [] key, List<Header> headers, byte @Nullable [] value) {

  /** One header; the value is null if the source allows that and it was. */
  public record Header(String name, byte @Nullable [] value) {}
}
