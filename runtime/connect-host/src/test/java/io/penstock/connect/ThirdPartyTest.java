package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connect.PluginFolder.Offered;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lane;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.file.FileStreamSourceConnector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own file connectors, out of their jar. */
class ThirdPartyTest {

  private static final String TEXT = "org.apache.kafka.connect.storage.StringConverter";
  private static final Lane LANE = new Lane("0");

  @TempDir Path folder;
  private Path plugins;

  @BeforeEach
  void installPlugin() throws IOException, URISyntaxException {
    plugins = Files.createDirectories(folder.resolve("plugins"));
    Path jar =
        Path.of(
            FileStreamSourceConnector.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    Files.copy(jar, Files.createDirectory(plugins.resolve("file")).resolve("connect-file.jar"));
  }

  @Test
  void theFileSourceGoesOnWhereItWas() throws IOException {
    Path in = Files.writeString(folder.resolve("in.txt"), "a\nb\nc\n");
    ConnectSettings settings =
        new ConnectSettings(
            "FileStreamSource",
            plugins,
            1,
            Map.of("file", in.toString(), "topic", "lines", "value.converter", TEXT));
    RecordingOwner owner = new RecordingOwner();
    TestSourceContext context =
        TestSourceContext.of("lines", owner).withState(new MemoryStateStore());
    ConnectSource source = new ConnectSource(settings);
    source.open(context);
    owner.pollUntil(source, "three lines", () -> owner.count() == 3);
    owner.settle(LANE, owner.taken(LANE).get(0).position());
    String second = owner.taken(LANE).get(1).event().id();
    source.close();

    source.open(context);
    owner.pollUntil(source, "two lines again", () -> owner.count() == 5);
    assertThat(owner.texts(LANE)).containsExactly("a", "b", "c", "b", "c");
    assertThat(owner.taken(LANE).get(3).event().id()).isEqualTo(second);
    source.close();
  }

  @Test
  void theFileSinkWritesWhatItIsGiven() throws Exception {
    Path out = folder.resolve("out.txt");
    ConnectSink sink =
        new ConnectSink(
            new ConnectSinkSettings(
                new ConnectSettings(
                    "FileStreamSink",
                    plugins,
                    1,
                    Map.of("file", out.toString(), "value.converter", TEXT)),
                "lines",
                Duration.ofSeconds(1),
                Duration.ofSeconds(20)));
    sink.open(new SinkContext("lines", 1 << 20, Failpoints.NONE));
    List<SinkOutcome> outcomes =
        sink.deliver(
                List.of(
                    new SinkRecord(Event.builder().id("1").text("one").build(), null, 0),
                    new SinkRecord(Event.builder().id("2").text("two").build(), null, 0)))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    assertThat(outcomes).allMatch(SinkOutcome.Delivered.class::isInstance);
    assertThat(out).hasContent("one\ntwo");
    sink.close();
  }

  @Test
  void settingsAreCheckedByThePluginsOwnDefinition() {
    assertThat(PluginFolder.open(plugins).offered()).extracting(Offered::location).contains("file");
    assertThat(PluginSettings.of(PluginFolder.open(plugins), PluginKind.SOURCE, "FileStreamSource"))
        .extracting(PluginSettings.Setting::name)
        .contains("file", "topic", "batch.size");
    Problems problems = new Problems();
    PluginSettings.check(
        new ConnectSettings("FileStreamSource", plugins, 1, Map.of("batch.size", "many")),
        PluginKind.SOURCE,
        "$.source",
        problems);
    PluginSettings.check(
        new ConnectSettings("FileStreamSorce", plugins, 1, Map.of()),
        PluginKind.SOURCE,
        "$.source",
        problems);
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.source.properties['topic']", "$.source.properties['batch.size']", "$.source.plugin");
  }
}
