/** A real HTTP server for tests, which behaves as badly as it is told to. */
@NullMarked
package io.penstock.testkit.http;

import org.jspecify.annotations.NullMarked;
