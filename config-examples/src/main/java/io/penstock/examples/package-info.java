/** The functions of the example connectors. */
@NullMarked
package io.penstock.examples;

import org.jspecify.annotations.NullMarked;
