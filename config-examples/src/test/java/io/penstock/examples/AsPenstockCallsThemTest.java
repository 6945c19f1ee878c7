package io.penstock.examples;

import io.penstock.testing.Handled;
import io.penstock.testing.TestFunction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a function is tested with its JSON, as Penstock calls it: with the functions test kit. */
class AsPenstockCallsThemTest {

  @Test
  void an_order_becomes_an_invoice() {
    try (TestFunction function = TestFunction.of(InvoiceOrders.class, Map.of("currency", "PLN"))) {
      function
          .handle("{\"id\":\"o-1\",\"customer\":\"c-7\",\"status\":\"PAID\",\"total\":12.50}")
          .expectResult(
              "{\"order\":\"o-1\",\"customer\":\"c-7\",\"amount\":12.50,\"currency\":\"PLN\"}");
    }
  }

  @Test
  void a_total_that_is_no_number_is_rejected() {
    try (TestFunction function = TestFunction.of(InvoiceOrders.class)) {
      function.handle("{\"id\":\"o-1\",\"total\":\"a lot\"}").expectReject("total");
    }
  }

  @Test
  void each_order_of_a_batch_has_an_outcome() {
    try (TestFunction function = TestFunction.of(BookOrders.class)) {
      List<Handled> handled =
          function.handleBatch(
              "{\"id\":\"1\",\"customer\":\"ann\",\"total\":10}",
              "{\"id\":\"2\",\"customer\":\"bob\"}");
      handled.get(0).expectResult("{\"customer\":\"ann\",\"orders\":1,\"sum\":10}");
      handled.get(1).expectReject("no total");
    }
  }
}
