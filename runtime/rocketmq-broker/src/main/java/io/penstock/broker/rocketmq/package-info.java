/**
 * A real RocketMQ name server, broker and proxy in a process of their own, to be thrown away: for
 * tests, benchmarks and the demo.
 */
@NullMarked
package io.penstock.broker.rocketmq;

import org.jspecify.annotations.NullMarked;
