package io.penstock.httpclient;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The headers of an answer. Thread-safe, since nobody writes to them any more. */
public interface AnswerHeaders {

  /** The first value of a header; null if there is none. Names are not case-sensitive. */
  @Nullable String get(String name);

  /** Hands every header to a consumer, names in lower case. */
  void forEach(BiConsumer<String, String> consumer);
}
