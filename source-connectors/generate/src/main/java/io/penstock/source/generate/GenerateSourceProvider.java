package io.penstock.source.generate;

import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The source {@code generate}: events from a template. */
public final class GenerateSourceProvider implements SourceProvider {

  static final ConfigKey<Double> RATE =
      ConfigKey.number("rate")
          .between(0.001, 10_000_000.0)
          .doc("Events a second, all lanes together. Without it as fast as they are taken.");

  static final ConfigKey<Long> COUNT =
      ConfigKey.integer("count")
          .between(1L, 1_000_000_000_000_000L)
          .doc("How many events in all, over restarts. Without it there is no end.");

  static final ConfigKey<Object> TEMPLATE =
      ConfigKey.json("template")
          .defaultsTo(defaultTemplate())
          .doc(
              "The payload, any JSON value. Texts in it may hold {{index}} {{lane}} {{position}}"
                  + " {{id}} {{key}} {{uuid}} {{now}} {{random 1 100}} {{random 0.00 9.99}}"
                  + " {{pick A B C}}. A text that is nothing but a number's placeholder becomes a"
                  + " number. If the template is itself a text, events are plain text.");

  static final ConfigKey<Long> KEYS =
      ConfigKey.integer("keys")
          .between(1L, 100_000_000L)
          .doc(
              "How many different keys events have, at least as many as lanes; each key belongs to"
                  + " one lane. Without it events have none.");

  static final ConfigKey<Long> LANES =
      ConfigKey.integer("lanes")
          .defaultsTo(1L)
          .between(1L, 1_024L)
          .doc("How many lanes there are, as a topic has partitions.");

  static final ConfigKey<Long> SEED =
      ConfigKey.integer("seed")
          .defaultsTo(1L)
          .doc("What chance is derived from: the same seed makes the same events.");

  static final ConfigKey<String> EVENT_TYPE =
      ConfigKey.text("eventType").defaultsTo("generated").doc("The type of the events.");

  private static final ConfigSpec SPEC =
      ConfigSpec.of(RATE, COUNT, TEMPLATE, KEYS, LANES, SEED, EVENT_TYPE);

  /** For {@link java.util.ServiceLoader}. */
  public GenerateSourceProvider() {}

  private static Object defaultTemplate() {
    Map<String, Object> template = new LinkedHashMap<>();
    template.put("id", "{{id}}");
    template.put("index", "{{index}}");
    template.put("value", "{{random 1 100}}");
    return template;
  }

  @Override
  public String type() {
    return "generate";
  }

  @Override
  public String doc() {
    return "Makes events up, at a rate, for trying things out.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("rate", 1L, "template", Map.of("name", "{{pick Ada Edsger Grace}}"));
  }

  @Override
  public void check(Settings settings, Problems problems) {
    String path = settings.path();
    Template.parse(settings.get(TEMPLATE), path + "." + TEMPLATE.name(), problems);
    long lanes = settings.get(LANES);
    settings
        .find(KEYS)
        .filter(keys -> keys < lanes)
        .ifPresent(
            keys ->
                problems.add(
                    path + "." + KEYS.name(),
                    String.valueOf(keys),
                    "at least as many keys as lanes, which are " + lanes,
                    "raise keys or lower lanes"));
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    Problems problems = new Problems();
    Template template =
        Template.parse(settings.get(TEMPLATE), settings.path() + "." + TEMPLATE.name(), problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("not checked before: " + problems.list());
    }
    int lanes = Math.toIntExact(settings.get(LANES));
    Content content =
        new TemplateContent(
            template,
            settings.get(EVENT_TYPE),
            settings.get(SEED),
            lanes,
            settings.find(KEYS).orElse(0L),
            settings.find(COUNT).orElse(Long.MAX_VALUE));
    return new GenerateSource(
        content, lanes, settings.find(RATE).orElse(Double.POSITIVE_INFINITY), SourceTime.SYSTEM);
  }
}
