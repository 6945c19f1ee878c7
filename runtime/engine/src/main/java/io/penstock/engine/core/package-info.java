/** The single-threaded heart of a connector: from what was taken in to what is settled. */
@NullMarked
package io.penstock.engine.core;

import org.jspecify.annotations.NullMarked;
