/** What may go next, and in which order: by arrival, by key, by lane. */
@NullMarked
package io.penstock.engine.order;

import org.jspecify.annotations.NullMarked;
