/** Looks whether connectors would run here: machine, data folder, port, and the servers they name. */
@NullMarked
package io.penstock.server.doctor;

import org.jspecify.annotations.NullMarked;
