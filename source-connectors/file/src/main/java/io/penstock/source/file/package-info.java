/** Source {@code file}: the lines of files, which may grow, be renamed and be cut off meanwhile. */
@NullMarked
package io.penstock.source.file;

import org.jspecify.annotations.NullMarked;
