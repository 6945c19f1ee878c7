package io.penstock.source.rocketmq;

/** Which messages the broker hands over. */
sealed interface Filter {

  /** All of them. */
  record Everything() implements Filter {}

  /** Those with one of these tags, as the client writes it: {@code paid || shipped}. */
  record Tags(String expression) implements Filter {}

  /** Those whose properties this SQL92 condition holds for. */
  record Sql(String condition) implements Filter {}
}
