/** Penstock's gate beside other algorithms that find a concurrency, in simulated time. */
@NullMarked
package io.penstock.benchmarks.gate;

import org.jspecify.annotations.NullMarked;
