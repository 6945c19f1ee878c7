package io.penstock.engine.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.engine.codec.BytesCodec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.TextCodec;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pattern asks of the payload: a tree of fields with values at its leaves. Immutable.
 *
 * <p>JSON is matched while it is read, with no tree made of it and unlisted fields skipped; other
 * formats are decoded first. Either way each value answers with the set of leaves, one bit each,
 * that are satisfied at or below it.
 */
final class DataPattern {

  /** A set of leaves is a long. */
  static final int MAX_LEAVES = 64;

  private final Node root;
  private final JsonCodec.TokenReader<Boolean> json;

  DataPattern(Node root) {
    this.root = root;
    this.json = parser -> root.match(parser) == root.leaves();
  }

  /** Whether the payload has what the pattern asks for. */
  boolean matches(byte[] payload, Codec format) {
    if (format instanceof JsonCodec codec) {
      return codec.read(payload, json);
    }
    // These would never match: that is a mistake to show, not an event to drop.
    if (format instanceof BytesCodec || format instanceof TextCodec && root instanceof Branch) {
      throw new DecodeException(
          "payload of %d bytes: the filter looks into it, which format '%s' does not allow; "
                  .formatted(payload.length, format.format())
              + "set the connector's \"format\" to what the payload is");
    }
    return root.match(format.decode(payload)) == root.leaves();
  }

  /** A field of the pattern. */
  sealed interface Node permits Leaf, Branch {

    /** The leaves at or below this node. */
    long leaves();

    /** Reads the value that the parser stands on to its end; those of the leaves it satisfies. */
    long match(JsonParser parser) throws IOException;

    /** Those of the leaves that the value satisfies. */
    long match(@Nullable Object tree);
  }

  /** A field with values: a scalar is one of them, or any in an array, however deep in arrays. */
  record Leaf(long leaves, Literals literals) implements Node {

    @Override
    public long match(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        parser.skipChildren();
        return 0;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        return literals.contain(parser) ? leaves : 0;
      }
      long found = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (found == 0) {
          found = match(parser);
        } else {
          parser.skipChildren();
        }
      }
      return found;
    }

    @Override
    public long match(@Nullable Object tree) {
      boolean matches =
          tree instanceof List<?> array
              ? array.stream().anyMatch(element -> match(element) != 0)
              : literals.contain(tree);
      return matches ? leaves : 0;
    }
  }

  /**
   * A field with fields below. An array stands for one of its elements: all fields below must match
   * in the same one, or none does.
   */
  static final class Branch implements Node {

    /** Everything below by its path from here, such as {@code a}, {@code a.b}. */
    private final Map<String, Node> below;

    private final long leaves;

    Branch(Map<String, Node> children) {
      this.below = new HashMap<>(children);
      long all = 0;
      for (Map.Entry<String, Node> child : children.entrySet()) {
        all |= child.getValue().leaves();
        if (child.getValue() instanceof Branch branch) {
          branch.below.forEach((path, node) -> below.put(child.getKey() + "." + path, node));
        }
      }
      this.leaves = all;
    }

    @Override
    public long leaves() {
      return leaves;
    }

    @Override
    public long match(JsonParser parser) throws IOException {
      long found = 0;
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          parser.nextToken();
          Node node = below.get(key);
          if (node == null) {
            parser.skipChildren();
          } else {
            found |= node.match(parser);
          }
        }
      } else if (parser.currentToken() == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (found == 0) {
            found = allOrNone(match(parser));
          } else {
            parser.skipChildren();
          }
        }
      }
      return found;
    }

    @Override
    public long match(@Nullable Object tree) {
      long found = 0;
      if (tree instanceof Map<?, ?> object) {
        for (Map.Entry<?, ?> field : object.entrySet()) {
          Node node = below.get(String.valueOf(field.getKey()));
          found |= node == null ? 0 : node.match(field.getValue());
        }
      } else if (tree instanceof List<?> array) {
        for (Object element : array) {
          found |= allOrNone(match(element));
        }
      }
      return found;
    }

    private long allOrNone(long found) {
      return found == leaves ? found : 0;
    }
  }
}
