package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

@DisplayName("penstock test")
class TestCommandTest {

  private static final Path EXAMPLES = Path.of("../../config-examples");

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "shout", "source": { "type": "generate", "format": "text" },
        "function": { "type": "java", "handler": "io.penstock.server.cli.Shout" },
        "onSuccess": [ { "type": "file", "name": "out", "path": "out" } ] }
      """;

  private static final String CASES =
      """
      { "cases": [ { "name": "is loud", "events": [ { "data": "a" } ],
                     "expect": { "sinks": { "out": [ { "text": "A" } ] } } },
                   { "name": "is <quiet>", "events": [ { "data": "a" } ],
                     "expect": { "sinks": { "out": [ { "text": "a" } ] } } } ] }
      """;

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun();

  @Test
  void runsTheExamples() {
    assertThat(command.execute("test", EXAMPLES)).as(command.out()).isZero();
    assertThat(command.out())
        .contains("  ok      paid orders become invoices")
        .endsWith(" passed, 0 failed\n");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void showsWhatFailed() throws Exception {
    Path cases = cases();
    Path report = directory.resolve("report.xml");

    assertThat(command.execute("test", cases, "--junit", report)).isEqualTo(1);
    assertThat(command.out())
        .isEqualTo(
            cases
                + """

                  ok      is loud
                  FAILED  is <quiet>
                            results of sink 'out': 1, expected 1
                              missing     {"text":"a"}
                                text: expected "a", got "A"
                              unexpected  {"id":"1/0","source":"test#shout","type":"event","datacontenttype":"text/plain; charset=utf-8","data":"A"}
                1 case passed, 1 failed
                """
                    .replaceAll("(?m)^(?=  ok|  FAILED|      )", ""));
    Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
    assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(2);
    assertThat(xml.getElementsByTagName("testcase").item(1).getAttributes().getNamedItem("name"))
        .extracting(org.w3c.dom.Node::getNodeValue)
        .isEqualTo("is <quiet>");
    assertThat(xml.getElementsByTagName("failure").getLength()).isOne();
    assertThat(directory.resolve("out")).as("nothing is really written").doesNotExist();
  }

  @Test
  void tellsPrograms() throws IOException {
    assertThat(command.execute("test", "--json", cases())).isEqualTo(1);

    JsonNode json = new ObjectMapper().readTree(command.out());
    assertThat(json.get("passed").intValue()).isOne();
    assertThat(json.get("failed").intValue()).isOne();
    assertThat(json.at("/cases/1/differences")).hasSize(1);
    assertThat(json.at("/cases/0/events/1/as").textValue()).isEqualTo("delivered");
    assertThat(json.at("/cases/0/sinks/out/0/data").textValue()).isEqualTo("A");
  }

  @Test
  void runsNothingIfAnythingIsWrong() throws IOException {
    Path cases = cases();
    Files.writeString(cases, CASES.replace("\"text\": \"A\"", "\"txt\": \"A\""));

    assertThat(command.execute("test", directory)).isEqualTo(2);
    assertThat(command.out()).isEmpty();
    assertThat(command.err()).contains("did you mean 'text'?", "[PEN-1105]", "Nothing was started");

    Files.writeString(cases, CASES);
    Files.writeString(directory.resolve("shout.json"), CONNECTOR.replace("Shout", "Whisper"));
    assertThat(command.execute("test", directory)).isEqualTo(2);
    assertThat(command.err()).contains("[PEN-2002]", "Whisper");
  }

  private Path cases() throws IOException {
    Files.writeString(directory.resolve("shout.json"), CONNECTOR);
    return Files.writeString(directory.resolve("shout.test.json"), CASES);
  }
}
