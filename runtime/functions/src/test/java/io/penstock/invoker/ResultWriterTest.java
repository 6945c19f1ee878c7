package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.EventOutcome;
import io.penstock.functions.Event;
import io.penstock.functions.Outcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What results are turned into. */
class ResultWriterTest {

  private final ResultWriter writer = writer("orders to/invoices");
  private final Event cause = FakeInvocation.event("7", "in");

  private static ResultWriter writer(String function) {
    return new ResultWriter(function, new JsonBinding(ResultWriterTest.class.getClassLoader()));
  }

  record Invoice(String id, int cents) {}

  /** Bean properties that don't end. */
  public static final class Endless {
    public Endless getNext() {
      return new Endless();
    }
  }

  /** A result whose own code throws. */
  public static final class Throwing {
    public String getName() {
      throw new IllegalStateException("lost the connection");
    }
  }

  /** An event of the handler's own making. */
  record OwnEvent(String id, String type) implements Event {
    @Override
    public String source() {
      return "own";
    }

    @Override
    public Optional<String> subject() {
      return Optional.of("s");
    }

    @Override
    public Optional<Instant> time() {
      return Optional.of(Instant.EPOCH);
    }

    @Override
    public Optional<String> dataContentType() {
      return Optional.of("text/x");
    }

    @Override
    public byte[] data() {
      return new byte[] {7};
    }

    @Override
    public Map<String, String> extensions() {
      return Map.of("a", "b");
    }
  }

  @Test
  void nothing_is_done_without_results() throws Exception {
    assertThat(writer.outcome(null, cause)).isSameAs(EventOutcome.Done.EMPTY);
    assertThat(writer.outcome(Outcome.done(), cause)).isSameAs(EventOutcome.Done.EMPTY);
    assertThat(writer.outcome(List.of(), cause)).isSameAs(EventOutcome.Done.EMPTY);
  }

  @Test
  void a_result_takes_its_attributes_from_the_cause_and_names_the_function_in_its_source()
      throws Exception {
    Event result = only(new Invoice("i-1", 990));

    assertThat(result.text()).isEqualTo("{\"id\":\"i-1\",\"cents\":990}");
    assertThat(result.dataContentType()).contains("application/json");
    assertThat(result.source()).isEqualTo("test://orders#orders%20to%2Finvoices");
    assertThat(result.type()).isEqualTo(cause.type());
    assertThat(result.subject()).isEqualTo(cause.subject());
    assertThat(result.time()).isEqualTo(cause.time());
    assertThat(result.extensions()).isEqualTo(cause.extensions());
    assertThat(result.id()).isEqualTo("7");
  }

  @Test
  void the_source_of_a_chain_of_functions_grows() throws Exception {
    Event first = only("a");
    EventOutcome.Done done = (EventOutcome.Done) writer("second").outcome("b", first);
    assertThat(done.results().get(0).source())
        .isEqualTo("test://orders#orders%20to%2Finvoices/second");
  }

  @Test
  void bytes_and_text_are_sent_as_they_are() throws Exception {
    byte[] bytes = {1, 2, 3};
    assertThat(only(bytes).data()).isSameAs(bytes);
    assertThat(only(bytes).dataContentType()).isEmpty();
    assertThat(only(new StringBuilder("grün")).text()).isEqualTo("grün");
    assertThat(only("grün").dataContentType()).contains("text/plain; charset=utf-8");
  }

  @Test
  void several_results_keep_their_order() throws Exception {
    EventOutcome.Done done =
        (EventOutcome.Done) writer.outcome(List.of("a", new byte[] {'b'}, 3), cause);
    assertThat(done.results().stream().map(Event::text)).containsExactly("a", "b", "3");
    EventOutcome.Done same =
        (EventOutcome.Done) writer.outcome(Outcome.doneAll(List.of("a", 3)), cause);
    assertThat(same.results().stream().map(Event::text)).containsExactly("a", "3");
  }

  @Test
  void an_event_is_sent_with_its_own_attributes() throws Exception {
    Event built = Event.builder().source("own").type("own").text("x").build();
    assertThat(only(built)).isSameAs(built);
    assertThat(only(cause)).isSameAs(cause);
  }

  @Test
  void an_event_of_the_handlers_own_class_is_copied() throws Exception {
    OwnEvent own = new OwnEvent("9", "mine");
    assertThat(only(own))
        .isEqualTo(
            Event.builder()
                .id("9")
                .source("own")
                .type("mine")
                .subject("s")
                .time(Instant.EPOCH)
                .dataContentType("text/x")
                .data(new byte[] {7})
                .extension("a", "b")
                .build());
  }

  @Test
  void what_has_no_json_form_rejects_the_event() throws Exception {
    assertRejected(new Endless(), Endless.class.getName() + " has no JSON form");
    assertRejected(new Object(), "java.lang.Object has no JSON form");
    assertRejected(Arrays.asList("a", null), "a result can't be null");
    assertRejected(List.of(Outcome.done()), "a result can't be a " + Outcome.class.getName());
    assertRejected(CompletableFuture.completedFuture("x"), "CompletableFuture");
  }

  private void assertRejected(Object result, String text) throws Exception {
    EventOutcome outcome = writer.outcome(result, cause);
    assertThat(outcome).isInstanceOf(EventOutcome.Reject.class);
    assertThat(((EventOutcome.Reject) outcome).code()).isEqualTo(Failures.BAD_RESULT);
    assertThat(((EventOutcome.Reject) outcome).text()).contains(text);
  }

  @Test
  void what_a_result_throws_while_it_is_written_is_the_functions_failure() {
    assertThatThrownBy(() -> writer.outcome(new Throwing(), cause))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("lost the connection");
  }

  private Event only(Object result) throws Exception {
    EventOutcome.Done done = (EventOutcome.Done) writer.outcome(result, cause);
    assertThat(done.results()).hasSize(1);
    return done.results().get(0);
  }
}
