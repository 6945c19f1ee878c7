package io.penstock.server.config;

import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import io.penstock.engine.BatchPolicy;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.DeliveryPolicy;
import io.penstock.engine.Order;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.WindowPolicy;
import java.time.Duration;
import java.util.List;

/** The keys of a connector's file that don't depend on the types of its source and sinks. */
public final class ConnectorKeys {

  /** The only version of the format so far. */
  public static final String API_VERSION_1 = "penstock/v1";

  static final String DEFAULT_FORMAT = "json";

  /** How many at a time where the file doesn't say. */
  static final ConcurrencyPolicy DEFAULT_CONCURRENCY = ConcurrencyPolicy.DEFAULT;

  static final ConfigKey<String> SCHEMA =
      ConfigKey.text("$schema")
          .doc("Where the JSON Schema of connectors is, for editors; `penstock schema` prints it.");
  static final ConfigKey<String> API_VERSION =
      ConfigKey.text("apiVersion").required().doc("The version of this format: penstock/v1.");
  static final ConfigKey<String> NAME =
      ConfigKey.text("name")
          .required()
          .doc(
              "The connector's name, unique in the worker: letters, digits, '.', '_' and '-', a"
                  + " letter or digit first, 100 at most.");
  static final ConfigKey<String> DESCRIPTION =
      ConfigKey.text("description").doc("What it is for; only people read it.");
  static final ConfigKey<Object> SOURCE =
      ConfigKey.json("source").required().doc("Where events come from.");
  static final ConfigKey<Object> FILTER =
      ConfigKey.json("filter").doc("A pattern; only events that match it are handled.");
  static final ConfigKey<Object> TRANSFORM =
      ConfigKey.json("transform").doc("What an event's payload is made into.");
  static final ConfigKey<Object> FUNCTION =
      ConfigKey.json("function").doc("What is called with the events.");
  static final ConfigKey<Object> ROUTES =
      ConfigKey.json("routes")
          .doc(
              "Instead of one function, several by name, for a source whose events name theirs"
                  + " (tasks). Each has a function, and if wanted retry, onSuccess, onFailure and onStop.");
  static final ConfigKey<Object> ON_SUCCESS =
      ConfigKey.json("onSuccess").doc("A list of sinks: where results go.");
  static final ConfigKey<Object> ON_FAILURE =
      ConfigKey.json("onFailure")
          .doc(
              "A list of sinks: where events go that can't be handled; or {\"type\": \"drop\"}"
                  + " alone, which gives them up. Without it the lane stops at such an event.");
  static final ConfigKey<Object> ON_STOP =
      ConfigKey.json("onStop")
          .doc(
              "A list of sinks: where events go that were stopped before they were done; for a"
                  + " source that can stop them (tasks).");

  static final ConfigKey<String> TYPE =
      ConfigKey.text("type").required().doc("What it is; the other keys depend on it.");
  static final ConfigKey<Object> FORMAT =
      ConfigKey.json("format")
          .defaultsTo(DEFAULT_FORMAT)
          .doc(
              "How payloads are read where a filter or transform looks into them: a word, or an"
                  + " object with a type and settings.");

  static final ConfigKey<Long> MIN =
      ConfigKey.integer("min").between(1L, 100_000L).doc("The limit is never lower; default 1.");
  static final ConfigKey<Long> MAX =
      ConfigKey.integer("max").between(1L, 100_000L).doc("The limit is never higher; default 64.");
  static final ConfigKey<Long> INITIAL =
      ConfigKey.integer("initial")
          .between(1L, 100_000L)
          .doc("Where the limit starts; default 4, or the nearest that min and max allow.");
  static final ConfigKey<ConcurrencyPolicy.Algorithm> ALGORITHM =
      ConfigKey.choice("algorithm", ConcurrencyPolicy.Algorithm.class)
          .defaultsTo(DEFAULT_CONCURRENCY.algorithm())
          .doc(
              "What finds the limit: adaptive goes by refusals, timeouts and latency, aimd by"
                  + " refusals and timeouts; fixed stays at max.");
  static final ConfigKey<Double> TOLERANCE =
      ConfigKey.number("tolerance")
          .between(1.1, 10.0)
          .doc(
              "Of the adaptive algorithm: how many times the latency without a queue is borne;"
                  + " default 1.5, and 4 for sinks that keep order, such as kafka.");
  static final ConfigKey<Settings> CONCURRENCY =
      ConfigKey.object("concurrency", ConfigSpec.of(ALGORITHM, MIN, MAX, INITIAL, TOLERANCE))
          .doc("The limit on how many calls run at a time, and its bounds.");

