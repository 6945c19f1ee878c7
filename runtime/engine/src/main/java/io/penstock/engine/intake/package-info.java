/** The thread that owns a source: polls, decodes, filters, transforms, hands over. */
@NullMarked
package io.penstock.engine.intake;

import org.jspecify.annotations.NullMarked;
