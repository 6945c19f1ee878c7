package io.penstock.source.tasks.placement;

/** A queue. Its text is its name: {@code shared}, {@code account-acme}, {@code function-acme-resize}. */
public sealed interface QueueId {

  /** For all accounts that have no queue of their own. */
  record Shared() implements QueueId {
    @Override
    public String toString() {
      return "shared";
    }
  }

  /** For all functions of an account that have no queue of their own. */
  record OfAccount(String account) implements QueueId {
    @Override
    public String toString() {
      return "account-" + account;
    }
  }

  /** For one function. */
  record OfFunction(String account, String function) implements QueueId {
    @Override
    public String toString() {
      return "function-" + account + "-" + function;
    }
  }

  /** The one shared queue. */
  QueueId SHARED = new Shared();
}
