/** The program: {@link io.penstock.server.Main} hands the command line to its commands. */
@NullMarked
package io.penstock.server;

import org.jspecify.annotations.NullMarked;
