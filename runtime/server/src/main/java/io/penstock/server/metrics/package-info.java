/** What Prometheus reads: made from the connectors' status when it asks, kept nowhere in between. */
@NullMarked
package io.penstock.server.metrics;

import org.jspecify.annotations.NullMarked;
