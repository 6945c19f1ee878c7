package io.penstock.engine.flow;

import io.penstock.engine.ConcurrencyPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The gates of a worker by key: one a function of an account, one a destination. A gate lives as
 * long as somebody holds it. Belongs to the core thread.
 */
public final class Gates {

  private static final class Held {
    private final Gate gate;
    private int holders;

    private Held(Gate gate) {
      this.gate = gate;
    }
  }

  private final Map<String, Held> gates = new HashMap<>();
  private final DoubleSupplier random;

  /**
   * No gates yet.
   *
   * @param random from 0 to 1, for jitter
   */
  public Gates(DoubleSupplier random) {
    this.random = random;
  }

  /**
   * The gate of a key, made with this policy if nobody holds it yet: the first holder's policy
   * counts for all.
   */
  public Gate hold(String key, ConcurrencyPolicy policy) {
    return hold(key, policy, ConcurrencyPolicy.DEFAULT_TOLERANCE);
  }

  /** The same, with a tolerance that counts if the policy has none. */
  public Gate hold(String key, ConcurrencyPolicy policy, double tolerance) {
    return hold(key, () -> gate(key, policy, tolerance));
  }

  /** The gate of a key, made with this limit, which finds no rate, if nobody holds it yet. */
  public Gate holdLimit(String key, Supplier<Limit> limit) {
    return hold(key, () -> new Gate(key, limit.get(), Gate.Rates.IGNORED, random));
  }

  private Gate hold(String key, Supplier<Gate> gate) {
    Held held = gates.computeIfAbsent(key, k -> new Held(gate.get()));
    held.holders++;
    return held.gate;
  }

  private Gate gate(String key, ConcurrencyPolicy policy, double tolerance) {
    return switch (policy.algorithm()) {
      case ADAPTIVE ->
          new Gate(key, new AdaptiveLimit(policy, tolerance, random), Gate.Rates.LEARNED, random);
      case AIMD -> new Gate(key, new AimdLimit(policy), Gate.Rates.LEARNED, random);
      case FIXED -> new Gate(key, new FixedLimit(policy.max()), Gate.Rates.IGNORED, random);
    };
  }

  /** Gives a gate up. */
  public void release(Gate gate) {
    Held held = gates.get(gate.name());
    if (held != null && held.gate == gate && --held.holders == 0) {
      gates.remove(gate.name());
    }
  }

  /** How many gates are held. */
  public int size() {
    return gates.size();
  }
}
