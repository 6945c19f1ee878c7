/** Measures Penstock beside what else moves events from Kafka to Kafka, each in a process alone. */
@NullMarked
package io.penstock.benchmarks;

import org.jspecify.annotations.NullMarked;
