package io.penstock.source.cdc;

import io.penstock.mariadb.ThrowAwayMariaDb;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debezium's connector for MySQL, with a MariaDB that says to be one: there is no MySQL to be had. */
class MySqlChangesTest extends ChangesContract {

  private static ThrowAwayMariaDb shared;

  @BeforeAll
  static void startServer() {
    shared = ThrowAwayMariaDb.startAsMySql();
  }

  @AfterAll
  static void endServer() {
    shared.close();
  }

  @Override
  TestDatabase server() {
    return new TestDatabase.MariaDb(shared, "mysql");
  }

  /** It would with GTIDs, which MariaDB has in another form. */
  @Override
  boolean namesTransactions() {
    return false;
  }

  /** It takes longer: the connector looks every five seconds whether its connection lives. */
  @Test
  @Tag("crash")
  @Override
  void goesOnWhenTheDatabaseIsBack() {
    super.goesOnWhenTheDatabaseIsBack();
  }
}
