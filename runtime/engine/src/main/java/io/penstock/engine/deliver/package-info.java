/** Results to success sinks and dead letters to failure sinks, with retry per sink. */
@NullMarked
package io.penstock.engine.deliver;

import org.jspecify.annotations.NullMarked;
