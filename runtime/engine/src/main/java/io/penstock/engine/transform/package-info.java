/** What events are made into before the function, and before a sink. */
@NullMarked
package io.penstock.engine.transform;

import org.jspecify.annotations.NullMarked;
