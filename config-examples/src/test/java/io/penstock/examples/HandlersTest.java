package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.examples.BookOrders.Posting;
import io.penstock.examples.CheckCredit.Verdict;
import io.penstock.examples.InvoiceOrders.Invoice;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Event;
import io.penstock.functions.Outcome;
import io.penstock.functions.TestContext;
import io.penstock.functions.ThrottledException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** How a function is tested: with functions-api and JUnit, and nothing else. */
class HandlersTest {

  private static Order order(String id, String customer, String total) {
    return new Order(id, customer, "PAID", total == null ? null : new BigDecimal(total));
  }

  private static BatchItem<Order> item(Order order) {
    return new BatchItem<>(Event.builder().id("event-" + order.id()).build(), order);
  }

  @Test
  void an_order_becomes_an_invoice() {
    TestContext context = TestContext.create().setting("currency", "PLN");
    assertEquals(
        new Invoice("o-1", "c-7", new BigDecimal("12.50"), "PLN"),
        new InvoiceOrders().handle(order("o-1", "c-7", "12.50"), context));
  }

  @Test
  void the_currency_is_the_euro_if_nothing_else_is_said() {
    assertEquals(
        "EUR",
        new InvoiceOrders().handle(order("o-1", "c-7", "1"), TestContext.create()).currency());
  }

  @Test
  void a_batch_is_booked_by_customer_and_what_can_not_be_booked_is_rejected() {
    BatchOutcome outcome =
        new BookOrders()
            .handle(
                List.of(
                    item(order("1", "ann", "10")),
                    item(order("2", "bob", "5")),
                    item(order("3", "ann", "2.50")),
                    item(order("4", "bob", null))),
                TestContext.create());
    assertEquals(
        BatchOutcome.builder()
            .put("event-1", Outcome.done(new Posting("ann", 2, new BigDecimal("12.50"))))
            .put("event-2", Outcome.done(new Posting("bob", 1, new BigDecimal("5"))))
            .put("event-3", Outcome.done())
            .put("event-4", Outcome.reject("order 4 has no total"))
            .build()
            .outcomes(),
        outcome.outcomes());
  }

  @Test
  void credit_is_granted_up_to_the_limit() {
    CheckCredit handler = new CheckCredit();
    TestContext context = TestContext.create().setting("limit", "100");
    assertEquals(
        new Verdict("1", true),
        handler.handle(order("1", "ann", "100.00"), context).toCompletableFuture().join());
    assertEquals(
        new Verdict("2", false),
        handler.handle(order("2", "ann", "100.01"), context).toCompletableFuture().join());
  }

  @Test
  void too_many_questions_at_a_time_are_throttled_and_later_ones_are_not() {
    CheckCredit handler = new CheckCredit();
    TestContext context = TestContext.create();
    List<CompletionStage<Verdict>> asked = new ArrayList<>();
    ThrottledException busy =
        assertThrows(
            ThrottledException.class,
            () -> {
              while (asked.size() < 1_000_000) {
                asked.add(handler.handle(order("1", "ann", "1"), context));
              }
            });
    assertEquals(Duration.ofMillis(100), busy.retryAfter());
    asked.forEach(answer -> assertEquals(true, answer.toCompletableFuture().join().granted()));
    assertEquals(
        true,
        handler.handle(order("2", "ann", "1"), context).toCompletableFuture().join().granted());
  }
}
