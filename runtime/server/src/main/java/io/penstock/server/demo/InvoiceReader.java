package io.penstock.server.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every invoice from the beginning of the topic, on a thread of its own, and counts it by the
 * number of its order.
 */
final class InvoiceReader implements AutoCloseable {

  /** The first invoice: what was ordered, and what became of it. */
  record Sample(String order, String invoice) {}

  private static final String ORDER = "order";
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final JsonFactory json = new JsonFactory();
  private final DemoSystem.InvoiceSource invoices;
  private final Arrivals arrivals;
  private final Consumer<Sample> first;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "penstock-demo-reader");
  private boolean shown;

  /**
   * A reader that isn't started.
   *
   * @param first gets the first invoice, on the reader's thread
   */
  InvoiceReader(DemoSystem.InvoiceSource invoices, Arrivals arrivals, Consumer<Sample> first) {
    this.invoices = invoices;
    this.arrivals = arrivals;
    this.first = first;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (invoices) {
      Iterable<byte[]> found = invoices.poll();
      while (found != null) {
        for (byte[] invoice : found) {
          arrived(invoice, System.nanoTime());
        }
        found = invoices.poll();
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private void arrived(byte[] invoice, long nowNs) {
    long number = orderNumber(invoice);
    arrivals.arrived(number, number >= 0 && Orders.isPaid(number), nowNs);
    if (!shown && number >= 0) {
      shown = true;
      first.accept(
          new Sample(
              new String(Orders.json(number), StandardCharsets.UTF_8),
              new String(invoice, StandardCharsets.UTF_8)));
    }
  }

  /** The number of the order that an invoice names, -1 if it names none of ours. */
  private long orderNumber(byte[] invoice) {
    try (JsonParser parser = json.createParser(invoice)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return -1;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean names = ORDER.equals(parser.currentName());
        if (parser.nextToken() == JsonToken.VALUE_STRING && names) {
          return Orders.number(parser.getText());
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      return -1; // no JSON: counted as an invoice that nobody ordered
    }
    return -1;
  }

  /** Why it can't read any more, if that is so. */
  @Nullable Exception failure() {
    return failure.get();
  }

  @Override
  public void close() {
    invoices.wakeup();
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
