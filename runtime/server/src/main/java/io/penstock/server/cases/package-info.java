/**
 * Runs the cases that stand beside a connector: the real engine, stepped by hand in a time of its own,
 * between a source and sinks in memory.
 */
@NullMarked
package io.penstock.server.cases;

import org.jspecify.annotations.NullMarked;
