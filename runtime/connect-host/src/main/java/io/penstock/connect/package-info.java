/** Runs Kafka Connect plugins, each in a class loader and on threads of its own. */
@NullMarked
package io.penstock.connect;

import org.jspecify.annotations.NullMarked;
