/** Sources, sinks and functions in memory that do what a test says. */
@NullMarked
package io.penstock.engine.fake;

import org.jspecify.annotations.NullMarked;
