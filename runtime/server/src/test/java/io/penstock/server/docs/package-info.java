/** Makes those pages of {@code docs} that tell what the code says. */
@NullMarked
package io.penstock.server.docs;

import org.jspecify.annotations.NullMarked;
