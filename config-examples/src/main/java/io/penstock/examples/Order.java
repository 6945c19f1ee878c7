package io.penstock.examples;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * An order, as far as the examples read it; JSON properties that it does not name are ignored.
 *
 * @param total null if the order has none
 */
public record Order(String id, String customer, String status, @Nullable BigDecimal total) {}
