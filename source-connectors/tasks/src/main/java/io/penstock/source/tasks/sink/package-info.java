/** The sink {@code task}: an event becomes a task of its own. */
@NullMarked
package io.penstock.source.tasks.sink;

import org.jspecify.annotations.NullMarked;
