package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queues come and go with what functions do to each other. */
class PromotionTest extends SourceBench {

  private static final String OWN = "function-default-resize";

  @Test
  void aFunctionThatHangsIsMovedWithinSecondsAndTakenBackWhenItIsIdle() {
    reopenWith(Map.of("slots", 8L));
    for (int i = 0; i < 20; i++) {
      submit("{\"function\":\"resize\"}");
    }
    List<SourceRecord> hung = take(20);
    assertThat(hung).hasSize(7); // the last slot is for what is known to be short
    source.started(hung);
    for (int i = 0; i < 5; i++) {
      submit("{\"function\":\"crop\"}");
    }
    for (int second = 0; second < 5; second++) {
      source.renew(hung);
      pass(Duration.ofSeconds(1));
    }
    assertThat(lanes).containsExactly(OWN, "shared");
    assertThat(ask("GET", "/queues", "").body()).contains(OWN, "recent processing time");
    assertThat(ask("GET", "/functions", "").body()).contains("\"queue\":\"" + OWN + "\"");

    // Its neighbour has had less of the account's time, and is not behind the thirteen others.
    done(hung.get(0));
    assertThat(take(1)).extracting(SourceRecord::route).containsExactly("crop");

    hung.subList(1, hung.size()).forEach(this::done);
    pass(Duration.ofSeconds(20)); // the one above is lost, and comes back
    List<SourceRecord> some;
    int rounds = 0;
    do {
      some = take(20);
      source.started(some);
      some.forEach(this::done);
    } while (!some.isEmpty() && ++rounds < 20);
    for (int second = 0; second < 295; second++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(lanes).containsExactly(OWN, "shared");
    for (int second = 0; second < 10; second++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(lanes).containsExactly("shared");
    assertThat(ask("GET", "/queues", "").body()).doesNotContain(OWN);
  }
}
