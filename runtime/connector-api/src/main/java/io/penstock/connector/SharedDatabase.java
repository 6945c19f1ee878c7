package io.penstock.connector;

import javax.sql.DataSource;

/**
 * The PostgreSQL that workers share, for a source that keeps more there than fits a {@link
 * StateStore}: it has a schema of its own in it.
 *
 * @param connections makes connections, which are the source's to close; thread-safe
 */
public record SharedDatabase(DataSource connections) {}
