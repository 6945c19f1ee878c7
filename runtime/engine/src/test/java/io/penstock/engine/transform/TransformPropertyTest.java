package io.penstock.engine.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.engine.Seeds;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.fake.DecodedJson;
import io.penstock.functions.Event;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random payloads, paths and templates against trees that are walked and filled in naively. */
class TransformPropertyTest {

  private static final JsonCodec JSON = new JsonCodec();
  private static final Object NOTHING = new Object();

  private int found;
  private int missing;

  @Test
  void pathsFindWhatATreeHasThere() {
    Seeds.each(
        20_000,
        random -> {
          Object payload = value(random, 0);
          Event event = event(payload);
          List<String> path = path(random, payload);
          Transform transform = compile(Map.of("form", "JSONPATH", "value", spelled(path, random)));
          Object expected = at(payload, path);
          if (expected == NOTHING) {
            missing++;
            assertThat(fails(transform, event)).as("%s on %s", path, event.text()).isTrue();
          } else {
            found++;
            assertThat(JSON.decode(transform.apply(event, JSON).data()))
                .as("%s on %s", path, event.text())
                .isEqualTo(expected);
            assertThat(JSON.decode(transform.apply(event, new DecodedJson()).data()))
                .isEqualTo(expected);
          }
        });
    assertThat(found).isGreaterThan(5_000);
    assertThat(missing).isGreaterThan(2_000);
  }

  private static boolean fails(Transform transform, Event event) {
    try {
      transform.apply(event, JSON);
      return false;
    } catch (TransformException e) { // anything else fails the test
      return true;
    }
  }

  @Test
  void templatesAreAlwaysJsonAndSayWhatTheTreesSay() {
    Seeds.each(
        20_000,
        random -> {
          Object payload = value(random, 0);
          Event event = event(payload);
          Map<String, Object> variables = new LinkedHashMap<>();
          Map<String, Object> values = new LinkedHashMap<>();
          for (String name : List.of("a", "b-1", "C_2")) {
            if (random.nextInt(4) == 0) {
              Object constant = plainScalar(random);
              variables.put(name, constant);
              values.put(name, constant);
            } else {
              List<String> path = path(random, payload);
              variables.put(name, spelled(path, random));
              values.put(name, at(payload, path));
            }
          }
          Map<String, Object> template = new LinkedHashMap<>();
          template.put("all", "${a} ${b-1} ${C_2}".replace("${a}", text(random) + "${a}"));
          for (int i = random.nextInt(4); i >= 0; i--) {
            template.put("k" + i, part(random));
          }
          template.put("${a}\"", List.of("${b-1}", "x${C_2}"));
          Map<String, Object> form = new LinkedHashMap<>();
          form.put("form", "TEMPLATE");
          form.put("value", variables);
          form.put("template", template);

          Object expected = filled(template, values);
          byte[] made = compile(form).apply(event, JSON).data();
          assertThat(JSON.decode(made)).as("%s on %s", form, event.text()).isEqualTo(expected);
          // The same template as a text, where each variable stands in quotes: all become texts.
          form.put("template", new String(JSON.encode(template), UTF_8));
          assertThat(JSON.decode(compile(form).apply(event, JSON).data()))
              .as("%s on %s", form, event.text())
              .isEqualTo(filledAsText(template, values));
        });
  }

  // ---- the naive way

  private static Object at(Object tree, List<String> path) {
    Object at = tree;
    for (String step : path) {
      if (step.startsWith("#")) {
        int index = Integer.parseInt(step.substring(1));
        at = at instanceof List<?> list && index < list.size() ? list.get(index) : NOTHING;
      } else {
        at = at instanceof Map<?, ?> map && map.containsKey(step) ? map.get(step) : NOTHING;
      }
    }
    return at;
  }

  private static Object filled(Object template, Map<String, Object> values) {
    if (template instanceof String text && text.matches("\\$\\{[\\w-]+}")) {
      Object value = values.get(text.substring(2, text.length() - 1));
      return value == NOTHING ? null : value;
    }
    return filled(template, values, false);
  }

