/** The source {@code tasks}: requests that are kept, executed, retried and tracked. */
@NullMarked
package io.penstock.source.tasks;

import org.jspecify.annotations.NullMarked;
