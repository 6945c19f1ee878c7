/** Where tasks are kept: what a store must do, and one in a SQLite file. */
@NullMarked
package io.penstock.source.tasks.store;

import org.jspecify.annotations.NullMarked;
