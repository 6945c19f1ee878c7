/** The gate: how many invocations or deliveries may run now. */
@NullMarked
package io.penstock.engine.flow;

import org.jspecify.annotations.NullMarked;
