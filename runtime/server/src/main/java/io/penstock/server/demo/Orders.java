package io.penstock.server.demo;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The orders of the demo, by number: what the example's function expects, and which of them its
 * filter lets pass.
 */
final class Orders {

  static final String TOPIC = "orders";
  static final String INVOICES = "invoices";
  static final String KAFKA_DEAD = "orders.dead";

  /** RocketMQ's topics have no dots in their names. */
  static final String ROCKETMQ_DEAD = "orders-dead";

  private static final int CUSTOMERS = 200;
  private static final int ONE_IN_OPEN = 10;
  private static final String[] COUNTRIES = {"DE", "FR", "PL", "NL"};

  private Orders() {}

  /** Whether the order passes the example's filter: it is paid. One in ten is not. */
  static boolean isPaid(long number) {
    return number % ONE_IN_OPEN != ONE_IN_OPEN - 1;
  }

  static String id(long number) {
    return "o-" + number;
  }

  static byte[] key(long number) {
    return customer(number).getBytes(StandardCharsets.UTF_8);
  }

  private static String customer(long number) {
    return "c-" + number * 31 % CUSTOMERS;
  }

  static byte[] json(long number) {
    return String.format(
            Locale.ROOT,
            "{\"id\":\"%s\",\"customer\":\"%s\",\"status\":\"%s\",\"country\":\"%s\",\"total\":%d.%02d}",
            id(number),
            customer(number),
            isPaid(number) ? "PAID" : "OPEN",
            COUNTRIES[(int) (number % COUNTRIES.length)],
            10 + number % 490,
            number % 100)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The number in an order's id, or -1 if it isn't one of ours. */
  static long number(String id) {
    try {
      return id.startsWith("o-") ? Long.parseLong(id, 2, id.length(), 10) : -1;
    } catch (NumberFormatException e) {
      return -1; // said in the contract
    }
  }
}
