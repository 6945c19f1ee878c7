package io.penstock.examples;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Makes an invoice of each order. Setting {@code currency}: by default EUR. */
public final class InvoiceOrders implements EventHandler<Order, InvoiceOrders.Invoice> {

  /** What is sent on, as JSON. */
  public record Invoice(
      String order, String customer, @Nullable BigDecimal amount, String currency) {}

  @Override
  public Invoice handle(Order order, Context context) {
    String currency = context.settings().getOrDefault("currency", "EUR");
    return new Invoice(order.id(), order.customer(), order.total(), currency);
  }
}
