/** Events from Kafka topics: one consumer of a group a source, one lane a partition. */
@NullMarked
package io.penstock.source.kafka;

import org.jspecify.annotations.NullMarked;
