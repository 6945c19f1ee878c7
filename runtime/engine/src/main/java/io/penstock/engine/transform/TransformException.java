package io.penstock.engine.transform;

/** A transform that can't be made of an event; says what was missing, and no payload. */
public final class TransformException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String message;

  /** Makes one. The message goes into the dead letter. */
  public TransformException(String message) {
    super(message, null, false, false); // an outcome like others: where it came from tells nothing
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