  static final ConfigKey<String> FUNCTION_NAME =
      ConfigKey.text("name")
          .doc("For limits, logs and status; default the connector's name. Same name, same limit.");
  static final ConfigKey<Duration> TIMEOUT =
      ConfigKey.duration("timeout")
          .defaultsTo(Duration.ofSeconds(30))
          .between(Duration.ofMillis(1), Duration.ofDays(7))
          .doc("How long one call may take.");

  static final ConfigKey<String> SINK_NAME =
      ConfigKey.text("name").doc("For status and errors, unique in its connector.");

  static final ConfigKey<Long> MAX_ATTEMPTS =
      ConfigKey.integer("maxAttempts")
          .between(1L, 1_000_000L)
          .doc("How often an event is tried at most, the first try included. Needs onFailure.");
  static final ConfigKey<Duration> BACKOFF_INITIAL =
      ConfigKey.duration("initial")
          .defaultsTo(RetryPolicy.FOREVER.initialBackoff())
          .between(Duration.ofMillis(1), Duration.ofDays(1))
          .doc("The delay after the first failure; each further one is twice as long.");
  static final ConfigKey<Duration> BACKOFF_MAX =
      ConfigKey.duration("max")
          .defaultsTo(RetryPolicy.FOREVER.maxBackoff())
          .between(Duration.ofMillis(1), Duration.ofDays(1))
          .doc("No delay is longer.");
  static final ConfigKey<Settings> BACKOFF =
      ConfigKey.object("backoff", ConfigSpec.of(BACKOFF_INITIAL, BACKOFF_MAX))
          .doc("The delays between tries.");
  static final ConfigKey<Duration> MAX_AGE =
      ConfigKey.duration("maxAge")
          .between(Duration.ofMillis(1), Duration.ofDays(3650))
          .doc("No further try after this time since the event was taken. Needs onFailure.");
  static final ConfigKey<Boolean> BISECT =
      ConfigKey.flag("bisect")
          .defaultsTo(true)
          .doc(
              "Whether a batch that failed as a whole is halved, at no attempt's cost, until the"
                  + " event that fails is alone.");
  private static final ConfigSpec RETRY_SPEC = ConfigSpec.of(MAX_ATTEMPTS, BACKOFF, MAX_AGE);
  static final ConfigKey<Settings> SINK_RETRY =
      ConfigKey.object("retry", RETRY_SPEC)
          .doc("When a failed delivery is tried again; default without end.");

