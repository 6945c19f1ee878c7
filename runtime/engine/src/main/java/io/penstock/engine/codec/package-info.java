/** The formats that payloads are read in: json, text and bytes. */
@NullMarked
package io.penstock.engine.codec;

import org.jspecify.annotations.NullMarked;
