package io.penstock.benchmarks.gate;

import io.penstock.testkit.gate.Scenario;
import io.penstock.testkit.gate.ScenarioRun.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws limit, in flight, capacity and latency of a run over time, as SVG. */
public final class Drawing {

  private static final int POINTS = 360;
  private static final int LEFT = 46;
  private static final int WIDTH = 720;
  private static final int TOP = 34;
  private static final int UPPER = 190;
  private static final int LOWER_TOP = 258;
  private static final int LOWER = 80;
  private static final int HEIGHT = 370;

  private final StringBuilder svg = new StringBuilder();
  private final double seconds;

  private Drawing(double seconds) {
    this.seconds = seconds;
  }

  /** The drawing of a run. */
  public static String of(Scenario scenario, List<Moment> moments) {
    return new Drawing(scenario.time().toSeconds()).draw(scenario, thinned(moments));
  }

  /** The means of as many moments as one point on the paper stands for. */
  private static List<Moment> thinned(List<Moment> moments) {
    int each = Math.max(1, moments.size() / POINTS);
    List<Moment> thin = new ArrayList<>();
    for (int i = 0; i + each <= moments.size(); i += each) {
      List<Moment> some = moments.subList(i, i + each);
      thin.add(
          new Moment(
              some.get(0).seconds(),
              some.get(0).capacity(),
              (int) Math.round(mean(some, Moment::limit)),
              (int) Math.round(mean(some, Moment::inFlight)),
              mean(some, Moment::latencyMs)));
    }
    return thin;
  }

  private static double mean(List<Moment> moments, ToDoubleFunction<Moment> of) {
    return moments.stream().mapToDouble(of).filter(Double::isFinite).average().orElse(0);
  }

  private String draw(Scenario scenario, List<Moment> moments) {
    boolean counts = scenario.backend().kind() == Scenario.Kind.SLOTS;
    double most = moments.stream().mapToDouble(m -> m.limit()).max().orElse(1);
    most = 1.05 * Math.max(most, counts ? max(moments, Moment::capacity) : 0);
    double slowest = 1.05 * max(moments, Moment::latencyMs);
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"11\">%n<rect width=\"100%%\""
                + " height=\"100%%\" fill=\"white\"/>%n",
            LEFT + WIDTH + 14,
            HEIGHT));
    text(LEFT, 16, "black", scenario.name() + ": " + scenario.description());
    axes(TOP, UPPER, most, "");
    if (counts) {
      line(moments, Moment::capacity, TOP, UPPER, most, "#999999", 3);
    }
    line(moments, Moment::inFlight, TOP, UPPER, most, "#7fb3e6", 1.2);
    line(moments, Moment::limit, TOP, UPPER, most, "#0b4f9c", 1.2);
    legend(counts);
    axes(LOWER_TOP, LOWER, slowest, " ms");
    text(LEFT + 4, LOWER_TOP - 6, "#b3470c", "mean latency");
    line(moments, Moment::latencyMs, LOWER_TOP, LOWER, slowest, "#b3470c", 1.2);
    for (int i = 0; i <= 6; i++) {
      double at = seconds * i / 6;
      text(x(at) - 8, HEIGHT - 14, "black", String.format(Locale.ROOT, "%.0f s", at));
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend(boolean counts) {
    text(LEFT + 4, TOP - 4, "#0b4f9c", "limit");
    text(LEFT + 40, TOP - 4, "#7fb3e6", "in flight");
    if (counts) {
      text(LEFT + 96, TOP - 4, "#777777", "capacity");
    }
  }

  private static double max(List<Moment> moments, ToDoubleFunction<Moment> of) {
    return moments.stream().mapToDouble(of).filter(Double::isFinite).max().orElse(1);
  }

  private double x(double at) {
    return LEFT + at / seconds * WIDTH;
  }

  private void axes(int top, int height, double most, String unit) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#444444\" stroke-width=\"0.8\"/>%n",
            LEFT,
            top,
            top + height,
            LEFT + WIDTH));
    double step = step(most);
    for (double value = step; value < most; value += step) {
      double y = top + height - value / most * height;
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%d %.1fh%d\" stroke=\"#e4e4e4\" stroke-width=\"0.8\"/>%n",
              LEFT,
              y,
              WIDTH));
      text(2, y + 4, "black", String.format(Locale.ROOT, "%.0f%s", value, unit));
    }
  }

  private static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most)));
    double share = most / power;
    return Math.max(1, share > 5 ? 2 * power : share > 2 ? power : power / 2);
  }

  private void line(
      List<Moment> moments,
      ToDoubleFunction<Moment> of,
      int top,
      int height,
      double most,
      String colour,
      double width) {
    StringBuilder points = new StringBuilder();
    for (Moment moment : moments) {
      points.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              x(moment.seconds()),
              top + height - of.applyAsDouble(moment) / most * height));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
            points.toString().strip(),
            colour,
            width));
  }

  private void text(double x, double y, String colour, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.0f\" y=\"%.0f\" fill=\"%s\">%s</text>%n",
            x,
            y,
            colour,
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
