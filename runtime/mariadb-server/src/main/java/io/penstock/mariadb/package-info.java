/** A throw-away MariaDB for tests. */
@NullMarked
package io.penstock.mariadb;

import org.jspecify.annotations.NullMarked;
