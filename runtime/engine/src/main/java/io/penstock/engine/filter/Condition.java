package io.penstock.engine.filter;

import io.penstock.engine.codec.JsonScanner;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a value must be: a text, a number, or one of true, false and null. Immutable. */
@FunctionalInterface
interface Condition {

  /** Any value at all. */
  Condition EXISTS =
      new Condition() {
        @Override
        public boolean text(String value) {
          return true;
        }

        @Override
        public boolean text(JsonScanner in) {
          return true;
        }

        @Override
        public boolean number(BigDecimal value) {
          return true;
        }

        @Override
        public boolean constant(@Nullable Boolean value) {
          return true;
        }
      };

  /** Whether a text is. */
  boolean text(String value);

  /** Whether the text that was just read is; many can tell without making a string of it. */
  default boolean text(JsonScanner in) {
    return text(in.text());
  }

  /** Whether a number is. */
  default boolean number(BigDecimal value) {
    return false;
  }

  /** Whether true, false or null is. */
  default boolean constant(@Nullable Boolean value) {
    return false;
  }

  /** Whether a scalar of a tree is; bytes and what formats of others may have are not. */
  default boolean scalar(@Nullable Object value) {
    if (value instanceof String text) {
      return text(text);
    }
    if (value instanceof Number number) {
      return number(Literals.decimal(number));
    }
    return (value == null || value instanceof Boolean) && constant((Boolean) value);
  }

  /** Any value that the other is not. */
  record Not(Condition other) implements Condition {

    @Override
    public boolean text(String value) {
      return !other.text(value);
    }

    @Override
    public boolean text(JsonScanner in) {
      return !other.text(in);
    }

    @Override
    public boolean number(BigDecimal value) {
      return !other.number(value);
    }

    @Override
    public boolean constant(@Nullable Boolean value) {
      return !other.constant(value);
    }
  }

  /** All of these of one value. */
  record AllOf(Condition[] all) implements Condition {

    @Override
    public boolean text(String value) {
      for (Condition condition : all) {
        if (!condition.text(value)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean number(BigDecimal value) {
      for (Condition condition : all) {
        if (!condition.number(value)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean constant(@Nullable Boolean value) {
      for (Condition condition : all) {
        if (!condition.constant(value)) {
          return false;
        }
      }
      return true;
    }
  }

  /** One of the literals, or any of the others. */
  record AnyOf(Literals literals, Condition[] others) implements Condition {

    @Override
    public boolean text(String value) {
      return literals.text(value) || othersText(value);
    }

    @Override
    public boolean text(JsonScanner in) {
      return literals.text(in) || othersText(in.text());
    }

    private boolean othersText(String value) {
      for (Condition condition : others) {
        if (condition.text(value)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean number(BigDecimal value) {
      for (Condition condition : others) {
        if (condition.number(value)) {
          return true;
        }
      }
      return literals.number(value);
    }

    @Override
    public boolean constant(@Nullable Boolean value) {
      for (Condition condition : others) {
        if (condition.constant(value)) {
          return true;
        }
      }
      return literals.constant(value);
    }
  }
}
