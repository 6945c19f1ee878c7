/** One worker: the data folder, the engine with its connectors, and HTTP, started and stopped as one. */
@NullMarked
package io.penstock.server.worker;

import org.jspecify.annotations.NullMarked;
