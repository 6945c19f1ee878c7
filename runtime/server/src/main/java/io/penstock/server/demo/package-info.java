/** The demo's surroundings: a throw-away broker, somebody who orders, and somebody who counts. */
@NullMarked
package io.penstock.server.demo;

import org.jspecify.annotations.NullMarked;
