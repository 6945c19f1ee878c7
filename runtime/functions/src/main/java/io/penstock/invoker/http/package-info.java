/** Functions that are called over HTTP. */
@NullMarked
package io.penstock.invoker.http;

import org.jspecify.annotations.NullMarked;
