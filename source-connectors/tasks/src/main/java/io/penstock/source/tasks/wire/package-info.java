/** How requests, answers and refusals look in JSON. */
@NullMarked
package io.penstock.source.tasks.wire;

import org.jspecify.annotations.NullMarked;
