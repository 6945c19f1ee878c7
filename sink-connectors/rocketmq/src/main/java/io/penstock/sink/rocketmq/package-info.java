/** Results and dead letters to RocketMQ topics, as CloudEvents or plain messages. */
@NullMarked
package io.penstock.sink.rocketmq;

import org.jspecify.annotations.NullMarked;
