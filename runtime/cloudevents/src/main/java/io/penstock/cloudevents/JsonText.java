package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.penstock.connector.DecodeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JSON texts as bytes: checked, and cut apart byte for byte, so that numbers and spaces stay what
 * their writer wrote. What they are refused for names a place and repeats nothing of the text.
 */
public final class JsonText {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Whoever received the text has bounded its size.
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          // Names of members come from outside: interned ones would stay in the JVM's own table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private JsonText() {}

  /** Reads a text token by token. */
  interface Reading {
    void read(JsonParser parser) throws IOException;
  }

  /**
   * Checks that this is one JSON value in UTF-8. Any thread.
   *
   * @param what the text is, for the message
   * @throws DecodeException if it isn't
   */
  public static void check(byte[] text, String what) {
    read(text, what, JsonParser::skipChildren);
  }

  /**
   * The elements of a JSON array in UTF-8. Any thread.
   *
   * @param maxElements how many there may be, for short ones take far more memory than the text
   * @throws DecodeException if it is no JSON, or no array, or has more elements
   */
  public static List<byte[]> elements(byte[] array, int maxElements) {
    List<byte[]> elements = new ArrayList<>();
    read(
        array,
        "the body",
        parser -> {
          if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new DecodeException("the body: expected a JSON array");
          }
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (elements.size() == maxElements) {
              throw new DecodeException(
                  "the body: an array of more than " + maxElements + " elements");
            }
            elements.add(cutOut(parser, array));
          }
        });
    return elements;
  }

  /** The value whose first token was read, byte for byte. */
  static byte[] cutOut(JsonParser parser, byte[] text) throws IOException {
    int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    parser.skipChildren();
    parser.finishToken();
    int to = Math.toIntExact(parser.currentLocation().getByteOffset());
    return Arrays.copyOfRange(text, from, to);
  }

  /**
   * Reads one JSON value.
   *
   * @param what the text is, for messages
   * @param reading begins at the value's first token, and ends at its last
   */
  static void read(byte[] text, String what, Reading reading) {
    checkEncoding(text, what);
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      reading.read(parser);
      if (parser.nextToken() != null) {
        throw new DecodeException(what + ": more than one JSON value");
      }
    } catch (StreamConstraintsException e) {
      throw new DecodeException(what + ": nested too deep, or a number too long");
    } catch (JsonProcessingException e) {
      // Its message repeats what it found.
      throw new DecodeException(what + ": not JSON, at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** The parser would also take UTF-16 and UTF-32, but then its offsets are not those of bytes. */
  private static void checkEncoding(byte[] text, String what) {
    int first = 0;
    while (first < text.length && text[first] > 0 && text[first] <= ' ') {
      first++;
    }
    if (first == text.length) {
      throw new DecodeException(what + ": expected JSON, found nothing");
    }
    boolean isAscii = text[first] > 0 && (first + 1 == text.length || text[first + 1] != 0);
    if (!isAscii || !isUtf8(text)) {
      throw new DecodeException(what + ": expected JSON in UTF-8");
    }
  }

  /** The parser would take surrogates, and characters that are longer than they must be. */
  private static boolean isUtf8(byte[] text) {
    int ascii = 0;
    while (ascii < text.length && text[ascii] >= 0) {
      ascii++;
    }
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(text, ascii, text.length - ascii));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
