/**
 * Runs a handler in a unit test as Penstock runs it: JSON is bound to what the handler asks for,
 * each kind of handler is called on a thread of its own, and what it returns or throws becomes an
 * outcome.
 *
 * <p>It needs no more than JUnit; {@link io.penstock.functions.TestContext} alone is enough for a
 * handler whose {@code handle} a test can call by itself.
 *
 * <p><b>One event.</b>
 *
 * <pre>{@code
 * try (TestFunction function = TestFunction.of(new InvoiceOrders())) {
 *   function.handle("{\"id\": \"o-1\", \"total\": 12.50}")
 *       .expectResult("{\"order\": \"o-1\", \"amount\": 12.50, \"currency\": \"EUR\"}");
 *   function.handle("{\"id\": 7, \"total\": \"a lot\"}").expectReject("can't be read");
 * }
 * }</pre>
 *
 * <p><b>Settings and attempts</b>:
 *
 * <pre>{@code
 * try (TestFunction function = TestFunction.of(InvoiceOrders.class, Map.of("currency", "PLN"))) {
 *   function.attempt(3).handle(order).expectDone();
 *   assertEquals(List.of("INFO third try of o-1"), function.logs());
 * }
 * }</pre>
 *
 * <p><b>A batch</b> has an outcome for each event, in the order of the events:
 *
 * <pre>{@code
 * List<Handled> handled = function.handleBatch(first, second);
 * handled.get(0).expectDone();
 * handled.get(1).expectRetry("out of stock");
 * }</pre>
 *
 * <p><b>Time</b> stands still until the test moves it. At its deadline an invocation is cancelled,
 * as Penstock cancels it. A handler that reads a clock is made with a {@link
 * io.penstock.testing.TestClock}:
 *
 * <pre>{@code
 * Running running = function.timeout(Duration.ofSeconds(5)).start(event);
 * function.advance(Duration.ofSeconds(5));
 * running.handled().get(0).expectRetry("deadline");
 * }</pre>
 */
@NullMarked
package io.penstock.testing;

import org.jspecify.annotations.NullMarked;
