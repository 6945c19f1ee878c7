package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("penstock validate --explain")
class ExplainEventTest {

  private static final String CONNECTORS =
      """
      [ { "apiVersion": "penstock/v1", "name": "stream", "source": { "type": "generate" },
          "filter": { "type": ["order"], "data": { "total": [ { "numeric": [">", 0] } ] } },
          "transform": { "form": "CONSTANT", "value": { "ping": 1 } },
          "onSuccess": [ { "type": "file", "name": "all", "path": "a" },
                         { "type": "file", "name": "some", "path": "b", "filter": { "data": { "ping": [2] } } } ] },
        { "apiVersion": "penstock/v1", "name": "called", "source": { "type": "generate" },
          "function": { "type": "java", "handler": "com.example.NotThere" },
          "onSuccess": [ { "type": "file", "name": "out", "path": "c",
                           "transform": { "form": "CONSTANT", "value": "x" } } ] } ]
      """;

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun();
  private Path connectors;

  @BeforeEach
  void write() throws IOException {
    connectors = Files.writeString(directory.resolve("connectors.json"), CONNECTORS);
  }

  @Test
  void tellsTheWayOfAnEvent() throws IOException {
    assertThat(explain("{ \"type\": \"order\", \"data\": { \"total\": 3 } }")).isZero();

    assertThat(command.out())
        .isEqualTo(
            """
            stream
              filter     passes
                         ok  $[0].filter.type: expected ["order"], found "order"
                         ok  $[0].filter.data.total: expected [{"numeric":[">",0]}], found 3
              transform  {"id":"1","source":"test","type":"order","datacontenttype":"application/json","data":{"ping":1}}
              sink       'all' gets it
              sink       'some' does not get it
                         NO  $[0].onSuccess[1].filter.data.ping: expected [2], found 1
            called
              filter     none
              function   of type java, not called here; below as if its result were the event
              sink       'out' gets it
                         {"id":"1","source":"test","type":"order","datacontenttype":"application/json","data":"x"}
            """);
  }

  @Test
  void tellsWhichFieldFails() throws IOException {
    assertThat(explain("{ \"type\": \"refund\", \"data\": { \"total\": 3 } }")).isZero();

    assertThat(command.out())
        .startsWith(
            """
            stream
              filter     does not pass
                         NO  $[0].filter.type: expected ["order"], found "refund"
                         ok  $[0].filter.data.total: expected [{"numeric":[">",0]}], found 3
            called
            """);
  }

  @Test
  void tellsThatAPayloadCanNotBeRead() throws IOException {
    assertThat(explain("{ \"type\": \"order\", \"text\": \"no JSON\" }")).isZero();

    assertThat(command.out())
        .contains("  filter     can't tell\n", "a failure, UNREADABLE: payload of 7 bytes");
  }

  @Test
  void takesAWholeCloudEvent() throws IOException {
    assertThat(
            explain(
                "{ \"specversion\": \"1.0\", \"id\": \"e-1\", \"source\": \"/s\", \"type\": \"order\","
                    + " \"tenant\": \"acme\", \"data\": { \"total\": 1 } }",
                "--json"))
        .isZero();

    JsonNode json = new ObjectMapper().readTree(command.out());
    assertThat(json.at("/explained/0/connector").textValue()).isEqualTo("stream");
    assertThat(json.at("/explained/0/first/filter/passes").booleanValue()).isTrue();
    assertThat(json.at("/explained/0/first/event/id").textValue()).isEqualTo("e-1");
    assertThat(json.at("/explained/0/first/event/extensions/tenant").textValue()).isEqualTo("acme");
    assertThat(json.at("/explained/0/sinks/1/stage/goesOn").booleanValue()).isFalse();
    assertThat(json.at("/explained/1/function").textValue()).isEqualTo("java");
  }

  @Test
  void refusesWhatIsNoEvent() throws IOException {
    assertThat(explain("{ \"dta\": 1 }")).isEqualTo(2);
    assertThat(command.err())
        .containsOnlyOnce("$.dta  [PEN-1101]")
        .contains("did you mean 'data'?");
    assertThat(explain("[]")).isEqualTo(2);
    assertThat(command.execute("validate", connectors, "--explain", directory.resolve("none")))
        .isEqualTo(2);
    assertThat(command.err()).contains("nothing there", "[PEN-1001]");

    Files.writeString(connectors, "{}");
    assertThat(explain("{}")).as("the connectors come first").isEqualTo(2);
  }

  private int explain(String event, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("event.txt"), event);
    Object[] arguments = new Object[4 + more.length];
    System.arraycopy(new Object[] {"validate", connectors, "--explain", file}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return command.execute(arguments);
  }
}
