package io.penstock.engine.transform;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.codec.JsonScanner;
import io.penstock.engine.codec.KeyTable;
import io.penstock.engine.transform.EventPath.Index;
import io.penstock.engine.transform.EventPath.Name;
import io.penstock.engine.transform.EventPath.Step;
import io.penstock.functions.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds the values of several paths in an event, with one reading of the payload. Immutable. */
final class EventReader {

  private final List<EventPath> paths;
  private final boolean readsData;

  /** The paths below {@code data}. */
  private final Place data;

  EventReader(List<EventPath> paths) {
    this.paths = List.copyOf(paths);
    this.readsData = paths.stream().anyMatch(EventPath::readsData);
    Place.Builder builder = new Place.Builder();
    for (int i = 0; i < paths.size(); i++) {
      List<Step> steps = paths.get(i).steps();
      if (paths.get(i).readsData()) {
        builder.add(steps.subList(Math.min(1, steps.size()), steps.size()), i);
      }
    }
    this.data = builder.build();
  }

  /**
   * Finds the values, in the order of the paths; null where there is none.
   *
   * @throws DecodeException if the payload has to be read and can't be
   */
  @Nullable Found[] read(Event event, Codec format) {
    @Nullable Found[] found = new Found[paths.size()];
    if (readsData && event.data().length > 0) {
      if (format instanceof JsonCodec) {
        JsonScanner in = new JsonScanner(event.data());
        data.read(in, event.data(), found);
        in.end();
      } else {
        data.read(format.decode(event.data()), found);
      }
    }
    for (int i = 0; i < found.length; i++) {
      EventPath path = paths.get(i);
      if (path.steps().isEmpty()) {
        found[i] = whole(event, found[i]);
      } else if (!path.readsData()) {
        found[i] =
            attribute(event, ((Name) path.steps().get(0)).name()).map(Found::of).orElse(null);
      }
    }
    return found;
  }

  private static Optional<String> attribute(Event event, String name) {
    return switch (name) {
      case "id" -> Optional.of(event.id());
      case "source" -> Optional.of(event.source());
      case "type" -> Optional.of(event.type());
      case "subject" -> event.subject();
      case "time" -> event.time().map(Object::toString);
      case "datacontenttype" -> event.dataContentType();
      default -> event.extension(name);
    };
  }

  /** The event as CloudEvents has it in JSON. */
  private static Found whole(Event event, @Nullable Found payload) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("specversion", "1.0");
    for (String name : List.of("id", "source", "type", "subject", "time", "datacontenttype")) {
      attribute(event, name).ifPresent(value -> attributes.put(name, value));
    }
    attributes.putAll(new TreeMap<>(event.extensions()));
    Found head = Found.of(attributes);
    if (payload == null) {
      return head;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.to() + payload.to() + 16);
    out.write(head.json(), 0, head.to() - 1);
    out.writeBytes(",\"data\":".getBytes(StandardCharsets.UTF_8));
    payload.writeValue(out);
    out.write('}');
    return new Found(out.toByteArray(), 0, out.size());
  }

  /** Where paths lead on from, or end. */
  private static final class Place {

    private final int[] ends;
    private final KeyTable<Place> fields;
    private final Map<Integer, Place> elements;

    private Place(int[] ends, Map<String, Place> fields, Map<Integer, Place> elements) {
      this.ends = ends;
      this.fields = new KeyTable<>(fields);
      this.elements = Map.copyOf(elements);
    }

    /** Passes the value that the scanner stands on. */
    void read(JsonScanner in, byte[] json, @Nullable Found[] found) {
      int from = in.position();
      if (in.first() == '{' && !fields.isEmpty()) {
        readObject(in, json, found);
      } else if (in.first() == '[' && !elements.isEmpty()) {
        int index = 0;
        if (in.openArray()) {
          do {
            Place place = elements.get(index++);
            if (place == null) {
              in.skip();
            } else {
              place.read(in, json, found);
            }
          } while (in.nextInArray());
        }
      } else {
        in.skip();
      }
      for (int end : ends) {
        found[end] = new Found(json, from, in.position());
      }
    }

    private void readObject(JsonScanner in, byte[] json, @Nullable Found[] found) {
      boolean[] seen = new boolean[fields.size()];
      if (in.openObject()) {
        do {
          in.readKey();
          int key = fields.find(in);
          if (key < 0) {
            in.skip();
          } else if (seen[key]) {
            throw new DecodeException(
                "payload: the key '" + fields.key(key) + "' is given twice, byte " + in.position());
          } else {
            seen[key] = true;
            fields.value(key).read(in, json, found);
          }
        } while (in.nextInObject());
      }
    }

    /** The same in a tree, which formats of others make. */
    void read(@Nullable Object tree, @Nullable Found[] found) {
      if (ends.length > 0) {
        Found here;
        try {
          here = Found.of(tree);
        } catch (IllegalArgumentException e) {
          throw new TransformException(
              "a value of the payload has no place in JSON: " + e.getMessage());
        }
        for (int end : ends) {
          found[end] = here;
        }
      }
      if (tree instanceof Map<?, ?> object) {
        fields.forEach(
            (name, place) -> {
              if (object.containsKey(name)) {
                place.read(object.get(name), found);
              }
            });
      } else if (tree instanceof List<?> array) {
        elements.forEach(
            (index, place) -> {
              if (index < array.size()) {
                place.read(array.get(index), found);
              }
            });
      }
    }

    private static final class Builder {

      private final List<Integer> ends = new ArrayList<>();
      private final Map<String, Builder> fields = new LinkedHashMap<>();
      private final Map<Integer, Builder> elements = new HashMap<>();

      void add(List<Step> steps, int path) {
        Builder at = this;
        for (Step step : steps) {
          at =
              step instanceof Name name
                  ? at.fields.computeIfAbsent(name.name(), n -> new Builder())
                  : at.elements.computeIfAbsent(((Index) step).index(), n -> new Builder());
        }
        at.ends.add(path);
      }

      Place build() {
        Map<String, Place> named = new LinkedHashMap<>();
        fields.forEach((name, below) -> named.put(name, below.build()));
        Map<Integer, Place> counted = new HashMap<>();
        elements.forEach((index, below) -> counted.put(index, below.build()));
        return new Place(ends.stream().mapToInt(Integer::intValue).toArray(), named, counted);
      }
    }
  }
}