  private static Object filledAsText(Object template, Map<String, Object> values) {
    return filled(template, values, true);
  }

  private static Object filled(Object template, Map<String, Object> values, boolean asText) {
    if (template instanceof String text) {
      for (Map.Entry<String, Object> value : values.entrySet()) {
        text = text.replace("${" + value.getKey() + "}", inText(value.getValue()));
      }
      return text;
    }
    if (template instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, value) ->
              copy.put(
                  filled(key, values, true),
                  asText ? filledAsText(value, values) : filled(value, values)));
      return copy;
    }
    if (template instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(value -> copy.add(asText ? filledAsText(value, values) : filled(value, values)));
      return copy;
    }
    return template;
  }

  private static String inText(Object value) {
    return value == NOTHING
        ? ""
        : value instanceof String text ? text : new String(JSON.encode(value), UTF_8);
  }

  // ---- random

  private static Object value(SplittableRandom random, int level) {
    switch (random.nextInt(level > 3 ? 4 : level == 0 ? 2 : 8)) {
      case 0 -> {
        if (level > 3) {
          return plainScalar(random);
        }
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(4) + 1; i > 0; i--) {
          object.put(key(random), value(random, level + 1));
        }
        return object;
      }
      case 1 -> {
        if (level > 3) {
          return plainScalar(random);
        }
        List<Object> array = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(random, level + 1));
        }
        return array;
      }
      default -> {
        return plainScalar(random);
      }
    }
  }

  private static Object plainScalar(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> (long) random.nextInt(100);
      case 3 -> new BigDecimal("1.50");
      default -> text(random);
    };
  }

  private static String text(SplittableRandom random) {
    List<String> texts = List.of("x", "é\"", "\\", "a\nb", "", "\ud83d\ude00", "<&>", "null", "{}");
    return texts.get(random.nextInt(texts.size()));
  }

  private static String key(SplittableRandom random) {
    List<String> keys =
        List.of("a", "b", "order id", "it's", "q\"", "back\\slash", "é", "a-b", "0");
    return keys.get(random.nextInt(keys.size()));
  }

  /** A path that is there, most of the time. */
  private static List<String> path(SplittableRandom random, Object payload) {
    List<String> path = new ArrayList<>();
    Object at = payload;
    while (random.nextInt(5) > 0) {
      if (at instanceof Map<?, ?> map && !map.isEmpty() && random.nextInt(10) > 0) {
        String key = (String) List.copyOf(map.keySet()).get(random.nextInt(map.size()));
        path.add(key);
        at = map.get(key);
      } else if (at instanceof List<?> list && !list.isEmpty() && random.nextInt(10) > 0) {
        int index = random.nextInt(list.size());
        path.add("#" + index);
        at = list.get(index);
      } else {
        path.add(random.nextBoolean() ? key(random) : "#" + random.nextInt(3));
        break;
      }
    }
    return path;
  }

  private static String spelled(List<String> path, SplittableRandom random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "$.data" : "$['data']");
    for (String step : path) {
      if (step.startsWith("#")) {
        text.append('[').append(step.substring(1)).append(']');
      } else if (step.matches("[a-zé][a-zé-]*") && random.nextBoolean()) {
        text.append('.').append(step);
      } else {
        char quote = random.nextBoolean() ? '\'' : '"';
        String escaped = step.replace("\\", "\\\\").replace("" + quote, "\\" + quote);
        text.append('[').append(quote).append(escaped).append(quote).append(']');
      }
    }
    return text.toString();
  }

  private static Object part(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> "${a}";
      case 1 -> List.of("${b-1}", "-${b-1}-", Map.of("deep", "${C_2}"));
      case 2 -> text(random);
      case 3 -> 7L;
      default -> text(random) + "${C_2}" + text(random);
    };
  }

  private static Event event(Object payload) {
    return Event.builder().json(new String(JSON.encode(payload), UTF_8)).build();
  }

  private static Transform compile(Object form) {
    Problems problems = new Problems();
    Transform transform = TransformForm.compile(form, "$", JSON, problems).orElse(null);
    assertThat(problems.list()).as("%s", form).isEmpty();
    return transform;
  }
}
