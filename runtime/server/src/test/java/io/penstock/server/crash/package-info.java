/**
 * The promises against real parts: a worker in a process of its own that is killed, a real broker, and
 * an oracle that looks at both from outside.
 */
@NullMarked
package io.penstock.server.crash;

import org.jspecify.annotations.NullMarked;
