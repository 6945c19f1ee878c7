/** Positions taken in order, settled in any order, committed as the contiguous settled prefix. */
@NullMarked
package io.penstock.engine.ledger;

import org.jspecify.annotations.NullMarked;
