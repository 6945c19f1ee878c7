package io.penstock.invoker;

import io.penstock.connector.ConnectorException;
import io.penstock.functions.AsyncBatchHandler;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.EventHandler;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Which handler interface a class implements, and for which input.
 *
 * @param contract the interface, one of the four
 * @param input what its first type parameter is, free of type variables
 */
record HandlerType(Class<?> contract, Type input) {

  private static final List<Class<?>> CONTRACTS =
      List.of(
          EventHandler.class, AsyncEventHandler.class, BatchHandler.class, AsyncBatchHandler.class);

  /**
   * Reads it from the class, also through base classes and interfaces in between.
   *
   * @throws ConnectorException fatal, if it implements none or several, or leaves the input open
   */
  static HandlerType of(Class<?> handler) {
    List<Class<?>> implemented =
        CONTRACTS.stream().filter(contract -> contract.isAssignableFrom(handler)).toList();
    if (implemented.isEmpty()) {
      throw ConnectorException.fatal(
          "the handler "
              + handler.getName()
              + " implements none of "
              + names(CONTRACTS)
              + " (package io.penstock.functions). Implement one of them",
          null);
    }
    if (implemented.size() > 1) {
      throw ConnectorException.fatal(
          "the handler "
              + handler.getName()
              + " implements "
              + names(implemented)
              + ". Implement just one, so that it is clear which is to be called",
          null);
    }
    Class<?> contract = implemented.get(0);
    Type[] arguments;
    try {
      arguments = arguments(handler, contract, Map.of()).orElseThrow(() -> open(handler, contract));
    } catch (TypeNotPresentException e) {
      throw ConnectorException.fatal(
          "the handler "
              + handler.getName()
              + " names a class that is not there: "
              + e.typeName()
              + ". Put it into the function's jar",
          e);
    }
    checkOutput(handler, arguments);
    return new HandlerType(contract, arguments[0]);
  }

  private static void checkOutput(Class<?> handler, Type[] arguments) {
    if (arguments.length > 1 && CompletionStage.class.isAssignableFrom(rawClass(arguments[1]))) {
      throw ConnectorException.fatal(
          "the handler "
              + handler.getName()
              + " returns a CompletionStage as its result. Implement AsyncEventHandler instead",
          null);
    }
  }

  private static ConnectorException open(Class<?> handler, Class<?> contract) {
    return ConnectorException.fatal(
        "the handler "
            + handler.getName()
            + " leaves a type parameter of "
            + contract.getSimpleName()
            + " open. Name the class, for example implements "
            + contract.getSimpleName()
            + (contract.getTypeParameters().length > 1 ? "<Order, Invoice>" : "<Order>"),
        null);
  }

  private static String names(List<Class<?>> types) {
    return String.join(", ", types.stream().map(Class::getSimpleName).toList());
  }

  /** The type arguments that {@code type} gives to {@code contract}; empty if any is left open. */
  private static Optional<Type[]> arguments(
      Class<?> type, Class<?> contract, Map<TypeVariable<?>, Type> bound) {
    for (Type parent : parents(type)) {
      Class<?> raw = rawClass(parent);
      if (!contract.isAssignableFrom(raw)) {
        continue;
      }
      Map<TypeVariable<?>, Type> parentBound = new HashMap<>();
      Type[] resolved = new Type[raw.getTypeParameters().length];
      for (int i = 0; i < resolved.length; i++) {
        Type argument =
            parent instanceof ParameterizedType parameterized
                ? resolve(parameterized.getActualTypeArguments()[i], bound)
                : null;
        if (argument != null) {
          parentBound.put(raw.getTypeParameters()[i], argument);
          resolved[i] = argument;
        }
      }
      if (raw == contract) {
        return parentBound.size() == resolved.length ? Optional.of(resolved) : Optional.empty();
      }
      return arguments(raw, contract, parentBound);
    }
    return Optional.empty();
  }

  private static List<Type> parents(Class<?> type) {
    Type superclass = type.getGenericSuperclass();
    Type[] interfaces = type.getGenericInterfaces();
    if (superclass == null) {
      return List.of(interfaces);
    }
    Type[] all = Arrays.copyOf(interfaces, interfaces.length + 1);
    all[interfaces.length] = superclass;
    return List.of(all);
  }

  /** The type with its variables replaced, or null if one of them is not bound. */
  private static @Nullable Type resolve(Type type, Map<TypeVariable<?>, Type> bound) {
    if (type instanceof TypeVariable<?> variable) {
      return bound.get(variable);
    }
    if (type instanceof WildcardType wildcard) {
      return resolve(wildcard.getUpperBounds()[0], bound);
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType(), bound);
      return component == null ? null : Array.newInstance(rawClass(component), 0).getClass();
    }
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      Type[] resolved = new Type[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        Type argument = resolve(arguments[i], bound);
        if (argument == null) {
          return null;
        }
        resolved[i] = argument;
      }
      return new Resolved(parameterized.getRawType(), parameterized.getOwnerType(), resolved);
    }
    return type;
  }

  static Class<?> rawClass(Type type) {
    if (type instanceof Class<?> raw) {
      return raw;
    }
    return type instanceof ParameterizedType parameterized
        ? (Class<?>) parameterized.getRawType()
        : Object.class;
  }

  /** A parameterized type whose arguments hold no variables. */
  private record Resolved(Type rawType, @Nullable Type ownerType, Type[] arguments)
      implements ParameterizedType {

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return rawType;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return ownerType;
    }

    @Override
    public String getTypeName() {
      return rawType.getTypeName()
          + "<"
          + String.join(", ", Arrays.stream(arguments).map(Type::getTypeName).toList())
          + ">";
    }
  }
}
