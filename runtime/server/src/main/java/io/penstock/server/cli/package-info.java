/** The commands: what they take, what they print, and their exit codes. */
@NullMarked
package io.penstock.server.cli;

import org.jspecify.annotations.NullMarked;
