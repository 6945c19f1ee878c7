package io.penstock.broker.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that need a real Kafka cluster. They get it as a parameter of type {@link
 * io.penstock.broker.KafkaCluster}, or from {@link SharedKafka#cluster}.
 *
 * <p>They run on a child process, and with {@code -Dpenstock.kafka=container} on a container; where
 * there is no Docker they are skipped then, and say so.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("kafka")
@ExtendWith(SharedKafka.class)
public @interface KafkaTest {}
