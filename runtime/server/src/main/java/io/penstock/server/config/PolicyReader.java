package io.penstock.server.config;

import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.Durations;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConcurrencyPolicy.Algorithm;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.WindowPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Makes policies of settings, after a check of what one key alone can't say. Every method answers
 * empty if it added a problem, or if the settings lack a value because of one.
 */
final class PolicyReader {

  /** How often an event is tried where the file says neither that nor that it has no end. */
  private static final int DEFAULT_ATTEMPTS = 5;

  private static final String ADD_ON_FAILURE =
      "add \"onFailure\" with a sink, or with {\"type\": \"drop\"} to give such events up";

  /** Whether events that can't be handled have somewhere to go. */
  enum Failures {
    GO_ON,
    HALT
  }

  private final Problems problems;

  PolicyReader(Problems problems) {
    this.problems = problems;
  }

  Optional<ConcurrencyPolicy> concurrency(Optional<Settings> settings) {
    if (settings.isEmpty()) {
      return Optional.of(ConnectorKeys.DEFAULT_CONCURRENCY);
    }
    Settings given = settings.get();
    Optional<Algorithm> algorithm = given.find(ConnectorKeys.ALGORITHM);
    if (algorithm.isEmpty()) {
      return Optional.empty();
    }
    return switch (algorithm.get()) {
      case ADAPTIVE -> bounded(given, Algorithm.ADAPTIVE);
      case AIMD ->
          isUnused(given, ConnectorKeys.TOLERANCE, Algorithm.AIMD)
              ? bounded(given, Algorithm.AIMD)
              : Optional.empty();
      case FIXED -> fixed(given);
    };
  }

  private Optional<ConcurrencyPolicy> fixed(Settings given) {
    boolean good =
        isUnused(given, ConnectorKeys.MIN, Algorithm.FIXED)
            & isUnused(given, ConnectorKeys.INITIAL, Algorithm.FIXED)
            & isUnused(given, ConnectorKeys.TOLERANCE, Algorithm.FIXED);
    Optional<Long> max = given.find(ConnectorKeys.MAX);
    if (max.isEmpty()) {
      problems.add(
          given.path() + ".max", "nothing", "the limit, as the algorithm fixed doesn't find one");
    }
    return good ? max.map(m -> ConcurrencyPolicy.fixed(m.intValue())) : Optional.empty();
  }

  /** Adds a problem if a key is given that means nothing to an algorithm. */
  private boolean isUnused(Settings given, ConfigKey<?> key, Algorithm algorithm) {
    Optional<?> value = given.find(key);
    value.ifPresent(
        v ->
            problems.add(
                given.path() + "." + key.name(),
                String.valueOf(v),
                "nothing, as it means nothing to the algorithm "
                    + algorithm.name().toLowerCase(Locale.ROOT)));
    return value.isEmpty();
  }

