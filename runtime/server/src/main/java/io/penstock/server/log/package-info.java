/** What was logged, as far as others than the reader of the log ask for it. */
@NullMarked
package io.penstock.server.log;

import org.jspecify.annotations.NullMarked;
