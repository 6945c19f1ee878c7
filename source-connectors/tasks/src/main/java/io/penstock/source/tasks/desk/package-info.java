/** What a worker has of its tasks in memory, and what it does with them. */
@NullMarked
package io.penstock.source.tasks.desk;

import org.jspecify.annotations.NullMarked;
