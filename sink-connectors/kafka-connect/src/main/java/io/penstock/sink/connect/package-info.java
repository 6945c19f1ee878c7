/** Sink connectors of Kafka Connect. */
@NullMarked
package io.penstock.sink.connect;

import org.jspecify.annotations.NullMarked;
