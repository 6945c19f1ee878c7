package io.penstock.server.cases;

import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import java.time.Duration;
import java.util.Map;

/** The keys of a file of cases. Those of its events are in {@link EventForm}. */
public final class CaseKeys {

  static final ConfigKey<String> CONNECTOR =
      ConfigKey.text("connector")
          .doc(
              "The connector's file; by default the one beside it: orders.json for orders.test.json.");
  static final ConfigKey<String> NAME =
      ConfigKey.text("name").doc("Which connector, if its file has several.");
  static final ConfigKey<Map<String, String>> ENVIRONMENT =
      ConfigKey.properties("environment")
          .defaultsTo(Map.of())
          .doc("Values of ${env:...} in the connector's file.");
  static final ConfigKey<Object> CASES =
      ConfigKey.json("cases").required().doc("The cases: a list of objects.");

  /** A file. */
  public static final ConfigSpec FILE = ConfigSpec.of(CONNECTOR, NAME, ENVIRONMENT, CASES);

  static final ConfigKey<String> CASE_NAME =
      ConfigKey.text("name").required().doc("What the case shows.");
  static final ConfigKey<Object> EVENTS =
      ConfigKey.json("events").required().doc("What comes in: a list of events.");
  static final ConfigKey<Object> ANSWERS =
      ConfigKey.json("answers")
          .doc(
              "What the function answers, by event id or * for all others: an answer, or a list of"
                  + " answers for one call after the other. Without it a java function is called.");
  static final ConfigKey<Object> DELIVERIES =
      ConfigKey.json("deliveries")
          .doc(
              "What sinks answer, by name of the sink: a list for one record after the other, the"
                  + " last for all further ones. Without it they take everything.");
  static final ConfigKey<Duration> UNTIL =
      ConfigKey.duration("until")
          .defaultsTo(Duration.ofHours(1))
          .between(Duration.ofMillis(1), Duration.ofDays(3650))
          .doc("When the case ends if events are still unsettled, in its own time.");

  static final ConfigKey<Object> SETTLED =
      ConfigKey.json("settled")
          .doc(
              "How events end, by id: delivered, filtered, deadLettered, dropped or unsettled, or an"
                  + " object with as, code and calls. Those that are not named must be delivered or"
                  + " filtered.");
  static final ConfigKey<Object> SINKS =
      ConfigKey.json("sinks")
          .doc(
              "What sinks get, by name of the sink: a list of all results, in order within a key.");
  static final ConfigKey<Long> CALLS =
      ConfigKey.integer("calls")
          .between(0L, 1_000_000_000L)
          .doc("How often the function is called.");
  static final ConfigKey<Duration> WITHIN =
      ConfigKey.duration("within").doc("All this happens in so much time of the case.");
  static final ConfigKey<Settings> EXPECT =
      ConfigKey.object("expect", ConfigSpec.of(SETTLED, SINKS, CALLS, WITHIN))
          .doc("What must come of it.");

  /** A case. */
  public static final ConfigSpec CASE =
      ConfigSpec.of(CASE_NAME, EVENTS, ANSWERS, DELIVERIES, UNTIL, EXPECT);

  static final ConfigKey<Observed.Settled> AS =
      ConfigKey.choice("as", Observed.Settled.class).required().doc("How the event ends.");
  static final ConfigKey<String> CODE =
      ConfigKey.text("code").doc("Why it was given up, for example FUNCTION_ERROR.");
  static final ConfigKey<Long> EVENT_CALLS =
      ConfigKey.integer("calls")
          .between(0L, 1_000_000_000L)
          .doc("How many calls of the function hold it.");

  /** How an event ends, in full. */
  public static final ConfigSpec FATE = ConfigSpec.of(AS, CODE, EVENT_CALLS);

  static final ConfigKey<Object> RESULTS =
      ConfigKey.json("results").doc("The event is done; a list of results.");
  static final ConfigKey<String> RETRY =
      ConfigKey.text("retry").doc("The event failed this time; why.");
  static final ConfigKey<String> REJECT =
      ConfigKey.text("reject").doc("The event can never be handled; why.");
  static final ConfigKey<String> THROTTLE =
      ConfigKey.text("throttle").doc("The event is put off, at no attempt's cost; why.");
  static final ConfigKey<String> FAIL = ConfigKey.text("fail").doc("The whole call fails; why.");
  static final ConfigKey<String> THROTTLE_ALL =
      ConfigKey.text("throttleAll").doc("The whole call is put off; why.");
  static final ConfigKey<Boolean> HANG =
      ConfigKey.flag("hang").doc("The call doesn't return in time.");
  static final ConfigKey<Duration> AFTER =
      ConfigKey.duration("after").defaultsTo(Duration.ZERO).doc("When to try again.");

  /** An answer of a function. */
  public static final ConfigSpec ANSWER =
      ConfigSpec.of(RESULTS, RETRY, REJECT, THROTTLE, FAIL, THROTTLE_ALL, HANG, AFTER);

  /** An answer of a sink. */
  public static final ConfigSpec DELIVERY = ConfigSpec.of(RETRY, REJECT, THROTTLE, AFTER);

  private CaseKeys() {}
}
