package io.penstock.connector;

import org.jspecify.annotations.Nullable;

/** A failure of a source, sink or function with what the engine is to do about it. */
public final class ConnectorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the engine does. */
  public enum Category {
    /** Try again after a backoff: a server that can't be reached, a request that timed out. */
    RETRY,
    /** Stop the connector and show the message: wrong credentials, a topic that isn't there. */
    FATAL
  }

  private final Category category;
  private final String message;

  private ConnectorException(Category category, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.category = category;
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** A failure that may pass. The message holds no secret and says what to look at. */
  public static ConnectorException retry(String message, @Nullable Throwable cause) {
    return new ConnectorException(Category.RETRY, message, cause);
  }

  /** A failure that a person must mend. The message holds no secret and says what to do. */
  public static ConnectorException fatal(String message, @Nullable Throwable cause) {
    return new ConnectorException(Category.FATAL, message, cause);
  }

  /** What the engine does. */
  public Category category() {
    return category;
  }
}
