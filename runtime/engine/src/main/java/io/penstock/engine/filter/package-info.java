/** Which events pass. Runs on the intake thread, and for a sink's own filter on its delivery thread. */
@NullMarked
package io.penstock.engine.filter;

import org.jspecify.annotations.NullMarked;
