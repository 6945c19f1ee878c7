package io.penstock.connector.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** Descriptions of settings, and what is said of settings that don't fit. */
class ConfigSpecTest {

  /** Words of a choice. */
  enum Order {
    NONE,
    BY_LANE,
    BY_KEY
  }

  private static final ConfigKey<String> TEXT =
      ConfigKey.text("text").required().doc("A text that is needed.");
  private static final ConfigKey<Long> INTEGER =
      ConfigKey.integer("integer").defaultsTo(5L).between(1L, 10L).doc("A whole number.");
  private static final ConfigKey<Double> NUMBER =
      ConfigKey.number("number").defaultsTo(0.5).between(0.0, 1.0).doc("A number.");
  private static final ConfigKey<Boolean> FLAG =
      ConfigKey.flag("flag").defaultsTo(true).doc("A flag.");
  private static final ConfigKey<Duration> DURATION =
      ConfigKey.duration("duration")
          .defaultsTo(Duration.ofSeconds(5))
          .between(Duration.ZERO, Duration.ofMinutes(1))
          .doc("A duration.");
  private static final ConfigKey<ByteSize> SIZE =
      ConfigKey.size("size")
          .defaultsTo(ByteSize.ofMiB(1))
          .between(ByteSize.ofKiB(1), ByteSize.ofMiB(64))
          .doc("A size.");
  private static final ConfigKey<Order> CHOICE =
      ConfigKey.choice("choice", Order.class).defaultsTo(Order.BY_KEY).doc("A choice.");
  private static final ConfigKey<List<String>> TEXTS =
      ConfigKey.texts("texts").defaultsTo(List.of("a")).doc("Texts.");
  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties").defaultsTo(Map.of()).doc("Properties.");
  private static final ConfigKey<Long> INNER =
      ConfigKey.integer("inner").defaultsTo(7L).doc("A number inside.");
  private static final ConfigKey<Settings> OBJECT =
      ConfigKey.object("object", ConfigSpec.of(INNER)).doc("An object.");
  private static final ConfigKey<Object> JSON = ConfigKey.json("json").doc("Any value.");
  private static final ConfigKey<String> SECRET =
      ConfigKey.text("secret").secret().doc("A secret.");

  private static final ConfigSpec SPEC =
      ConfigSpec.of(
          TEXT,
          INTEGER,
          NUMBER,
          FLAG,
          DURATION,
          SIZE,
          CHOICE,
          TEXTS,
          PROPERTIES,
          OBJECT,
          JSON,
          SECRET);

  private final Problems problems = new Problems();

  private Settings read(Map<String, ?> raw) {
    return SPEC.read(raw, "$.x", problems);
  }

