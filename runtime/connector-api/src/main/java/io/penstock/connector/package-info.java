/**
 * What a connector implements: sources, sinks, functions, codecs, state, HTTP routes. Stands on the
 * JDK and functions-api alone; no transport or framework shows in it.
 */
@NullMarked
package io.penstock.connector;

import org.jspecify.annotations.NullMarked;
