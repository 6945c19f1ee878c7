/** The HTTP binding of CloudEvents 1.0, in both directions. */
@NullMarked
package io.penstock.httpclient.cloudevents;

import org.jspecify.annotations.NullMarked;
