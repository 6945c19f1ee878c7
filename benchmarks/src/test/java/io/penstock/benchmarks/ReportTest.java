package io.penstock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static Figures figures(double seconds, double cpuSeconds, long... latencyNs) {
    return new Figures(
        1_000_000, seconds, cpuSeconds, 200_000_000, 0.1, Figures.Latency.of(latencyNs));
  }

  private static List<String> print(Report report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), List.of("footer"));
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void figuresAreMediansAndRatiosAreMediansOfEachRoundsRatio() {
    Report report = new Report("kafka", List.of("bare", "other"));
    report.add("bare", figures(1, 2));
    report.add("other", figures(2, 3));
    report.add("bare", figures(2, 4));
    report.add("other", figures(2, 4));
    report.add("bare", figures(4, 8));
    report.add("other", figures(4, 16));

    List<String> lines = print(report);

    assertThat(lines)
        .endsWith(
            "{\"benchmark\":\"kafka\",\"arm\":\"bare\",\"events\":1000000,\"seconds\":2.000,"
                + "\"events_per_second\":500000,\"cpu_seconds_per_million\":4.000,"
                + "\"peak_rss_mb\":200,\"ratio_to_bare\":1.000,\"cpu_ratio_to_bare\":1.000}",
            "{\"benchmark\":\"kafka\",\"arm\":\"other\",\"events\":1000000,\"seconds\":2.000,"
                + "\"events_per_second\":500000,\"cpu_seconds_per_million\":4.000,"
                + "\"peak_rss_mb\":200,\"ratio_to_bare\":1.000,\"cpu_ratio_to_bare\":1.500}");
    assertThat(lines).contains("  footer");
  }

  @Test
  void latencyIsPrintedWhereItWasMeasured() {
    long[] hundred = new long[100];
    for (int i = 0; i < hundred.length; i++) {
      hundred[i] = (100 - i) * 1_000_000L;
    }
    Report report = new Report("latency", List.of("bare"));
    report.add("bare", figures(1, 1, hundred));

    assertThat(print(report))
        .last()
        .asString()
        .endsWith("\"cpu_ratio_to_bare\":1.000,\"p50_ms\":50.000,\"p99_ms\":99.000}");
  }
}
