/** Reads CloudEvents 1.0, whatever they come in. */
@NullMarked
package io.penstock.cloudevents;

import org.jspecify.annotations.NullMarked;