  /** What is said of a single wrong value. */
  private String problem(String key, Object value) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("text", "given");
    raw.put(key, value);
    Problems found = new Problems();
    SPEC.read(raw, "$.x", found);
    assertThat(found.list()).hasSize(1);
    return found.list().get(0).toString();
  }

  @Test
  void a_config_with_defaults() {
    Settings settings = read(Map.of("text", "t"));
    assertThat(problems.isEmpty()).isTrue();
    assertThat(settings.path()).isEqualTo("$.x");
    assertThat(settings.get(TEXT)).isEqualTo("t");
    assertThat(settings.get(INTEGER)).isEqualTo(5);
    assertThat(settings.get(NUMBER)).isEqualTo(0.5);
    assertThat(settings.get(FLAG)).isTrue();
    assertThat(settings.get(DURATION)).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.get(SIZE)).isEqualTo(ByteSize.ofMiB(1));
    assertThat(settings.get(CHOICE)).isEqualTo(Order.BY_KEY);
    assertThat(settings.get(TEXTS)).containsExactly("a");
    assertThat(settings.get(PROPERTIES)).isEmpty();
    assertThat(settings.get(OBJECT).get(INNER)).isEqualTo(7);
    assertThat(settings.get(OBJECT).path()).isEqualTo("$.x.object");
    assertThat(settings.find(JSON)).isEmpty();
    assertThat(settings.find(SECRET)).isEmpty();
    assertThatThrownBy(() -> settings.get(SECRET))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("$.x.secret has no value or default");
  }

  @Test
  void a_config_with_every_key() {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("text", "t");
    raw.put("integer", 10L);
    raw.put("number", new BigDecimal("0.25"));
    raw.put("flag", false);
    raw.put("duration", "1m");
    raw.put("size", "64KiB");
    raw.put("choice", "byLane");
    raw.put("texts", List.of("b", "c"));
    raw.put("properties", Map.of("a", "x", "b", 1L, "c", true, "d", new BigDecimal("1E+3")));
    raw.put("object", Map.of("inner", 8L));
    raw.put("json", List.of(1L, Map.of()));
    raw.put("secret", "hidden");
    Settings settings = read(raw);
    assertThat(problems.list()).isEmpty();
    assertThat(raw.keySet())
        .containsExactlyElementsOf(SPEC.keys().stream().map(ConfigKey::name).toList());
    assertThat(settings.get(INTEGER)).isEqualTo(10);
    assertThat(settings.get(NUMBER)).isEqualTo(0.25);
    assertThat(settings.get(FLAG)).isFalse();
    assertThat(settings.get(DURATION)).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.get(SIZE)).isEqualTo(ByteSize.ofKiB(64));
    assertThat(settings.get(CHOICE)).isEqualTo(Order.BY_LANE);
    assertThat(settings.get(TEXTS)).containsExactly("b", "c");
    assertThat(settings.get(PROPERTIES))
        .isEqualTo(Map.of("a", "x", "b", "1", "c", "true", "d", "1000"));
    assertThat(settings.get(OBJECT).get(INNER)).isEqualTo(8);
    assertThat(settings.get(JSON)).isEqualTo(List.of(1L, Map.of()));
    assertThat(settings.get(SECRET)).isEqualTo("hidden");
    assertThat(settings.toString()).isEqualTo("Settings[$.x]");
  }

  @Test
  void one_text_is_a_list_of_one_and_null_is_nothing() {
    Map<String, Object> raw = new HashMap<>();
    raw.put("text", "t");
    raw.put("texts", "only");
    raw.put("integer", null);
    Settings settings = read(raw);
    assertThat(problems.isEmpty()).isTrue();
    assertThat(settings.get(TEXTS)).containsExactly("only");
    assertThat(settings.get(INTEGER)).isEqualTo(5);
  }

  @Test
  void a_property_of_any_size_takes_little_room() {
    Map<String, Object> numbers =
        Map.of("large", new BigDecimal("1E+999999999"), "small", new BigDecimal("1E-999999999"));
    Settings settings = read(Map.of("text", "t", "properties", numbers));
    assertThat(settings.get(PROPERTIES))
        .isEqualTo(Map.of("large", "1E+999999999", "small", "1E-999999999"));
  }

  @Test
  void everything_that_is_wrong_is_told_at_once() {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("integr", 3L);
    raw.put("integer", 11L);
    raw.put("object", Map.of("inner", "x", "other", 1L));
    read(raw);
    assertThat(problems.list().stream().map(Problem::path))
        .containsExactlyInAnyOrder(
            "$.x.integr", "$.x.integer", "$.x.object.inner", "$.x.object.other", "$.x.text");
    assertThat(problems.size()).isEqualTo(5);
    assertThat(problems.isEmpty()).isFalse();
  }

  @Test
  void a_missing_key_is_told_with_what_it_is_for() {
    read(Map.of());
    assertThat(problems.list().get(0))
        .hasToString("$.x.text: found nothing, expected a text; A text that is needed.");
  }

  @Test
  void an_unknown_key_is_told_with_the_nearest_one() {
    assertThat(problem("integr", 1L))
        .startsWith("$.x.integr: found 'integr', expected one of text, integer, number,")
        .endsWith("; did you mean 'integer'?");
    assertThat(problem("zookeeper", 1L)).doesNotContain("did you mean");
  }

  @Test
  void a_wrong_value_is_told_with_what_is_right() {
    assertThat(problem("text", ""))
        .isEqualTo("$.x.text: found an empty text, expected a text that isn't empty");
    assertThat(problem("text", 5L)).isEqualTo("$.x.text: found 5, expected a text");
    assertThat(problem("integer", "5"))
        .isEqualTo("$.x.integer: found '5', expected a whole number");
    assertThat(problem("integer", new BigDecimal("1.5"))).contains("found 1.5, expected a whole");
    assertThat(problem("integer", BigInteger.TEN.pow(30))).contains("expected a whole number");
    assertThat(problem("integer", 0L))
        .isEqualTo("$.x.integer: found 0, expected a whole number from 1 to 10");
    assertThat(problem("number", 1.01)).contains("expected a number from 0 to 1");
    assertThat(problem("number", new BigDecimal("1E+999"))).contains("expected a number");
    assertThat(problem("flag", "yes")).isEqualTo("$.x.flag: found 'yes', expected true or false");
    assertThat(problem("duration", "5 minutes"))
        .isEqualTo(
            "$.x.duration: found '5 minutes', expected a duration such as \"200ms\", \"5s\","
                + " \"10m\", \"1h\"");
    assertThat(problem("duration", 5L)).contains("found 5, expected a duration");
    assertThat(problem("duration", "2m")).contains("expected a duration from 0ms to 1m");
    assertThat(problem("size", "1 meg")).contains("found '1 meg', expected a size such as");
    assertThat(problem("size", "1GiB")).contains("from 1KiB to 64MiB");
    assertThat(problem("choice", "bykey"))
        .isEqualTo(
            "$.x.choice: found 'bykey', expected one of none, byLane, byKey; did you mean"
                + " 'byKey'?");
    assertThat(problem("choice", 1L))
        .isEqualTo("$.x.choice: found 1, expected one of none, byLane, byKey");
    assertThat(problem("texts", List.of())).contains("found an empty list");
    assertThat(problem("texts", Arrays.asList("a", null)))
        .isEqualTo("$.x.texts[1]: found null, expected a text that isn't empty");
    assertThat(problem("properties", Map.of("a", List.of())))
        .isEqualTo("$.x.properties['a']: found a list, an object or null, expected a text");
    assertThat(problem("properties", "a"))
        .isEqualTo("$.x.properties: found 'a', expected an object of names and texts");
    assertThat(problem("object", List.of())).contains("expected an object");
  }

  @Test
  void a_secret_is_never_shown() {
    assertThat(problem("secret", 4711L))
        .isEqualTo("$.x.secret: found a value that is not shown, expected a text");
    ConfigKey<List<String>> secrets = ConfigKey.texts("secrets").secret().doc("Secrets.");
    ConfigSpec.of(secrets).read(Map.of("secrets", List.of("hidden", 4711L)), "$", problems);
    assertThat(problems.list().toString()).doesNotContain("hidden").doesNotContain("4711");
  }

  @Test
  void a_key_tells_all_about_itself() {
    assertThat(TEXT.required()).isTrue();
    assertThat(TEXT.defaultValue()).isEmpty();
    assertThat(INTEGER.required()).isFalse();
    assertThat(INTEGER.defaultValue()).contains(5L);
    assertThat(INTEGER.range()).contains("1 to 10");
    assertThat(INTEGER.typeName()).isEqualTo("whole number");
    assertThat(INTEGER.doc()).isEqualTo("A whole number.");
    assertThat(DURATION.range()).contains("0ms to 1m");
    assertThat(INTEGER.bounds()).contains(new ConfigKey.Bounds(1L, 10L));
    assertThat(TEXT.bounds()).isEmpty();
    assertThat(SPEC.keys())
        .extracting(ConfigKey::type)
        .startsWith(ConfigKey.Type.TEXT, ConfigKey.Type.INTEGER)
        .containsAll(List.of(ConfigKey.Type.values()));
    assertThat(SPEC.keys())
        .extracting(key -> key.defaultTree().orElse("none"))
        .containsExactly(
            "none",
            5L,
            0.5,
            true,
            "5s",
            "1MiB",
            "byKey",
            List.of("a"),
            Map.of(),
            "none",
            "none",
            "none");
    assertThat(CHOICE.choices()).containsExactly("none", "byLane", "byKey");
    assertThat(TEXT.choices()).isEmpty();
    assertThat(OBJECT.nested()).isPresent();
    assertThat(TEXT.nested()).isEmpty();
    assertThat(SECRET.secret()).isTrue();
    assertThat(TEXT.secret()).isFalse();
    assertThat(SPEC.key("size")).contains(SIZE);
    assertThat(SPEC.key("sizes")).isEmpty();
  }

  @Test
  void two_descriptions_make_one_and_names_must_differ() {
    ConfigSpec both = ConfigSpec.of(TEXT).with(ConfigSpec.of(FLAG));
    assertThat(both.keys()).containsExactly(TEXT, FLAG);
    assertThatThrownBy(() -> both.with(ConfigSpec.of(FLAG)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two keys are named 'flag'");
  }

  @Test
  void an_object_with_required_keys_is_not_made_up() {
    ConfigKey<Settings> strict = ConfigKey.object("strict", ConfigSpec.of(TEXT)).doc("Strict.");
    Settings settings = ConfigSpec.of(strict).read(Map.of(), "$", problems);
    assertThat(problems.isEmpty()).isTrue();
    assertThat(settings.find(strict)).isEmpty();
  }

  @Test
  void every_problem_is_of_a_kind() {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("integr", 3L);
    raw.put("integer", 11L);
    raw.put("flag", "yes");
    raw.put("choice", "bykey");
    raw.put("texts", List.of(1L));
    raw.put("properties", Map.of("a", List.of()));
    read(raw);
    assertThat(problems.list())
        .extracting(Problem::code)
        .containsExactly(
            ProblemCode.UNKNOWN_KEY,
            ProblemCode.OUT_OF_RANGE,
            ProblemCode.WRONG_TYPE,
            ProblemCode.UNKNOWN_WORD,
            ProblemCode.WRONG_TYPE,
            ProblemCode.WRONG_TYPE,
            ProblemCode.MISSING_KEY);
  }

  @Test
  void the_kind_of_a_problem_may_depend_on_where_it_is() {
    Problems filter = problems.as(ProblemCode.WRONG_PATTERN);
    filter.add("$.a", "x", "y");
    filter.addUnknown("$.b", "x", List.of("y"));
    ConfigSpec.of(INNER).read(Map.of("inner", "x"), "$", filter);
    problems.add("$.c", "x", "y");
    problems.addUnknown("$.d", "x", List.of("y"));
    assertThat(problems.list())
        .extracting(Problem::code)
        .containsExactly(
            ProblemCode.WRONG_PATTERN,
            ProblemCode.WRONG_PATTERN,
            ProblemCode.WRONG_TYPE,
            ProblemCode.CONFLICT,
            ProblemCode.UNKNOWN_WORD);
  }

  @Test
  void codes_are_stable_and_their_own() {
    assertThat(ProblemCode.values())
        .extracting(ProblemCode::code)
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("PEN-1\\d{3}"));
  }

  @Test
  void problems_carry_advice() {
    problems.add("$.a", "x", "y", "do this");
    problems.add("$.b", "x", "y");
    assertThat(problems.list().stream().map(Problem::toString))
        .containsExactly("$.a: found x, expected y; do this", "$.b: found x, expected y");
    List<Problem> before = problems.list();
    problems.add("$.c", "x", "y");
    assertThat(before).as("a copy").hasSize(2);
  }
}
