package io.penstock.testkit.gate;

import io.penstock.connector.DecodeException;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.testkit.gate.Scenario.Backend;
import io.penstock.testkit.gate.Scenario.Bounds;
import io.penstock.testkit.gate.Scenario.Calls;
import io.penstock.testkit.gate.Scenario.Expectation;
import io.penstock.testkit.gate.Scenario.Kind;
import io.penstock.testkit.gate.Scenario.Phase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a scenario from JSON. */
final class ScenarioFile {

  private static final ConfigKey<String> DESCRIPTION =
      ConfigKey.text("description").required().doc("What it is about, in a sentence.");
  private static final ConfigKey<Boolean> HEADLINE =
      ConfigKey.flag("headline").defaultsTo(false).doc("Whether it is drawn and compared first.");
  private static final ConfigKey<Long> WORKERS =
      ConfigKey.integer("workers").defaultsTo(1L).between(1L, 100L).doc("That share the backend.");
  private static final ConfigKey<Duration> JOIN_EVERY =
      ConfigKey.duration("joinEvery").defaultsTo(Duration.ZERO).doc("Between workers' starts.");

  private static final ConfigKey<Long> MIN =
      ConfigKey.integer("min").defaultsTo(1L).doc("No limit is lower.");
  private static final ConfigKey<Long> MAX =
      ConfigKey.integer("max").defaultsTo(400L).doc("No limit is higher.");
  private static final ConfigKey<Long> INITIAL =
      ConfigKey.integer("initial").defaultsTo(4L).doc("Where limits start.");
  private static final ConfigKey<Settings> LIMIT =
      ConfigKey.object("limit", ConfigSpec.of(MIN, MAX, INITIAL)).doc("Bounds of each limiter.");

  private static final ConfigKey<Double> PER_SECOND =
      ConfigKey.number("perSecond").defaultsTo(0.0).doc("Calls of each worker; 0 for no end.");
  private static final ConfigKey<Duration> TIMEOUT =
      ConfigKey.duration("timeout").defaultsTo(Duration.ofSeconds(30)).doc("Of a call.");
  private static final ConfigKey<Duration> TOGETHER =
      ConfigKey.duration("together")
          .defaultsTo(Duration.ZERO)
          .doc("Answers are handled together, so far apart.");
  private static final ConfigKey<Settings> CALLS =
      ConfigKey.object("calls", ConfigSpec.of(PER_SECOND, TIMEOUT, TOGETHER)).doc("What is sent.");

  private static final ConfigKey<Kind> KIND =
      ConfigKey.choice("kind", Kind.class).defaultsTo(Kind.SLOTS).doc("What capacity counts.");
  private static final ConfigKey<Double> SERVICE =
      ConfigKey.number("serviceMs").required().doc("Mean service time of a call of no event.");
  private static final ConfigKey<Double> PER_EVENT =
      ConfigKey.number("perEventMs").defaultsTo(0.0).doc("What each event adds.");
  private static final ConfigKey<Double> CV =
      ConfigKey.number("cv").defaultsTo(0.5).doc("Coefficient of variation of service times.");
  private static final ConfigKey<Double> FAST_SHARE =
      ConfigKey.number("fastShare").defaultsTo(0.0).doc("Share of calls that take fastMs.");
  private static final ConfigKey<Double> FAST =
      ConfigKey.number("fastMs").defaultsTo(1.0).doc("A fast call, as from a cache.");
  private static final ConfigKey<Long> QUEUE =
      ConfigKey.integer("queue").defaultsTo(0L).doc("Places before it refuses.");
  private static final ConfigKey<Double> REFUSAL =
      ConfigKey.number("refusalMs").defaultsTo(20.0).doc("How long a refusal takes.");
  private static final ConfigKey<Double> RANDOM_REFUSALS =
      ConfigKey.number("randomRefusals").defaultsTo(0.0).doc("Share refused for no reason.");
  private static final ConfigKey<Duration> RETRY_AFTER =
      ConfigKey.duration("retryAfter").defaultsTo(Duration.ZERO).doc("What refusals ask for.");
  private static final ConfigKey<Double> NETWORK =
      ConfigKey.number("networkMs").defaultsTo(0.0).doc("Mean of one way.");
  private static final ConfigKey<Long> COLD_CALLS =
      ConfigKey.integer("coldCalls").defaultsTo(0L).doc("First calls of a worker that are slow.");
  private static final ConfigKey<Double> COLD_FACTOR =
      ConfigKey.number("coldFactor").defaultsTo(1.0).doc("How many times slower they are.");
  private static final ConfigKey<Settings> BACKEND =
      ConfigKey.object(
              "backend",
              ConfigSpec.of(
                  KIND,
                  SERVICE,
                  PER_EVENT,
                  CV,
                  FAST_SHARE,
                  FAST,
                  QUEUE,
                  REFUSAL,
                  RANDOM_REFUSALS,
                  RETRY_AFTER,
                  NETWORK,
                  COLD_CALLS,
                  COLD_FACTOR))
          .required()
          .doc("What it is sent to.");

  private static final ConfigKey<Object> PHASES =
      ConfigKey.json("phases").required().doc("A list: one after the other.");
  private static final ConfigSpec SCENARIO =
      ConfigSpec.of(DESCRIPTION, HEADLINE, WORKERS, JOIN_EVERY, LIMIT, CALLS, BACKEND, PHASES);

