/** Keeps state: in SQLite, for one worker, or in a PostgreSQL that several share. */
@NullMarked
package io.penstock.storage;

import org.jspecify.annotations.NullMarked;
