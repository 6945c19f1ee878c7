package io.penstock.invoker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.penstock.connector.ConnectorException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and out for the classes of one function. Names are taken as they are, unknown properties
 * are ignored, times are ISO 8601 texts. Thread-safe.
 */
final class JsonBinding {

  private static final int TYPES_KEPT = 200;

  private final ObjectMapper mapper;
  private final ObjectWriter writer;

  JsonBinding(ClassLoader loader) {
    // A cache of its own: Jackson's shared one would hold on to the classes of closed functions.
    LookupCache<Object, JavaType> cache = new LRUMap<>(16, TYPES_KEPT);
    TypeFactory types = TypeFactory.defaultInstance().withCache(cache).withClassLoader(loader);
    this.mapper =
        JsonMapper.builder()
            .typeFactory(types)
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();
    this.writer = mapper.writer();
  }

  /**
   * A reader for payloads of this type.
   *
   * @throws ConnectorException fatal, if JSON can't be bound to it
   */
  PayloadReader reader(Class<?> handler, Type input) {
    try {
      JavaType type = mapper.constructType(input);
      JsonDeserializer<?> found =
          ((DefaultDeserializationContext) mapper.getDeserializationContext())
              .createDummyInstance(mapper.getDeserializationConfig())
              .findRootValueDeserializer(type);
      if (found instanceof AbstractDeserializer) {
        throw unbindable(
            handler, input, "it is abstract, and nothing says which class to take", null);
      }
      return new PayloadReader.Json(mapper.readerFor(type), HandlerType.rawClass(input).getName());
    } catch (JsonMappingException | IllegalArgumentException | LinkageError e) {
      throw unbindable(handler, input, Failures.text(e), e);
    }
  }

  private static ConnectorException unbindable(
      Class<?> handler, Type input, String why, @Nullable Throwable cause) {
    return ConnectorException.fatal(
        "the handler "
            + handler.getName()
            + " asks for "
            + input.getTypeName()
            + ", and JSON can't be bound to that: "
            + why
            + ". Ask for Event, byte[], String, or a record or class with a constructor that"
            + " Jackson can use",
        cause);
  }

  /**
   * Writes an object as JSON.
   *
   * @throws UnwritableException if it has no JSON form
   * @throws Exception what the object's own code threw meanwhile
   */
  byte[] write(Object value) throws Exception {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof Exception thrown && !(thrown instanceof JacksonException)) {
        throw thrown;
      }
      throw new UnwritableException(
          "a " + value.getClass().getName() + " has no JSON form: " + e.getOriginalMessage());
    }
  }

  /** A result that can't be sent. */
  static final class UnwritableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnwritableException(String message) {
      super(message, null, false, false);
    }
  }
}
