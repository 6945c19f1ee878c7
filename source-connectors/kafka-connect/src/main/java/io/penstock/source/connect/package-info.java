/** Source connectors of Kafka Connect. */
@NullMarked
package io.penstock.source.connect;

import org.jspecify.annotations.NullMarked;
