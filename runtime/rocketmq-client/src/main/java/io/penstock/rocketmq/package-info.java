/** How sources and sinks connect to RocketMQ: addresses, credentials, native properties. */
@NullMarked
package io.penstock.rocketmq;

import org.jspecify.annotations.NullMarked;
