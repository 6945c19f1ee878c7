/** Changes of a database's rows, read from its log by Debezium. */
@NullMarked
package io.penstock.source.cdc;

import org.jspecify.annotations.NullMarked;
