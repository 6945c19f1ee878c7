/** Events from RocketMQ topics: queue by queue as a log, or message by message as a queue. */
@NullMarked
package io.penstock.source.rocketmq;

import org.jspecify.annotations.NullMarked;
