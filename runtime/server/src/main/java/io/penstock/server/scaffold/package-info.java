/** Makes what somebody begins with: the project of a function, a connector's file. */
@NullMarked
package io.penstock.server.scaffold;

import org.jspecify.annotations.NullMarked;
