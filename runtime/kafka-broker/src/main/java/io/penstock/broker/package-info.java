/**
 * A real single-node Kafka broker in a process of its own, to be thrown away: for tests,
 * benchmarks and the demo.
 */
@NullMarked
package io.penstock.broker;

import org.jspecify.annotations.NullMarked;
