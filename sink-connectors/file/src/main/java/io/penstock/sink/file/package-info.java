/** Writes events to a file or to standard output, a line each. */
@NullMarked
package io.penstock.sink.file;

import org.jspecify.annotations.NullMarked;
