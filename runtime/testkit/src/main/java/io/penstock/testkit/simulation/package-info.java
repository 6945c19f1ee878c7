/** Runs the whole engine from one seed, in one thread and simulated time, and checks what it did. */
@NullMarked
package io.penstock.testkit.simulation;

import org.jspecify.annotations.NullMarked;
