package io.penstock.source.cdc;

import io.penstock.mariadb.SharedMariaDb;

class MariaDbChangesTest extends ChangesContract {

  @Override
  TestDatabase server() {
    return new TestDatabase.MariaDb(SharedMariaDb.server(), "mariadb");
  }
}
