/** What the RocketMQ client logs, through SLF4J like everything else. */
@NullMarked
package io.penstock.rocketmq.logging;

import org.jspecify.annotations.NullMarked;
