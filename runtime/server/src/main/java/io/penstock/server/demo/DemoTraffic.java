package io.penstock.server.demo;

import io.penstock.server.demo.Arrivals.Count;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Orders that go in and invoices that come out, counted from outside: a plain producer and a plain
 * consumer that know nothing of Penstock.
 */
public final class DemoTraffic implements AutoCloseable {

  private final Arrivals arrivals = new Arrivals();
  private final OrderFeeder feeder;
  private final InvoiceReader reader;

  private DemoTraffic(DemoSystem system, int perSecond, BiConsumer<String, String> firstInvoice) {
    this.feeder = new OrderFeeder(system.orders(), arrivals, perSecond);
    this.reader =
        new InvoiceReader(
            system.invoices(),
            arrivals,
            sample -> firstInvoice.accept(sample.order(), sample.invoice()));
  }

  /**
   * Starts to order and to count.
   *
   * @param perSecond orders a second
   * @param firstInvoice gets an order and the invoice made of it, once, on a thread of its own
   */
  public static DemoTraffic start(
      DemoSystem system, int perSecond, BiConsumer<String, String> firstInvoice) {
    DemoTraffic traffic = new DemoTraffic(system, perSecond, firstInvoice);
    traffic.reader.start();
    traffic.feeder.start();
    return traffic;
  }

  /**
   * Orders no more, and waits until every invoice is there or none came for some time.
   *
   * @return the count
   */
  public Count finish(Duration patience) throws InterruptedException {
    feeder.close();
    arrivals.awaitAll(patience.toNanos());
    return arrivals.count();
  }

  /** What went wrong with ordering or counting itself; empty if nothing did. */
  public List<Exception> failures() {
    return Stream.of(feeder.failure(), reader.failure()).filter(e -> e != null).toList();
  }

  /** Ends both threads; bounded in time. */
  @Override
  public void close() {
    feeder.close();
    reader.close();
  }
}
