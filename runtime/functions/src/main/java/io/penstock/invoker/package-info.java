/** Calls functions: handlers written in Java, each with its own class loader and threads. */
@NullMarked
package io.penstock.invoker;

import org.jspecify.annotations.NullMarked;
