package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.functions.AsyncBatchHandler;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchItem;
import io.penstock.functions.BatchOutcome;
import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which interface and which input type is read from a handler's class. */
class HandlerTypeTest {

  record Order(String id) {}

  abstract static class Direct implements EventHandler<Order, Void> {}

  abstract static class Base<A, B> implements EventHandler<B, A> {}

  abstract static class Middle<X> extends Base<Void, X> {}

  abstract static class ThroughBases extends Middle<Order> {}

  abstract static class ListOf<T> implements EventHandler<List<T>, Void> {}

  abstract static class Lists extends ListOf<Order> {}

  abstract static class ArrayOf<T> implements EventHandler<T[], Void> {}

  abstract static class Arrays extends ArrayOf<Order> {}

  abstract static class Wild implements EventHandler<Map<String, ? extends Order>, Void> {}

  interface OrderHandler<O> extends EventHandler<Order, O> {}

  abstract static class ThroughInterface implements OrderHandler<String> {}

  abstract static class Batch implements BatchHandler<byte[]> {}

  abstract static class AsyncOne implements AsyncEventHandler<Event, String> {}

  abstract static class AsyncAll implements AsyncBatchHandler<String> {}

  @SuppressWarnings("rawtypes") // what is tested
  abstract static class Raw implements EventHandler {}

  abstract static class Open<T> implements EventHandler<T, Void> {}

  abstract static class Bounded<T extends Order> implements EventHandler<T, Void> {}

  @SuppressWarnings("rawtypes") // what is tested
  abstract static class RawBase extends Middle {}

  abstract static class OpenOutput<T> implements EventHandler<Order, T> {}

  abstract static class Both implements EventHandler<Order, Void>, BatchHandler<Order> {}

  abstract static class ReturnsStage implements EventHandler<Order, CompletionStage<String>> {}

  @Test
  void the_input_is_found_where_it_is_named() {
    assertThat(type(Direct.class)).isEqualTo(new HandlerType(EventHandler.class, Order.class));
    assertThat(type(ThroughBases.class).input()).isEqualTo(Order.class);
    assertThat(type(ThroughInterface.class).input()).isEqualTo(Order.class);
    assertThat(type(Arrays.class).input()).isEqualTo(Order[].class);
    assertThat(type(Lists.class).input().getTypeName())
        .isEqualTo("java.util.List<" + Order.class.getName() + ">");
    assertThat(type(Wild.class).input().getTypeName())
        .isEqualTo("java.util.Map<java.lang.String, " + Order.class.getName() + ">");
  }

  @Test
  void each_of_the_four_kinds_is_known() {
    assertThat(type(Batch.class)).isEqualTo(new HandlerType(BatchHandler.class, byte[].class));
    assertThat(type(AsyncOne.class))
        .isEqualTo(new HandlerType(AsyncEventHandler.class, Event.class));
    assertThat(type(AsyncAll.class))
        .isEqualTo(new HandlerType(AsyncBatchHandler.class, String.class));
  }

  @ParameterizedTest
  @ValueSource(classes = {Raw.class, Open.class, Bounded.class, RawBase.class, OpenOutput.class})
  void an_open_type_parameter_is_refused(Class<?> handler) {
    assertThatThrownBy(() -> type(handler))
        .isInstanceOfSatisfying(ConnectorException.class, HandlerTypeTest::isFatal)
        .hasMessageContaining(handler.getName())
        .hasMessageContaining("leaves a type parameter of EventHandler open")
        .hasMessageContaining("<Order, Invoice>");
  }

  @Test
  void none_and_several_interfaces_are_refused() {
    assertThatThrownBy(() -> type(String.class))
        .isInstanceOfSatisfying(ConnectorException.class, HandlerTypeTest::isFatal)
        .hasMessageContaining("java.lang.String implements none of EventHandler");
    assertThatThrownBy(() -> type(Both.class))
        .isInstanceOfSatisfying(ConnectorException.class, HandlerTypeTest::isFatal)
        .hasMessageContaining("implements EventHandler, BatchHandler. Implement just one");
  }

  @Test
  void a_stage_as_result_points_to_the_asynchronous_handler() {
    assertThatThrownBy(() -> type(ReturnsStage.class))
        .hasMessageContaining("Implement AsyncEventHandler instead");
  }

  @Test
  void lambdas_have_no_types_and_are_refused() {
    EventHandler<Order, String> lambda = (Order input, Context context) -> input.id();
    BatchHandler<Order> batch = (List<BatchItem<Order>> items, Context c) -> BatchOutcome.allDone();
    assertThatThrownBy(() -> type(lambda.getClass())).hasMessageContaining("type parameter");
    assertThatThrownBy(() -> type(batch.getClass())).hasMessageContaining("<Order>");
  }

  private static HandlerType type(Class<?> handler) {
    return HandlerType.of(handler);
  }

  private static void isFatal(ConnectorException e) {
    assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL);
  }
}
