package io.penstock.engine.flow;

import io.penstock.engine.ConcurrencyPolicy;
import java.util.HashMap;
import java.util.Map;
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

  /**
   * The gate of a key, made with this policy if nobody holds it yet: the first holder's policy
   * counts for all.
   */
  public Gate hold(String key, ConcurrencyPolicy policy) {
    return hold(key, () -> new AimdLimit(policy));
  }

  /** The gate of a key, made with this limit if nobody holds it yet. */
  public Gate hold(String key, Supplier<Limit> limit) {
    Held held = gates.computeIfAbsent(key, k -> new Held(new Gate(k, limit.get())));
    held.holders++;
    return held.gate;
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
