/** Who may hand in tasks, and for which functions: accounts with their keys, functions with their versions. */
@NullMarked
package io.penstock.source.tasks.registry;

import org.jspecify.annotations.NullMarked;
