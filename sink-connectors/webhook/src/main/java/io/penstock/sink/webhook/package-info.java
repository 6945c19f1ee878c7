/** Sink {@code webhook}: events to an HTTP endpoint. */
@NullMarked
package io.penstock.sink.webhook;

import org.jspecify.annotations.NullMarked;
