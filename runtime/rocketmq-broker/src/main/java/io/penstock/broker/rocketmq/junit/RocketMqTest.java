package io.penstock.broker.rocketmq.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that need a real RocketMQ cluster. They get it as a parameter of type {@link
 * io.penstock.broker.rocketmq.RocketMqCluster}, or from {@link SharedRocketMq#cluster}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("rocketmq")
@ExtendWith(SharedRocketMq.class)
public @interface RocketMqTest {}