  static final ConfigKey<Order> ORDER =
      ConfigKey.choice("order", Order.class)
          .defaultsTo(Order.KEY)
          .doc("What is kept in order: nothing, all of a lane, or events with the same key.");
  static final ConfigKey<Long> BATCH_EVENTS =
      ConfigKey.integer("maxEvents")
          .defaultsTo((long) BatchPolicy.DEFAULT.maxEvents())
          .between(1L, 100_000L)
          .doc("At most so many events a call.");
  static final ConfigKey<ByteSize> BATCH_BYTES =
      ConfigKey.size("maxBytes")
          .defaultsTo(new ByteSize(BatchPolicy.DEFAULT.maxBytes()))
          .between(ByteSize.parse("1B"), ByteSize.parse("1GiB"))
          .doc("At most so many bytes a call; a larger event goes alone.");
  static final ConfigKey<Duration> BATCH_WAIT =
      ConfigKey.duration("maxWait")
          .defaultsTo(BatchPolicy.DEFAULT.maxWait())
          .between(Duration.ZERO, Duration.ofMinutes(15))
          .doc("How long the oldest event waits for company.");
  static final ConfigKey<Settings> BATCH =
      ConfigKey.object("batch", ConfigSpec.of(BATCH_EVENTS, BATCH_BYTES, BATCH_WAIT))
          .doc("When a batch is closed: by the first of the three.");
  static final ConfigKey<Settings> RETRY =
      ConfigKey.object("retry", RETRY_SPEC.with(ConfigSpec.of(BISECT)))
          .doc(
              "When a failed event is tried again; default 5 attempts if there is an onFailure,"
                  + " without end if not. Throttles don't count.");
  static final ConfigKey<Long> WINDOW_EVENTS =
      ConfigKey.integer("maxEvents")
          .defaultsTo((long) WindowPolicy.DEFAULT.maxEvents())
          .between(1L, 10_000_000L)
          .doc("The span of a lane, from its oldest unsettled event to its newest, in events.");
  static final ConfigKey<WindowPolicy.WhenFull> ON_WINDOW_FULL =
      ConfigKey.choice("onWindowFull", WindowPolicy.WhenFull.class)
          .defaultsTo(WindowPolicy.DEFAULT.whenFull())
          .doc(
              "What to do when one event holds up a full window: go on trying, or send that event"
                  + " to onFailure.");
  static final ConfigKey<Settings> WINDOW =
      ConfigKey.object("window", ConfigSpec.of(WINDOW_EVENTS, ON_WINDOW_FULL))
          .doc("How much of a lane may be under way.");
  static final ConfigKey<ByteSize> MEMORY =
      ConfigKey.size("memory")
          .defaultsTo(new ByteSize(WindowPolicy.DEFAULT.maxBytes()))
          .between(ByteSize.parse("4MiB"), ByteSize.parse("1024GiB"))
          .doc(
              "What the connector keeps in memory at most: half for events under way, a quarter"
                  + " each for the clients of its source and of its sinks.");
  static final ConfigKey<Duration> COMMIT_INTERVAL =
      ConfigKey.duration("commitInterval")
          .defaultsTo(WindowPolicy.DEFAULT.commitInterval())
          .between(Duration.ofMillis(1), Duration.ofMinutes(10))
          .doc("How often progress is committed.");
  static final ConfigKey<Duration> REVOKE_WAIT =
      ConfigKey.duration("revokeWait")
          .defaultsTo(WindowPolicy.DEFAULT.revokeWait())
          .between(Duration.ZERO, Duration.ofMinutes(2))
          .doc("How long events in flight are waited for when a lane goes to another worker.");
  static final ConfigKey<DeliveryPolicy.UnreadableData> ON_UNREADABLE_DATA =
      ConfigKey.choice("onUnreadableData", DeliveryPolicy.UnreadableData.class)
          .defaultsTo(DeliveryPolicy.UnreadableData.REJECT)
          .doc(
              "What becomes of an event whose payload a filter looks into and can't read: given up"
                  + " as one that can't be handled, or filtered. It is counted either way.");
  static final ConfigKey<Settings> DELIVERY =
      ConfigKey.object(
              "delivery",
              ConfigSpec.of(
                  ORDER,
                  BATCH,
                  RETRY,
                  WINDOW,
                  MEMORY,
                  COMMIT_INTERVAL,
                  REVOKE_WAIT,
                  ON_UNREADABLE_DATA))
          .doc("How events get to the function.");

  /** A connector. */
  public static final ConfigSpec CONNECTOR =
      ConfigSpec.of(
          SCHEMA,
          API_VERSION,
          NAME,
          DESCRIPTION,
          SOURCE,
          FILTER,
          TRANSFORM,
          FUNCTION,
          ROUTES,
          DELIVERY,
          ON_SUCCESS,
          ON_FAILURE,
          ON_STOP);

  /** What every source has beside its own keys. */
  public static final ConfigSpec ANY_SOURCE = ConfigSpec.of(TYPE, FORMAT);

  /** What every format with settings has beside its own keys. */
  public static final ConfigSpec ANY_FORMAT = ConfigSpec.of(TYPE);

  /** What every function has beside its own keys. */
  public static final ConfigSpec ANY_FUNCTION =
      ConfigSpec.of(TYPE, FUNCTION_NAME, TIMEOUT, CONCURRENCY);

  /** What every sink has beside its own keys. */
  public static final ConfigSpec ANY_SINK =
      ConfigSpec.of(TYPE, SINK_NAME, FILTER, TRANSFORM, SINK_RETRY, CONCURRENCY);

  static final ConfigKey<Object> ROUTE_FUNCTION =
      ConfigKey.json("function").required().doc("What is called with the events of the route.");
  static final ConfigKey<Settings> ROUTE_RETRY =
      ConfigKey.object("retry", RETRY_SPEC)
          .doc("When a failed event is tried again; default as under delivery.");

  /** What a route has. */
  public static final ConfigSpec ROUTE =
      ConfigSpec.of(ROUTE_FUNCTION, ROUTE_RETRY, ON_SUCCESS, ON_FAILURE, ON_STOP);

  /** What {@code drop} has. */
  public static final ConfigSpec DROP = ConfigSpec.of(TYPE);

  /** The type under {@code onFailure} that gives events up. */
  public static final String DROP_TYPE = "drop";

  /** A name of a connector. */
  public static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  /** The addresses that a sink takes over from a source of its type if it names none of its own. */
  public static final List<String> INHERITED_ADDRESSES = List.of("bootstrapServers", "nameServer");

  /** What it then takes over to log in there, unless it says something of it. */
  static final List<String> INHERITED_LOGIN =
      List.of("namespace", "accessKey", "secretKey", "securityToken", "tls");

  private ConnectorKeys() {}
}
