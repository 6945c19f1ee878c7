package io.penstock.source.tasks.store;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Leases;
import io.penstock.postgres.SharedPostgres;
import io.penstock.testkit.contract.MemoryStateStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresTaskStoreTest extends TaskStoreContract {

  private static final String DATABASE = SharedPostgres.server().newDatabase();
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final String connector = "Jobs." + TESTS.incrementAndGet();
  private final Leases leases = Leases.ofSoleWorker(new MemoryStateStore());

  static PGSimpleDataSource source(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(
        SharedPostgres.server()
            .url(database)
            .replaceFirst("^postgresql://.*@", "jdbc:postgresql://"));
    source.setUser("postgres");
    source.setPassword("postgres");
    return source;
  }

  @Override
  TaskStore open(Failpoints failpoints) {
    return PostgresTaskStore.open(source(DATABASE), leases, connector, failpoints);
  }

  @Override
  List<Integer> partitions() {
    return IntStream.range(0, Partitions.COUNT).boxed().toList();
  }
}
