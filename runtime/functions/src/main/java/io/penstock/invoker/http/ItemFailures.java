package io.penstock.invoker.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.connector.DecodeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What a JSON answer says in the way of AWS Lambda: {@code {"batchItemFailures": [...]}}. */
sealed interface ItemFailures {

  /** The JSON value null: a function that returned nothing. */
  record NoValue() implements ItemFailures {}

  /** The ids that it lists, perhaps none. */
  record Listed(List<String> ids) implements ItemFailures {}

  /** It lists nothing: it is something else. */
  record None() implements ItemFailures {}

  /** For every reading. */
  JsonFactory JSON = new JsonFactory();

  /**
   * Reads an answer.
   *
   * @throws DecodeException if it is no JSON, or has a list that can't be read
   */
  static ItemFailures read(byte[] body) {
    try (JsonParser json = JSON.createParser(body)) {
      JsonToken first = json.nextToken();
      ItemFailures found = first == JsonToken.VALUE_NULL ? new NoValue() : new None();
      if (first == JsonToken.START_OBJECT) {
        found = object(json);
      } else if (first != null) {
        json.skipChildren();
        json.finishToken();
      }
      // To the end, for a list that was cut off must not be taken for none.
      if (first == null || json.nextToken() != null) {
        throw new DecodeException("something that says it is JSON and is not");
      }
      return found;
    } catch (JsonProcessingException e) {
      throw new DecodeException(
          "something that says it is JSON and is not, at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static ItemFailures object(JsonParser json) throws IOException {
    ItemFailures found = new None();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      boolean list = "batchItemFailures".equals(json.currentName());
      json.nextToken();
      if (list) {
        found = new Listed(list(json));
      } else {
        json.skipChildren();
      }
    }
    return found;
  }

  private static List<String> list(JsonParser json) throws IOException {
    List<String> ids = new ArrayList<>();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return ids;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new DecodeException("batchItemFailures that are no list");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("batchItemFailures with an element that is no object");
      }
      ids.add(identifier(json));
    }
    return ids;
  }

  private static String identifier(JsonParser json) throws IOException {
    String id = "";
    while (json.nextToken() != JsonToken.END_OBJECT) {
      boolean identifier = "itemIdentifier".equals(json.currentName());
      if (json.nextToken() == JsonToken.VALUE_STRING && identifier) {
        id = json.getText();
      } else {
        json.skipChildren();
      }
    }
    if (id.isEmpty()) {
      throw new DecodeException("batchItemFailures with an element without an itemIdentifier");
    }
    return id;
  }
}
