/** A throw-away PostgreSQL for tests. */
@NullMarked
package io.penstock.postgres;

import org.jspecify.annotations.NullMarked;
