package io.penstock.source.cdc;

import io.penstock.mariadb.SharedMariaDb;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MariaDbChangesTest extends ChangesContract {

  @Override
  TestDatabase server() {
    return new TestDatabase.MariaDb(SharedMariaDb.server(), "mariadb");
  }

  /** It takes longer: the connector looks every five seconds whether its connection lives. */
  @Test
  @Tag("crash")
  @Override
  void goesOnWhenTheDatabaseIsBack() {
    super.goesOnWhenTheDatabaseIsBack();
  }
}