  private Optional<ConcurrencyPolicy> bounded(Settings given, Algorithm algorithm) {
    ConcurrencyPolicy defaults = ConnectorKeys.DEFAULT_CONCURRENCY;
    Optional<Long> min = given.find(ConnectorKeys.MIN);
    Optional<Long> max = given.find(ConnectorKeys.MAX);
    Optional<Long> initial = given.find(ConnectorKeys.INITIAL);
    long most = max.orElse(Math.max(defaults.max(), Math.max(min.orElse(0L), initial.orElse(0L))));
    long least = min.orElse(Math.min(defaults.min(), most));
    if (least > most) {
      problems.add(given.path() + ".min", String.valueOf(least), "max or less, and max is " + most);
      return Optional.empty();
    }
    long start = initial.orElse(Math.min(Math.max(defaults.initial(), least), most));
    if (start < least || start > most) {
      problems.add(
          given.path() + ".initial", String.valueOf(start), "from " + least + " to " + most);
      return Optional.empty();
    }
    return Optional.of(
        new ConcurrencyPolicy(
            algorithm,
            (int) least,
            (int) most,
            (int) start,
            given
                .find(ConnectorKeys.TOLERANCE)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty())));
  }

  /** The retry policy of a sink: without end unless the file says otherwise. */
  Optional<RetryPolicy> sinkRetry(Optional<Settings> settings, Failures failures) {
    return settings.isEmpty()
        ? Optional.of(RetryPolicy.FOREVER)
        : retry(settings.get(), failures, OptionalInt.empty());
  }

  /** The retry policy of a route: that of the connector unless the file says otherwise. */
  Optional<RetryPolicy> routeRetry(
      Optional<Settings> settings, Failures failures, RetryPolicy connectors) {
    return settings.isEmpty()
        ? Optional.of(connectors)
        : retry(
            settings.get(),
            failures,
            failures == Failures.GO_ON ? OptionalInt.of(DEFAULT_ATTEMPTS) : OptionalInt.empty());
  }

  Optional<DeliveryPolicy> delivery(Settings delivery, Failures failures) {
    Optional<Settings> batch = delivery.find(ConnectorKeys.BATCH);
    Optional<Settings> retry = delivery.find(ConnectorKeys.RETRY);
    Optional<Settings> window = delivery.find(ConnectorKeys.WINDOW);
    Optional<RetryPolicy> retryPolicy =
        retry.flatMap(
            settings ->
                retry(
                    settings,
                    failures,
                    failures == Failures.GO_ON
                        ? OptionalInt.of(DEFAULT_ATTEMPTS)
                        : OptionalInt.empty()));
    Optional<WindowPolicy> windowPolicy = window.flatMap(w -> window(delivery, w, failures));
    Optional<BatchPolicy> batchPolicy =
        batch.flatMap(settings -> batch(settings, delivery.find(ConnectorKeys.MEMORY)));
    if (!complete(delivery, ConnectorKeys.ORDER)
        || !complete(delivery, ConnectorKeys.ON_UNREADABLE_DATA)
        || retryPolicy.isEmpty()
        || windowPolicy.isEmpty()
        || batchPolicy.isEmpty()
        || !complete(retry.get(), ConnectorKeys.BISECT)) {
      return Optional.empty();
    }
    return Optional.of(
        new DeliveryPolicy(
            delivery.get(ConnectorKeys.ORDER),
            batchPolicy.get(),
            retryPolicy.get(),
            retry.get().get(ConnectorKeys.BISECT)
                ? DeliveryPolicy.Bisect.ON
                : DeliveryPolicy.Bisect.OFF,
            windowPolicy.get(),
            delivery.get(ConnectorKeys.ON_UNREADABLE_DATA)));
  }

  private Optional<RetryPolicy> retry(
      Settings settings, Failures failures, OptionalInt defaultAttempts) {
    Optional<Long> maxAttempts = settings.find(ConnectorKeys.MAX_ATTEMPTS);
    Optional<Duration> maxAge = settings.find(ConnectorKeys.MAX_AGE);
    boolean good = true;
    if (failures == Failures.HALT && maxAttempts.isPresent()) {
      problems.add(
          ProblemCode.NO_FAILURE_SINK,
          settings.path() + "." + ConnectorKeys.MAX_ATTEMPTS.name(),
          String.valueOf(maxAttempts.get()),
          "somewhere for events to go after the last attempt",
          ADD_ON_FAILURE);
      good = false;
    }
    if (failures == Failures.HALT && maxAge.isPresent()) {
      problems.add(
          ProblemCode.NO_FAILURE_SINK,
          settings.path() + "." + ConnectorKeys.MAX_AGE.name(),
          "'" + Durations.format(maxAge.get()) + "'",
          "somewhere for events to go when they are too old",
          ADD_ON_FAILURE);
      good = false;
    }
    Optional<Settings> backoff = settings.find(ConnectorKeys.BACKOFF);
    Optional<Duration> initial = backoff.flatMap(b -> b.find(ConnectorKeys.BACKOFF_INITIAL));
    Optional<Duration> max = backoff.flatMap(b -> b.find(ConnectorKeys.BACKOFF_MAX));
    if (initial.isEmpty() || max.isEmpty()) {
      return Optional.empty();
    }
    if (max.get().compareTo(initial.get()) < 0) {
      problems.add(
          backoff.get().path() + "." + ConnectorKeys.BACKOFF_MAX.name(),
          "'" + Durations.format(max.get()) + "'",
          "initial or more, and initial is " + Durations.format(initial.get()));
      good = false;
    }
    OptionalInt attempts =
        maxAttempts.map(n -> OptionalInt.of(Math.toIntExact(n))).orElse(defaultAttempts);
    return good
        ? Optional.of(new RetryPolicy(attempts, initial.get(), max.get(), maxAge))
        : Optional.empty();
  }

  private Optional<WindowPolicy> window(Settings delivery, Settings window, Failures failures) {
    if (!complete(window, ConnectorKeys.WINDOW_EVENTS)
        || !complete(window, ConnectorKeys.ON_WINDOW_FULL)
        || !complete(delivery, ConnectorKeys.MEMORY)
        || !complete(delivery, ConnectorKeys.COMMIT_INTERVAL)
        || !complete(delivery, ConnectorKeys.REVOKE_WAIT)) {
      return Optional.empty();
    }
    WindowPolicy.WhenFull whenFull = window.get(ConnectorKeys.ON_WINDOW_FULL);
    if (whenFull == WindowPolicy.WhenFull.DEAD_LETTER && failures == Failures.HALT) {
      problems.add(
          ProblemCode.NO_FAILURE_SINK,
          window.path() + "." + ConnectorKeys.ON_WINDOW_FULL.name(),
          "'deadLetter'",
          "somewhere for that event to go",
          ADD_ON_FAILURE);
      return Optional.empty();
    }
    return Optional.of(
        new WindowPolicy(
            Math.toIntExact(window.get(ConnectorKeys.WINDOW_EVENTS)),
            delivery.get(ConnectorKeys.MEMORY).bytes(),
            whenFull,
            delivery.get(ConnectorKeys.COMMIT_INTERVAL),
            delivery.get(ConnectorKeys.REVOKE_WAIT)));
  }

  private Optional<BatchPolicy> batch(Settings batch, Optional<ByteSize> memory) {
    if (memory.isEmpty()
        || !complete(batch, ConnectorKeys.BATCH_EVENTS)
        || !complete(batch, ConnectorKeys.BATCH_BYTES)
        || !complete(batch, ConnectorKeys.BATCH_WAIT)) {
      return Optional.empty();
    }
    ByteSize maxBytes = batch.get(ConnectorKeys.BATCH_BYTES);
    ByteSize room = new ByteSize(memory.get().bytes() / 2);
    if (maxBytes.compareTo(room) > 0) {
      problems.add(
          batch.path() + "." + ConnectorKeys.BATCH_BYTES.name(),
          "'" + maxBytes + "'",
          "at most " + room + ", half of the connector's memory",
          "make it smaller, or delivery.memory larger");
      return Optional.empty();
    }
    return Optional.of(
        new BatchPolicy(
            Math.toIntExact(batch.get(ConnectorKeys.BATCH_EVENTS)),
            maxBytes.bytes(),
            batch.get(ConnectorKeys.BATCH_WAIT)));
  }

  /** Whether a key with a default has a value: it lacks one only after a problem. */
  private static boolean complete(Settings settings, ConfigKey<?> key) {
    return settings.find(key).isPresent();
  }
}
