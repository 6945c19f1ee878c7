package io.penstock.source.tasks.desk;

import io.penstock.functions.Event;
import io.penstock.source.tasks.store.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is kept of what a function made. */
final class Results {

  private Results() {}

  /** The payload of the only result; null if there is none, more than one, or too much of it. */
  static @Nullable Result kept(List<Event> results, int maxBytes) {
    if (results.size() != 1) {
      return null;
    }
    byte[] data = results.get(0).data();
    return data.length <= maxBytes
        ? new Result(results.get(0).dataContentType().orElse(""), data)
        : null;
  }
}
