/** One Kafka cluster for all tests of a JVM, through JUnit. */
@NullMarked
package io.penstock.broker.junit;

import org.jspecify.annotations.NullMarked;
