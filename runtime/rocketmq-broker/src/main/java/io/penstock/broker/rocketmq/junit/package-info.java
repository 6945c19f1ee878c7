/** One RocketMQ cluster for all tests of a JVM, through JUnit. */
@NullMarked
package io.penstock.broker.rocketmq.junit;

import org.jspecify.annotations.NullMarked;
