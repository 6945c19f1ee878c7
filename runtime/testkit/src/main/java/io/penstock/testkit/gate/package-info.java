/** The gate against simulated backends: scenario files, simulated time, and what must hold. */
@NullMarked
package io.penstock.testkit.gate;

import org.jspecify.annotations.NullMarked;
