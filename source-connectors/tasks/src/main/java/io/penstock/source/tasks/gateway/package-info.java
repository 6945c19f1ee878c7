/** Tasks over HTTP: who may ask, what is asked, and how it is answered. */
@NullMarked
package io.penstock.source.tasks.gateway;

import org.jspecify.annotations.NullMarked;
