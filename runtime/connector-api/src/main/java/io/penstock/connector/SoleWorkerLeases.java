package io.penstock.connector;

/** Leases that nobody competes for. */
record SoleWorkerLeases(StateStore state) implements Leases {

  @Override
  public Answer acquire(String name) {
    return new Answer.Granted(new SoleLease(name, state));
  }

  private static final class SoleLease implements Lease {

    private final String name;
    private final StateStore state;
    private volatile boolean held = true;

    SoleLease(String name, StateStore state) {
      this.name = name;
      this.state = state;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long epoch() {
      return 1;
    }

    @Override
    public boolean isHeld() {
      return held;
    }

    @Override
    public StateStore state() {
      return state;
    }

    @Override
    public void close() {
      held = false;
    }
  }
}
