/** What is measured: each arm runs in a JVM of its own and knows nothing of the measuring. */
@NullMarked
package io.penstock.benchmarks.arm;

import org.jspecify.annotations.NullMarked;
