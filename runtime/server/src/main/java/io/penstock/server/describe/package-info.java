/** What may stand in a connector's file, told to editors, people and programs by its declarations. */
@NullMarked
package io.penstock.server.describe;

import org.jspecify.annotations.NullMarked;
