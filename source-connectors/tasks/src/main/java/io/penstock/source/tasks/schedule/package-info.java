/** Which waiting task is next: fair among accounts by processing time, by priority and deadline within one. */
@NullMarked
package io.penstock.source.tasks.schedule;

import org.jspecify.annotations.NullMarked;
