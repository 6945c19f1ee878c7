/** How the source and the sink deal with the clients of Kafka: native properties, failures. */
@NullMarked
package io.penstock.kafka;

import org.jspecify.annotations.NullMarked;
