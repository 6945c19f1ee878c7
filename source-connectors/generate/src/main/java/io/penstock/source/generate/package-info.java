/** Makes events from a template, for demos and tests. */
@NullMarked
package io.penstock.source.generate;

import org.jspecify.annotations.NullMarked;
