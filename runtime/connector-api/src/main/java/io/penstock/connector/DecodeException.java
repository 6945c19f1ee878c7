package io.penstock.connector;

/** A record or payload that can't be read; says where and what was expected, and no payload. */
public final class DecodeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String message;

  /** Makes one. The message goes into the dead letter. */
  public DecodeException(String message) {
    super(message);
    this.message = message;
  }

  /** Makes one with a cause. */
  public DecodeException(String message, Throwable cause) {
    super(message, cause);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
