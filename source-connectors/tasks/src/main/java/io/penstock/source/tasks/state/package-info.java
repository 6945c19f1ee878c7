/** What a task goes through: its states, the one table of allowed transitions, and the log of those made. */
@NullMarked
package io.penstock.source.tasks.state;

import org.jspecify.annotations.NullMarked;
