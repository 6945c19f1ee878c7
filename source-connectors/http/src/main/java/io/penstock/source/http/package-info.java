/** Source {@code http}: events that others send, kept on disk until they are settled. */
@NullMarked
package io.penstock.source.http;

import org.jspecify.annotations.NullMarked;
