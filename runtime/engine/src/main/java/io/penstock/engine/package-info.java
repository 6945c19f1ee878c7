/**
 * Runs connectors: what others use of the engine. Its packages follow the way of an event: intake,
 * filter, transform, order, flow, invoke, deliver, ledger.
 */
@NullMarked
package io.penstock.engine;

import org.jspecify.annotations.NullMarked;
