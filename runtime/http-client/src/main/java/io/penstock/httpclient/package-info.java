/**
 * Outgoing HTTP, as functions and sinks share it: bounded in time, connections and bytes, with
 * authentication, and with nothing secret in what it tells. No class of the HTTP library shows.
 */
@NullMarked
package io.penstock.httpclient;

import org.jspecify.annotations.NullMarked;
