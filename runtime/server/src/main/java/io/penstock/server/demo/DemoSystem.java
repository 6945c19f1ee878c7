package io.penstock.server.demo;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away broker or database in a process of its own, where there is one, what the demo runs on it, and plain clients
 * for both ends, which know nothing of Penstock.
 */
public interface DemoSystem extends AutoCloseable {

  /** How many partitions or queues each topic has. */
  int LANES = 6;

  /** What the demo can run on. */
  enum Kind {
    /** A Kafka broker. */
    KAFKA("Kafka broker", "orders-to-invoices.json"),
    /** A RocketMQ name server, broker and proxy. */
    ROCKETMQ("RocketMQ broker", "rocketmq-invoices.json"),
    /** A PostgreSQL: orders are rows, invoices go to a file. */
    POSTGRES("PostgreSQL", "database-invoices.json"),
    /** No broker: orders are handed in over HTTP, invoices go to a file. */
    TASKS("tasks", "task-invoices.json");

    private final String title;
    private final String example;

    Kind(String title, String example) {
      this.title = title;
      this.example = example;
    }

    /** Its name for people. */
    public String title() {
      return title;
    }

    /** The example that runs on it, below the folder of examples. */
    public String example() {
      return example;
    }

    /** Whether something is started for it. */
    public boolean hasServer() {
      return this != TASKS;
    }

    /** How many orders a second it takes with ease. */
    public int perSecond() {
      return switch (this) {
        case KAFKA, ROCKETMQ -> 2_000;
        // Each is a transaction of its own, or a request that is on disk before it is answered.
        case POSTGRES, TASKS -> 500;
      };
    }

    /**
     * Starts it and makes the topics or the table.
     *
     * @param jars the folder with what it needs; null to find that as the broker's module does
     * @throws io.penstock.broker.process.BrokerException if it doesn't start, or makes none of these
     */
    public DemoSystem start(@Nullable Path jars) {
      return switch (this) {
        case KAFKA -> KafkaDemo.start(jars);
        case ROCKETMQ -> RocketMqDemo.start(jars);
        case POSTGRES -> PostgresDemo.start(jars);
        case TASKS -> TasksDemo.start();
      };
    }
  }

  /** Where it listens. */
  String address();

  /** The environment variables by which the example is told. */
  Map<String, String> environment();

  /** The worker listens there; told before orders are sent. */
  default void worker(String url) {}

  /** The process it runs in. */
  long pid();

  /** A producer of orders. */
  OrderSender orders();

  /** A consumer of invoices, from the beginning of their topic. */
  InvoiceSource invoices();

  /** Ends it and deletes what it had; bounded in time. */
  @Override
  void close();

  /** Sends orders. Belongs to one thread. */
  interface OrderSender extends AutoCloseable {

    /**
     * Sends an order.
     *
     * @param failed told on any thread if it could not be sent
     */
    void send(byte[] key, byte[] order, Consumer<Exception> failed);

    /** Waits a bounded time until what was sent is acknowledged. */
    @Override
    void close();
  }

  /** Reads invoices. Belongs to one thread, but for {@link #wakeup}. */
  interface InvoiceSource extends AutoCloseable {

    /** What came within a moment; null once it was woken up. */
    @Nullable Iterable<byte[]> poll();

    /** Ends the poll that is under way, or else the next. Any thread. */
    void wakeup();

    @Override
    void close();
  }
}
