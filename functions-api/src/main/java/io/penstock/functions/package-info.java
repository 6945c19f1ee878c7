/** What users write handlers against: events in, outcomes out. Needs nothing but the JDK. */
@NullMarked
package io.penstock.functions;

import org.jspecify.annotations.NullMarked;
