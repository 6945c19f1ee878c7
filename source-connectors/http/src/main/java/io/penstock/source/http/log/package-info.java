/** An append-only log of records in a folder, durable before it answers. */
@NullMarked
package io.penstock.source.http.log;

import org.jspecify.annotations.NullMarked;
