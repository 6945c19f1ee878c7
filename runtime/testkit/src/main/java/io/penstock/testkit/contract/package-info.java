/** What every source and sink must pass: abstract JUnit suites, one for each contract. */
@NullMarked
package io.penstock.testkit.contract;

import org.jspecify.annotations.NullMarked;
