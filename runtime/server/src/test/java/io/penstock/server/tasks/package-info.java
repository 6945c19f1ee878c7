/** Tasks in a whole worker. */
@NullMarked
package io.penstock.server.tasks;

import org.jspecify.annotations.NullMarked;
