package io.penstock.engine.codec;

import io.penstock.connector.DecodeException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the bytes of one JSON value, for those who want a few fields of it and nothing of the
 * rest: no tree, no token objects, no text that isn't asked for. What is passed over is checked all
 * the same: RFC 8259 in strict UTF-8 (a byte order mark is passed over), nested no deeper than {@link
 * JsonCodec#MAX_DEPTH}. Only a key given twice goes unnoticed where nobody looks at the keys.
 *
 * <p>It stands on a value; each value must be passed, by {@link #skip}, by one of the readers, or by
 * going through the object or array:
 *
 * <pre>{@code
 * if (in.openObject()) {
 *   do {
 *     in.readKey();
 *     in.skip();
 *   } while (in.nextInObject());
 * }
 * }</pre>
 *
 * <p>Every method throws {@link DecodeException} where the bytes are not JSON. Not thread-safe; one
 * scanner for one payload.
 */
public final class JsonScanner {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = '"' * EACH;
  private static final long BACKSLASHES = '\\' * EACH;
  private static final long SPACES = ' ' * EACH;

  /** A mantissa of so many digits is a long. */
  private static final int LONG_DIGITS = 18;

  private final byte[] json;
  private int pos;
  private int depth;

  private int textFrom;
  private int textTo;
  private boolean escaped;
  private boolean ascii;

  /** A scanner that stands on the first value. */
  public JsonScanner(byte[] json) {
    this.json = json;
    boolean mark =
        json.length >= 3
            && json[0] == (byte) 0xef
            && json[1] == (byte) 0xbb
            && json[2] == (byte) 0xbf;
    pos = space(mark ? 3 : 0);
    if (pos == json.length) {
      throw new DecodeException("payload of " + json.length + " bytes: empty, expected JSON");
    }
  }

  /**
   * The first byte of the value: one of {@code { [ " t f n -} or a digit, or else what will be
   * refused when the value is passed.
   */
  public byte first() {
    return json[pos];
  }

  /** Where the value starts in the payload or, after it was passed, the bytes after it. */
  public int position() {
    return pos;
  }

  /** Passes the value. */
  public void skip() {
    pos = value(pos, depth);
  }

  /** Passes the value, which must be the last thing in the payload. */
  public void end() {
    int rest = space(pos);
    if (rest < json.length) {
      throw notJson(rest, "expected nothing after the value");
    }
  }

  /** Goes into an object; false if it has no fields, and is passed by that. */
  public boolean openObject() {
    return open('}');
  }

  /** Goes into an array; false if it has no elements, and is passed by that. */
  public boolean openArray() {
    return open(']');
  }

  private boolean open(char close) {
    checkDepth(pos, depth);
    pos = space(pos + 1);
    if (pos < json.length && json[pos] == close) {
      pos++;
      return false;
    }
    depth++;
    needMore(pos);
    return true;
  }

  /** Goes on to the next field after a value of an object; false if that was the last. */
  public boolean nextInObject() {
    return next('}');
  }

  /** Goes on to the next element of an array; false if that was the last. */
  public boolean nextInArray() {
    return next(']');
  }

  private boolean next(char close) {
    pos = space(pos);
    needMore(pos);
    if (json[pos] == ',') {
      pos = space(pos + 1);
      needMore(pos);
      return true;
    }
    if (json[pos] != close) {
      throw notJson(pos, "expected ',' or '" + close + "'");
    }
    depth--;
    pos++;
    return false;
  }

  /** Reads a field's key, which is the text then, and goes on to the field's value. */
  public void readKey() {
    if (json[pos] != '"') {
      throw notJson(pos, "expected a key in quotes");
    }
    readText();
    pos = colon(pos);
  }

  /** Reads a text. */
  public void readText() {
    int from = pos + 1;
    int to = plain(from);
    escaped = false;
    ascii = true;
    while (to < json.length && json[to] != '"') {
      if (json[to] == '\\') {
        escaped = true;
        to = escape(to);
      } else {
        ascii = false;
        to = beyondAscii(to);
      }
      to = plain(to);
    }
    needMore(to);
    textFrom = from;
    textTo = to;
    pos = to + 1;
  }

  /** Whether the text has escapes, so that its bytes are not what it says. */
  public boolean isTextEscaped() {
    return escaped;
  }

  /** Whether these are the bytes of the text; never of one with escapes. */
  public boolean textIs(byte[] utf8) {
    return !escaped && Arrays.equals(json, textFrom, textTo, utf8, 0, utf8.length);
  }

  /** What {@link #hash(byte[])} is of the bytes of the text, which must have no escapes. */
  public int textHash() {
    return hash(json, textFrom, textTo);
  }

  /** A hash of a text's length and ends: keys differ there. */
  public static int hash(byte[] utf8) {
    return hash(utf8, 0, utf8.length);
  }

  private static int hash(byte[] utf8, int from, int to) {
    return to == from ? 0 : ((to - from) * 31 + utf8[from]) * 31 + utf8[to - 1];
  }

  /** The text. Half of a surrogate pair stays one. */
  public String text() {
    if (escaped) {
      return unescaped();
    }
    return new String(
        json,
        textFrom,
        textTo - textFrom,
        ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private String unescaped() {
    StringBuilder text = new StringBuilder(textTo - textFrom);
    int done = textFrom;
    for (int i = textFrom; i < textTo; i++) {
      if (json[i] == '\\') {
        text.append(new String(json, done, i - done, StandardCharsets.UTF_8));
        byte what = json[++i];
        if (what == 'u') {
          text.append(
              (char) Integer.parseInt(new String(json, i + 1, 4, StandardCharsets.ISO_8859_1), 16));
          i += 4;
        } else {
          text.append(
              switch (what) {
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                default -> (char) what;
              });
        }
        done = i + 1;
      }
    }
    return text.append(new String(json, done, textTo - done, StandardCharsets.UTF_8)).toString();
  }

  /** Reads a number of no more than {@link JsonCodec#MAX_NUMBER_LENGTH} characters. */
  public BigDecimal readNumber() {
    int from = pos;
    int to = number(from);
    pos = to;
    BigDecimal small = smallNumber(from, to);
    if (small != null) {
      return small;
    }
    if (to - from > JsonCodec.MAX_NUMBER_LENGTH) {
      throw notJson(
          from,
          "a number of %d characters, more than the %d that are read"
              .formatted(to - from, JsonCodec.MAX_NUMBER_LENGTH));
    }
    try {
      return new BigDecimal(new String(json, from, to - from, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      throw notJson(from, "a number has an exponent beyond 32 bits");
    }
  }

  /** Digits with a point or none, few enough; null for all others. */
  private @Nullable BigDecimal smallNumber(int from, int to) {
    if (to - from > LONG_DIGITS) {
      return null;
    }
    long digits = 0;
    int point = to;
    for (int i = json[from] == '-' ? from + 1 : from; i < to; i++) {
      int digit = json[i] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
      } else if (json[i] == '.') {
        point = i + 1;
      } else {
        return null;
      }
    }
    return BigDecimal.valueOf(json[from] == '-' ? -digits : digits, to - point);
  }

  // ---- what passes over bytes takes a place and answers with the one behind

  private int value(int at, int level) {
    if (at >= json.length) {
      throw tooEarly();
    }
    return switch (json[at]) {
      case '"' -> quoted(at + 1);
      case '{' -> object(at, level);
      case '[' -> array(at, level);
      case 't' -> word(at, "true");
      case 'f' -> word(at, "false");
      case 'n' -> word(at, "null");
      default -> number(at);
    };
  }

  private int object(int at, int level) {
    checkDepth(at, level);
    int i = space(at + 1);
    if (i < json.length && json[i] == '}') {
      return i + 1;
    }
    while (true) {
      needMore(i);
      if (json[i] != '"') {
        throw notJson(i, "expected a key in quotes");
      }
      i = space(value(colon(quoted(i + 1)), level + 1));
      needMore(i);
      if (json[i] == '}') {
        return i + 1;
      }
      if (json[i] != ',') {
        throw notJson(i, "expected ',' or '}'");
      }
      i = space(i + 1);
    }
  }

  private int array(int at, int level) {
    checkDepth(at, level);
    int i = space(at + 1);
    if (i < json.length && json[i] == ']') {
      return i + 1;
    }
    while (true) {
      i = space(value(i, level + 1));
      needMore(i);
      if (json[i] == ']') {
        return i + 1;
      }
      if (json[i] != ',') {
        throw notJson(i, "expected ',' or ']'");
      }
      i = space(i + 1);
    }
  }

  private int word(int at, String word) {
    for (int i = 0; i < word.length(); i++) {
      needMore(at + i);
      if (json[at + i] != word.charAt(i)) {
        throw notJson(at, "expected a value");
      }
    }
    return at + word.length();
  }

  private int number(int at) {
    int i = json[at] == '-' ? at + 1 : at;
    if (i < json.length && json[i] == '0') {
      i++;
    } else {
      i = digits(i);
    }
    if (i < json.length && json[i] == '.') {
      i = digits(i + 1);
    }
    if (i < json.length && (json[i] | 0x20) == 'e') {
      i++;
      i = digits(i < json.length && (json[i] == '+' || json[i] == '-') ? i + 1 : i);
    }
    return i;
  }

  private int digits(int at) {
    int i = at;
    while (i < json.length && json[i] >= '0' && json[i] <= '9') {
      i++;
    }
    if (i == at) {
      needMore(at);
      throw notJson(at, "expected a value, or a digit of one");
    }
    return i;
  }

  private int colon(int at) {
    int i = space(at);
    needMore(i);
    if (json[i] != ':') {
      throw notJson(i, "expected ':'");
    }
    i = space(i + 1);
    needMore(i);
    return i;
  }

  private int space(int at) {
    int i = at;
    while (i < json.length
        && json[i] <= ' '
        && (json[i] == ' ' || json[i] == '\n' || json[i] == '\r' || json[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** Passes the rest of a text and its closing quote. */
  private int quoted(int at) {
    int i = plain(at);
    while (i < json.length) {
      if (json[i] == '"') {
        return i + 1;
      }
      i = plain(json[i] == '\\' ? escape(i) : beyondAscii(i));
    }
    throw tooEarly();
  }

  /** Passes what a text may hold as it is; eight bytes at a time, a text is most of a payload. */
  private int plain(int at) {
    int i = at;
    while (i <= json.length - 8) {
      long bytes = (long) LONGS.get(json, i);
      long quote = bytes ^ QUOTES;
      long backslash = bytes ^ BACKSLASHES;
      // The high bit of each byte that is one of them, below a space, or not ASCII. A borrow can
      // only set bits behind the first that is right, and the first is all that is used.
      long stops =
          (((quote - EACH) & ~quote)
                  | ((backslash - EACH) & ~backslash)
                  | ((bytes - SPACES) & ~bytes)
                  | bytes)
              & HIGH_BITS;
      if (stops != 0) {
        i += Long.numberOfTrailingZeros(stops) >>> 3;
        return checkControl(i);
      }
      i += 8;
    }
    while (i < json.length && json[i] >= ' ' && json[i] != '"' && json[i] != '\\') {
      i++;
    }
    return i < json.length ? checkControl(i) : i;
  }

  private int checkControl(int at) {
    if (json[at] >= 0 && json[at] < ' ') {
      throw notJson(at, "a control character in a text must be escaped");
    }
    return at;
  }

  private int escape(int at) {
    needMore(at + 1);
    switch (json[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 2;
      }
      case 'u' -> {
        for (int i = at + 2; i < at + 6; i++) {
          needMore(i);
          if (Character.digit(json[i], 16) < 0) {
            throw notJson(i, "expected a hexadecimal digit");
          }
        }
        return at + 6;
      }
      default -> throw notJson(at, "no such escape");
    }
  }

  /** Passes one character of two to four bytes: no longer than it must be, and no surrogate. */
  private int beyondAscii(int at) {
    int lead = json[at] & 0xff;
    int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    needMore(at + length - 1);
    int second = json[at + 1] & 0xff;
    int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    boolean good = lead >= 0xc2 && lead <= 0xf4 && second >= least && second <= most;
    for (int i = 2; i < length; i++) {
      good &= (json[at + i] & 0xc0) == 0x80;
    }
    if (!good) {
      throw notJson(at, "not in UTF-8");
    }
    return at + length;
  }

  private void checkDepth(int at, int level) {
    if (level >= JsonCodec.MAX_DEPTH) {
      throw notJson(at, "nested deeper than " + JsonCodec.MAX_DEPTH + " levels");
    }
  }

  private void needMore(int at) {
    if (at >= json.length) {
      throw tooEarly();
    }
  }

  private DecodeException tooEarly() {
    return notJson(json.length, "it ends too early");
  }

  private DecodeException notJson(int at, String what) {
    return new DecodeException(
        "payload of %d bytes, byte %d: expected JSON: %s".formatted(json.length, at, what));
  }
}
