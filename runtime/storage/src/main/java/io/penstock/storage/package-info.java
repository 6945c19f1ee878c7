/** Keeps state on disk: one folder serves one worker. */
@NullMarked
package io.penstock.storage;

import org.jspecify.annotations.NullMarked;
