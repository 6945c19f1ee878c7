package io.penstock.source.rocketmq;

import java.util.Map;

/**
 * A message as both clients give it.
 *
 * @param id the unique key that its producer gave it; the same however often it is delivered
 * @param body not empty: RocketMQ has no such messages
 * @param properties all of them, tags, keys and message group under RocketMQ's names
 * @param bornMs when its producer made it, in milliseconds since 1970
 * @param attempt 1 for the first delivery
 */
record NativeMessage(
    String id, byte[] body, Map<String, String> properties, long bornMs, int attempt) {}
