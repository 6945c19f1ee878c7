package io.penstock.server.crash;

import io.penstock.engine.Order;
import io.penstock.server.crash.Produced.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * What a run is made of.
 *
 * @param order of the connector
 * @param function the class that handles events
 * @param kinds how many of a thousand events are of a kind; the rest are plain
 * @param failOneIn one call in so many fails and is tried again; 0 for none
 * @param micros how long a call takes at most
 * @param partitions of every topic
 * @param keys how many keys there are
 * @param eventBytes how long an event is at least
 * @param source properties of the source's consumer
 * @param sink properties of the sinks' producers
 */
record Setup(
    Order order,
    Class<?> function,
    Map<Kind, Integer> kinds,
    int failOneIn,
    int micros,
    int partitions,
    int keys,
    int eventBytes,
    Map<String, String> source,
    Map<String, String> sink) {

  static final int MAX_ATTEMPTS = 3;

  /** A few of each kind, one call in a hundred failing. */
  static Setup mixed(Order order, Class<?> function) {
    Map<Kind, Integer> kinds =
        Map.of(
            Kind.TWO_RESULTS, 50,
            Kind.NO_RESULT, 20,
            Kind.FILTERED, 50,
            Kind.REJECTED, 10,
            Kind.POISON, 3,
            Kind.UNREADABLE, 5,
            Kind.LARGE, 2);
    return new Setup(order, function, kinds, 100, 500, 4, 97, 200, Map.of(), Map.of());
  }

  /** Events that all have one result, one call in a hundred failing. */
  static Setup plain(Order order, Class<?> function) {
    return new Setup(order, function, Map.of(), 100, 0, 12, 1_000, 200, Map.of(), Map.of());
  }

  /** Events that are nearly as long as a broker takes by default. */
  static Setup large(Order order, Class<?> function) {
    return new Setup(order, function, Map.of(), 0, 0, 4, 100, 1_040_000, Map.of(), Map.of());
  }

  /** As it is, with a property of the source's consumer. */
  Setup withSource(String name, String value) {
    Map<String, String> properties = new HashMap<>(source);
    properties.put(name, value);
    return new Setup(
        order,
        function,
        kinds,
        failOneIn,
        micros,
        partitions,
        keys,
        eventBytes,
        Map.copyOf(properties),
        sink);
  }

  /** As it is, with a property of the sinks' producers. */
  Setup withSink(String name, String value) {
    Map<String, String> properties = new HashMap<>(sink);
    properties.put(name, value);
    return new Setup(
        order,
        function,
        kinds,
        failOneIn,
        micros,
        partitions,
        keys,
        eventBytes,
        source,
        Map.copyOf(properties));
  }
}
