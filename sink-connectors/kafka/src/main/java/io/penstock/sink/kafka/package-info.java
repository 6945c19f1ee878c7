/** Results and dead letters to Kafka topics, as CloudEvents or plain records. */
@NullMarked
package io.penstock.sink.kafka;

import org.jspecify.annotations.NullMarked;
