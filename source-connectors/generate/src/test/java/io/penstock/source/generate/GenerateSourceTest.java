package io.penstock.source.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The source as its file describes it. */
class GenerateSourceTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime();
  private final TestState state = new TestState();
  private final RecordingOwner owner = new RecordingOwner();
  private final List<String> failpoints = new ArrayList<>();

  private static Settings settings(Map<String, Object> raw) {
    Problems problems = new Problems();
    GenerateSourceProvider provider = new GenerateSourceProvider();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    assertThat(problems.list()).isEmpty();
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return settings;
  }

  private GenerateSource source(int lanes, long count, double perSecond) {
    Template template = Template.parse(Map.of("i", "{{index}}"), "$", new Problems());
    TemplateContent content = new TemplateContent(template, "made", 1, lanes, 0, count);
    return new GenerateSource(content, lanes, perSecond, time);
  }

  private SourceContext context() {
    return new TestSourceContext("demo", 1L << 20, owner, state, failpoints::add);
  }

  private int poll(LogSource source, Duration maxWait) {
    return owner.poll(source, RecordingOwner.PLENTY, maxWait).stream()
        .mapToInt(polled -> polled.records().size())
        .sum();
  }

  @Test
  void it_is_found_by_the_service_loader() {
    assertThat(ServiceLoader.load(SourceProvider.class))
        .anyMatch(provider -> provider instanceof GenerateSourceProvider);
    assertThat(new GenerateSourceProvider().type()).isEqualTo("generate");
  }

  @Test
  void a_config_with_defaults() {
    Settings settings = settings(Map.of());
    assertThat(settings.find(GenerateSourceProvider.RATE)).isEmpty();
    assertThat(settings.find(GenerateSourceProvider.COUNT)).isEmpty();
    assertThat(settings.find(GenerateSourceProvider.KEYS)).isEmpty();
    assertThat(settings.get(GenerateSourceProvider.LANES)).isEqualTo(1);
    assertThat(settings.get(GenerateSourceProvider.SEED)).isEqualTo(1);
    assertThat(settings.get(GenerateSourceProvider.EVENT_TYPE)).isEqualTo("generated");
    LogSource source = (LogSource) new GenerateSourceProvider().create(settings, Path.of("."));
    source.open(context());
    assertThat(poll(source, Duration.ZERO)).isEqualTo(1_000);
    assertThat(owner.texts(new Lane("0")).get(1))
        .matches("\\{\"id\":\"1-0-1\",\"index\":1,\"value\":\\d+}");
    assertThat(source.lag(new Lane("0"))).isEqualTo(-1);
    source.close();
  }

  @Test
  void a_config_with_every_key() {
    Settings settings =
        settings(
            Map.of(
                "rate", 0.5,
                "count", 3L,
                "template", Map.of("k", "{{key}}"),
                "keys", 4L,
                "lanes", 2L,
                "seed", 9L,
                "eventType", "order"));
    assertThat(new GenerateSourceProvider().spec().keys()).hasSize(7);
    assertThat(settings.get(GenerateSourceProvider.RATE)).isEqualTo(0.5);
    LogSource source = (LogSource) new GenerateSourceProvider().create(settings, Path.of("."));
    source.open(context());
    assertThat(owner.owned()).containsExactlyInAnyOrder(new Lane("0"), new Lane("1"));
    assertThat(poll(source, Duration.ZERO)).isEqualTo(1);
    var event = owner.taken(new Lane("0")).get(0).event();
    assertThat(event.id()).isEqualTo("9-0-0");
    assertThat(event.type()).isEqualTo("order");
    assertThat(event.text()).isEqualTo("{\"k\":\"" + event.subject().orElseThrow() + "\"}");
    source.close();
  }

  @Test
  void fewer_keys_than_lanes_and_a_wrong_template_are_told() {
    GenerateSourceProvider provider = new GenerateSourceProvider();
    Problems problems = new Problems();
    Map<String, Object> raw = new HashMap<>();
    raw.put("keys", 2L);
    raw.put("lanes", 3L);
    raw.put("template", Map.of("a", "{{indx}}"));
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    assertThat(problems.list().stream().map(Object::toString))
        .anyMatch(text -> text.startsWith("$.source.keys: found 2, expected at least as many"))
        .anyMatch(text -> text.startsWith("$.source.template.a: found 'indx'"))
        .hasSize(2);
  }

  @Test
  void the_rate_is_kept_and_spread_over_the_lanes() {
    GenerateSource source = source(4, Long.MAX_VALUE, 100);
    source.open(context());
    int taken = 0;
    for (int i = 0; i < 400; i++) {
      time.advanceMs(10);
      taken += poll(source, Duration.ZERO);
    }
    assertThat(taken).isBetween(400, 402);
    for (int lane = 0; lane < 4; lane++) {
      assertThat(owner.taken(new Lane(String.valueOf(lane)))).hasSizeBetween(99, 101);
    }
    assertThat(time.sleptMs()).isZero();
    source.close();
  }

  @Test
  void a_poll_waits_for_the_next_event_or_as_long_as_it_may() {
    GenerateSource source = source(1, 3, 10);
    source.open(context());
    assertThat(poll(source, SECOND)).isEqualTo(1);
    assertThat(poll(source, SECOND)).isEqualTo(1);
    assertThat(time.sleptMs()).isEqualTo(100);
    assertThat(poll(source, Duration.ofMillis(30))).isZero();
    assertThat(poll(source, SECOND)).isEqualTo(1);
    assertThat(time.sleptMs()).isEqualTo(200);
    assertThat(poll(source, SECOND)).as("the count is reached").isZero();
    assertThat(time.sleptMs()).isEqualTo(1_200);
    assertThat(source.lag(new Lane("0"))).isZero();
    source.close();
  }

  @Test
  void demand_bounds_events_and_bytes() {
    GenerateSource source = source(3, Long.MAX_VALUE, Double.POSITIVE_INFINITY);
    source.open(context());
    assertThat(count(owner.poll(source, new Demand(7, 1 << 20, Set.of()), SECOND))).isEqualTo(7);
    assertThat(count(owner.poll(source, new Demand(100, 1, Set.of()), SECOND))).isEqualTo(1);
    assertThat(time.sleptMs()).isZero();
    assertThat(count(owner.poll(source, RecordingOwner.NOTHING, SECOND))).isZero();
    assertThat(time.sleptMs()).isEqualTo(1_000);
    source.close();
  }

  private static int count(List<LaneRecords> polled) {
    return polled.stream().mapToInt(lane -> lane.records().size()).sum();
  }

  @Test
  void a_restart_goes_on_with_the_same_ids_and_ends_at_the_count() {
    Lane lane = new Lane("1");
    GenerateSource first = source(2, 20, Double.POSITIVE_INFINITY);
    first.open(context());
    assertThat(poll(first, Duration.ZERO)).isEqualTo(20);
    PositionRanges beyond = PositionRanges.builder().add(6, 8).build();
    first.commit(Map.of(lane, new LaneCommit(4, beyond)));
    assertThat(failpoints).containsExactly("generate-before-commit", "generate-after-commit");
    List<String> ids = owner.taken(lane).stream().map(r -> r.event().id()).toList();

    // Killed: no close. Another source of the same connector.
    RecordingOwner next = new RecordingOwner();
    GenerateSource second = source(2, 20, Double.POSITIVE_INFINITY);
    second.open(new TestSourceContext("demo", 1L << 20, next, state, Failpoints.NONE));
    assertThat(next.lastStart(lane).position()).isEqualTo(4);
    assertThat(next.lastStart(lane).settled()).isEqualTo(beyond);
    assertThat(next.lastStart(new Lane("0")).position()).isZero();
    next.poll(second, RecordingOwner.PLENTY, Duration.ZERO);
    assertThat(next.taken(lane).stream().map(r -> r.event().id()))
        .containsExactly(ids.get(4), ids.get(5), ids.get(8), ids.get(9));
    next.settleAll();
    second.close();

    RecordingOwner last = new RecordingOwner();
    GenerateSource third = source(2, 20, Double.POSITIVE_INFINITY);
    third.open(new TestSourceContext("demo", 1L << 20, last, state, Failpoints.NONE));
    assertThat(last.poll(third, RecordingOwner.PLENTY, Duration.ZERO)).isEmpty();
    third.close();
  }

  @Test
  void another_connector_has_positions_of_its_own() {
    GenerateSource source = source(1, 10, Double.POSITIVE_INFINITY);
    source.open(context());
    poll(source, Duration.ZERO);
    owner.settleAll();
    source.close();
    RecordingOwner other = new RecordingOwner();
    GenerateSource second = source(1, 10, Double.POSITIVE_INFINITY);
    second.open(new TestSourceContext("other", 1L << 20, other, state, Failpoints.NONE));
    assertThat(other.lastStart(new Lane("0")).position()).isZero();
    second.close();
  }

  @Test
  void positions_that_can_not_be_read_stop_it_with_what_to_do() {
    state.put("generate/demo/positions", "nonsense".getBytes(StandardCharsets.UTF_8));
    GenerateSource source = source(1, 10, Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> source.open(context()))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContaining("Remove generate/demo/positions from the worker's state");
    source.close();
  }

  @Test
  void a_last_commit_that_fails_is_told() {
    GenerateSource source = source(1, 10, Double.POSITIVE_INFINITY);
    source.open(context());
    poll(source, Duration.ZERO);
    state.broken(true);
    assertThatThrownBy(source::close).isInstanceOf(ConnectorException.class);
    source.close();
  }

  @Test
  void seeking_by_time_is_refused_with_what_is_possible() {
    GenerateSource source = source(1, 10, Double.POSITIVE_INFINITY);
    source.open(context());
    assertThatThrownBy(() -> source.seek(new Lane("0"), new SeekTarget.At(Instant.EPOCH)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("Seek to earliest, latest or a position");
    assertThatThrownBy(() -> source.seek(new Lane("0"), new SeekTarget.Position(11)))
        .hasMessageContaining("it goes from 0 to 10");
    assertThat(source.seek(new Lane("0"), new SeekTarget.Latest()).position()).isEqualTo(10);
    source.close();
  }

  @Test
  void in_an_endless_lane_the_latest_place_is_where_it_stands() {
    GenerateSource source = source(1, Long.MAX_VALUE, Double.POSITIVE_INFINITY);
    source.open(context());
    poll(source, Duration.ZERO);
    assertThat(source.seek(new Lane("0"), new SeekTarget.Latest()).position()).isEqualTo(1_000);
    assertThat(source.seek(new Lane("0"), new SeekTarget.Position(1L << 40)).position())
        .isEqualTo(1L << 40);
    source.close();
  }
}
