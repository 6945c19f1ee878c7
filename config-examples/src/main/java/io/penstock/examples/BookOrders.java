package io.penstock.examples;

import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.Outcome;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Books a whole batch at once, as a function does that saves round trips to a database: one posting
 * for each customer of the batch. An order without a total can never be booked; it is rejected, and
 * the others are not held up.
 */
public final class BookOrders implements BatchHandler<Order> {

  /** What is sent on with the first order of a customer in the batch. */
  public record Posting(String customer, int orders, BigDecimal sum) {}

  @Override
  public BatchOutcome handle(List<BatchItem<Order>> batch, Context context) {
    Map<String, Posting> postings = new HashMap<>();
    for (BatchItem<Order> item : batch) {
      BigDecimal total = item.value().total();
      if (total != null) {
        postings.merge(
            item.value().customer(),
            new Posting(item.value().customer(), 1, total),
            (a, b) -> new Posting(a.customer(), a.orders() + 1, a.sum().add(b.sum())));
      }
    }
    BatchOutcome.Builder outcomes = BatchOutcome.builder();
    for (BatchItem<Order> item : batch) {
      outcomes.put(item.event(), outcome(item.value(), postings));
    }
    return outcomes.build();
  }

  private static Outcome outcome(Order order, Map<String, Posting> postings) {
    if (order.total() == null) {
      return Outcome.reject("order " + order.id() + " has no total");
    }
    Posting posting = postings.remove(order.customer());
    return posting == null ? Outcome.done() : Outcome.done(posting);
  }
}