  private static final ConfigKey<Duration> FOR =
      ConfigKey.duration("for").required().doc("How long it lasts.");
  private static final ConfigKey<Double> CAPACITY =
      ConfigKey.number("capacity").required().doc("Of the backend.");
  private static final ConfigKey<Double> SLOWDOWN =
      ConfigKey.number("slowdown").defaultsTo(1.0).doc("Factor on service times.");
  private static final ConfigKey<Long> MIN_EVENTS =
      ConfigKey.integer("minEvents").defaultsTo(1L).doc("Fewest events of a call.");
  private static final ConfigKey<Long> MAX_EVENTS =
      ConfigKey.integer("maxEvents").defaultsTo(1L).doc("Most events of a call.");
  private static final ConfigKey<Object> UTILISATION = range("utilisation");
  private static final ConfigKey<Object> TO_90 = range("roundTripsTo90");
  private static final ConfigKey<Object> REFUSED = range("refusedPercent");
  private static final ConfigKey<Object> P50 = range("p50ToService");
  private static final ConfigKey<Object> FAIRNESS = range("fairness");
  private static final ConfigKey<Object> TO_FAIR = range("roundTripsToFair");
  private static final ConfigKey<Object> LIMITS = range("limit");
  private static final ConfigKey<Settings> EXPECT =
      ConfigKey.object(
              "expect", ConfigSpec.of(UTILISATION, TO_90, REFUSED, P50, FAIRNESS, TO_FAIR, LIMITS))
          .doc("What must hold; each a list of two numbers.");
  private static final ConfigSpec PHASE =
      ConfigSpec.of(FOR, CAPACITY, SLOWDOWN, MIN_EVENTS, MAX_EVENTS, EXPECT);

  private ScenarioFile() {}

  private static ConfigKey<Object> range(String name) {
    return ConfigKey.json(name).doc("A list of two numbers: the least and the most.");
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it isn't one; the message names what is wrong
   */
  static Scenario read(String name, byte[] json) {
    try {
      if (!(new JsonCodec().decode(json) instanceof Map<?, ?> tree)) {
        throw new IllegalArgumentException(name + ": a scenario is an object");
      }
      Problems problems = new Problems();
      Settings settings = SCENARIO.read(tree, "$", problems);
      List<Settings> phases = new ArrayList<>();
      if (settings.find(PHASES).orElse(null) instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          if (list.get(i) instanceof Map<?, ?> phase) {
            phases.add(PHASE.read(phase, "$.phases[" + i + "]", problems));
          }
        }
      }
      if (problems.size() > 0) {
        throw new IllegalArgumentException(name + ": " + problems.list());
      }
      return scenario(name, settings, phases);
    } catch (DecodeException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static Scenario scenario(String name, Settings settings, List<Settings> phases) {
    Settings limit = settings.get(LIMIT);
    Settings calls = settings.get(CALLS);
    return new Scenario(
        name,
        settings.get(DESCRIPTION),
        settings.get(HEADLINE),
        toInt(settings, WORKERS),
        settings.get(JOIN_EVERY),
        new Bounds(toInt(limit, MIN), toInt(limit, MAX), toInt(limit, INITIAL)),
        new Calls(calls.get(PER_SECOND), calls.get(TIMEOUT), calls.get(TOGETHER)),
        backend(settings.get(BACKEND)),
        phases.stream().map(ScenarioFile::phase).toList());
  }

  private static Backend backend(Settings backend) {
    return new Backend(
        backend.get(KIND),
        ms(backend, SERVICE),
        ms(backend, PER_EVENT),
        backend.get(CV),
        backend.get(FAST_SHARE),
        ms(backend, FAST),
        toInt(backend, QUEUE),
        ms(backend, REFUSAL),
        backend.get(RANDOM_REFUSALS),
        backend.get(RETRY_AFTER),
        ms(backend, NETWORK),
        toInt(backend, COLD_CALLS),
        backend.get(COLD_FACTOR));
  }

  private static Phase phase(Settings phase) {
    Settings expect = phase.get(EXPECT);
    return new Phase(
        phase.get(FOR),
        phase.get(CAPACITY),
        phase.get(SLOWDOWN),
        toInt(phase, MIN_EVENTS),
        toInt(phase, MAX_EVENTS),
        new Expectation(
            range(expect, UTILISATION),
            range(expect, TO_90),
            range(expect, REFUSED),
            range(expect, P50),
            range(expect, FAIRNESS),
            range(expect, TO_FAIR),
            range(expect, LIMITS)));
  }

  private static Range range(Settings expect, ConfigKey<Object> key) {
    Object value = expect.find(key).orElse(null);
    if (value == null) {
      return Range.ANY;
    }
    if (value instanceof List<?> two
        && two.size() == 2
        && two.get(0) instanceof Number least
        && two.get(1) instanceof Number most) {
      return new Range(least.doubleValue(), most.doubleValue());
    }
    throw new IllegalArgumentException(
        expect.path() + "." + key.name() + " is not a list of two numbers: " + value);
  }

  private static int toInt(Settings settings, ConfigKey<Long> key) {
    return Math.toIntExact(settings.get(key));
  }

  private static Duration ms(Settings settings, ConfigKey<Double> key) {
    return Duration.ofNanos(BigDecimal.valueOf(settings.get(key)).movePointRight(6).longValue());
  }
}
