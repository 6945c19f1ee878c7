package io.penstock.source.tasks.desk;

import io.penstock.connector.OrderKeys;
import io.penstock.source.tasks.schedule.Ticket;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskSpec;

/** Makes tickets of tasks. */
final class Tickets {

  private Tickets() {}

  static Ticket of(StoredTask task) {
    TaskSpec spec = task.spec();
    return new Ticket(
        spec.number(),
        spec.account(),
        spec.function(),
        task.priority(),
        spec.deadlineMs(),
        spec.orderKey().map(OrderKeys::of).orElse(Ticket.NO_KEY));
  }
}
