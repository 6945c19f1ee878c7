/** Connectors' files: read, checked as a whole with every problem at once, and made into plans. */
@NullMarked
package io.penstock.server.config;

import org.jspecify.annotations.NullMarked;
