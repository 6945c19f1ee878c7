/** Descriptions of settings: one declaration a key validates, defaults and documents it. */
@NullMarked
package io.penstock.connector.config;

import org.jspecify.annotations.NullMarked;
