/** Every error code there is, with what it means and what to do: one catalogue, also for the pages. */
@NullMarked
package io.penstock.server.errors;

import org.jspecify.annotations.NullMarked;
