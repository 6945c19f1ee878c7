/** What throw-away brokers have in common: a child JVM of their own, its jars, ports and folders. */
@NullMarked
package io.penstock.broker.process;

import org.jspecify.annotations.NullMarked;
