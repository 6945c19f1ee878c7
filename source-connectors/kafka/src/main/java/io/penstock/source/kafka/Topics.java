package io.penstock.source.kafka;

import java.util.List;
import java.util.regex.Pattern;

/** What to subscribe to. */
sealed interface Topics {

  /** These topics, at least one. */
  record Named(List<String> names) implements Topics {}

  /** Every topic whose whole name matches, now or later. */
  record Matching(Pattern pattern) implements Topics {}
}
