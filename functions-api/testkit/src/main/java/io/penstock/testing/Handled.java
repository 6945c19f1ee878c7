package io.penstock.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event, as Penstock understands it. Immutable. The {@code expect} methods throw
 * an {@link AssertionError} that tells what happened instead.
 *
 * @param event that was handled
 * @param kind of outcome
 * @param results of an event that is done, with the attributes that they are sent with; Penstock
 *     gives them their ids
 * @param code a stable word for what went wrong, for example {@code FUNCTION_ERROR}; empty if
 *     nothing
 * @param text what went wrong, as it stands in the status and in dead letters; empty if nothing did
 * @param delay that was asked for before the next try; zero for none
 */
public record Handled(
    Event event, Kind kind, List<Event> results, String code, String text, Duration delay) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** 1 is 1.0. Called where two values are not equal as they stand. */
  private static final Comparator<JsonNode> BY_VALUE =
      (one, other) ->
          one.isNumber() && other.isNumber()
              ? one.decimalValue().compareTo(other.decimalValue())
              : one.equals(other) ? 0 : 1;

  /** What becomes of an event. */
  public enum Kind {
    /** It is handled; its results go to the success sinks. */
    DONE,
    /** It is tried again, because the function asked for that or failed; the attempt counts. */
    RETRY,
    /** It goes to the failure sinks, without another try. */
    REJECT,
    /** It is tried again later, and the attempt doesn't count. */
    THROTTLED
  }

  /** Copies. */
  public Handled {
    results = List.copyOf(results);
  }

  /** Expects that it is done; answers its results. */
  public List<Event> expectDone() {
    expect(Kind.DONE, "");
    return results;
  }

  /** Expects that it is done with one result; answers that. */
  public Event expectResult() {
    expect(Kind.DONE, "");
    if (results.size() != 1) {
      throw new AssertionError("expected one result, but it is " + this);
    }
    return results.get(0);
  }

  /**
   * Expects that it is done with one result whose payload is this JSON, whatever the order of its
   * keys and its spaces, and with numbers of the same value. Answers the result.
   */
  public Event expectResult(String json) {
    Event result = expectResult();
    JsonNode expected = tree(json);
    if (expected == null) {
      throw new IllegalArgumentException("what is expected is no JSON: " + json);
    }
    JsonNode actual = tree(result.text());
    if (actual == null || !expected.equals(BY_VALUE, actual)) {
      throw new AssertionError("expected the result " + json + ", but it is " + result.text());
    }
    return result;
  }

  /** Expects that it is tried again, for a reason that has this in it. */
  public Handled expectRetry(String partOfText) {
    return expect(Kind.RETRY, partOfText);
  }

  /** Expects that it is rejected, for a reason that has this in it. */
  public Handled expectReject(String partOfText) {
    return expect(Kind.REJECT, partOfText);
  }

  /** Expects that it is put off because of an overload, for a reason that has this in it. */
  public Handled expectThrottled(String partOfText) {
    return expect(Kind.THROTTLED, partOfText);
  }

  private Handled expect(Kind expected, String part) {
    if (kind != expected || !text.contains(part)) {
      String because = part.isEmpty() ? "" : " because of '" + part + "'";
      throw new AssertionError("expected " + expected + because + ", but it is " + this);
    }
    return this;
  }

  private static @Nullable JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    StringBuilder told = new StringBuilder().append(kind).append(" event '").append(event.id());
    told.append('\'');
    if (!code.isEmpty()) {
      told.append(": ").append(code).append(": ").append(text);
    }
    if (!delay.isZero()) {
      told.append(", after ").append(delay);
    }
    for (Event result : results) {
      told.append(", result ").append(new String(result.data(), UTF_8));
    }
    return told.toString();
  }
}
