/** The worker over HTTP: health, metrics, connectors for operators, and the routes of sources. */
@NullMarked
package io.penstock.server.http;

import org.jspecify.annotations.NullMarked;
