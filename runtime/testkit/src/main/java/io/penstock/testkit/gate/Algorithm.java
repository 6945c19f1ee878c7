package io.penstock.testkit.gate;

import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Gates;
import io.penstock.testkit.gate.Scenario.Bounds;
import java.util.SplittableRandom;

/** Makes gates that are governed in one way. */
@FunctionalInterface
public interface Algorithm {

  /** What the engine does by default. */
  Algorithm ADAPTIVE =
      (bounds, random) ->
          engine(ConcurrencyPolicy.adaptive(bounds.min(), bounds.max(), bounds.initial()), random);

  /** The engine's plain additive increase and multiplicative decrease. */
  Algorithm AIMD =
      (bounds, random) ->
          engine(ConcurrencyPolicy.aimd(bounds.min(), bounds.max(), bounds.initial()), random);

  /** A new gate with these bounds. */
  Gate gate(Bounds bounds, SplittableRandom random);

  private static Gate engine(ConcurrencyPolicy policy, SplittableRandom random) {
    return new Gates(random::nextDouble).hold("backend", policy);
  }
}
