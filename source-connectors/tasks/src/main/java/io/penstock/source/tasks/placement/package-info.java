/** Which queue the tasks of a function go to: shared, its account's, or one of its own. */
@NullMarked
package io.penstock.source.tasks.placement;

import org.jspecify.annotations.NullMarked;
