package io.penstock.source.tasks.registry;

import io.penstock.source.tasks.wire.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A function that an account has. Immutable.
 *
 * @param id whose, and its name
 * @param phase whether it takes tasks
 * @param versions by id, oldest first
 * @param aliases ids of versions by alias
 * @param createdMs when it was registered first, in milliseconds since the epoch
 */
record RegisteredFunction(
    Id id,
    Phase phase,
    Map<String, FunctionVersion> versions,
    Map<String, String> aliases,
    long createdMs) {

  /** The alias that tasks take which name none. */
  static final String LIVE = "live";

  /** Whose function, and its name. */
  record Id(String account, String name) {

    /** As it stands in keys, and in the names of routes. */
    String key() {
      return account + "/" + name;
    }

    static Id of(String key) {
      int slash = key.indexOf('/');
      return new Id(key.substring(0, slash), key.substring(slash + 1));
    }
  }

  /** Where a function stands. */
  enum Phase {
    /** Takes tasks. */
    ACTIVE,
    /** Is deleted when its last task has come to its end; takes none. */
    DRAINING
  }

  /** Copies. */
  RegisteredFunction {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    aliases = Collections.unmodifiableMap(new TreeMap<>(aliases));
  }

  RegisteredFunction withPhase(Phase next) {
    return new RegisteredFunction(id, next, versions, aliases, createdMs);
  }

  RegisteredFunction withAliases(Map<String, String> next) {
    return new RegisteredFunction(id, phase, versions, next, createdMs);
  }

  RegisteredFunction withVersions(Map<String, FunctionVersion> next) {
    return new RegisteredFunction(id, phase, next, aliases, createdMs);
  }

  /** The version of an alias. */
  Optional<FunctionVersion> byAlias(String alias) {
    return Optional.ofNullable(aliases.get(alias)).map(versions::get);
  }

  // ---- as it is told

  /** What may be told to its account. */
  Map<String, Object> brief() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("phase", phase.name().toLowerCase(Locale.ROOT));
    tree.put("createdAt", Instant.ofEpochMilli(createdMs).toString());
    tree.put("aliases", aliases);
    tree.put("versions", List.copyOf(versions.keySet()));
    return tree;
  }

  /** Everything, with the definitions. */
  Map<String, Object> full() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("account", id.account());
    tree.put("name", id.name());
    tree.putAll(brief());
    List<Object> list = new ArrayList<>();
    for (FunctionVersion version : versions.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", version.id());
      one.put("createdAt", Instant.ofEpochMilli(version.createdMs()).toString());
      one.put("definition", version.tree());
      if (!version.files().isEmpty()) {
        one.put("files", new TreeMap<>(version.files()));
      }
      list.add(one);
    }
    tree.put("versions", list);
    return tree;
  }

  // ---- as it is kept

  Map<String, Object> document() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("phase", phase.name());
    tree.put("createdMs", createdMs);
    tree.put("aliases", aliases);
    List<Object> list = new ArrayList<>();
    for (FunctionVersion version : versions.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", version.id());
      one.put("createdMs", version.createdMs());
      one.put("definition", version.tree());
      one.put("files", version.files());
      list.add(one);
    }
    tree.put("versions", list);
    return tree;
  }

  static RegisteredFunction read(Id id, Map<?, ?> document) {
    Map<String, FunctionVersion> versions = new LinkedHashMap<>();
    for (Object one : AccountDocuments.list(document.get("versions"))) {
      if (one instanceof Map<?, ?> version) {
        FunctionVersion read =
            new FunctionVersion(
                String.valueOf(version.get("id")),
                Json.write(version.get("definition")),
                texts(version.get("files")),
                AccountDocuments.number(version.get("createdMs")).longValue());
        versions.put(read.id(), read);
      }
    }
    return new RegisteredFunction(
        id,
        Phase.valueOf(String.valueOf(document.get("phase"))),
        versions,
        texts(document.get("aliases")),
        AccountDocuments.number(document.get("createdMs")).longValue());
  }

  private static Map<String, String> texts(@Nullable Object tree) {
    Map<String, String> texts = new TreeMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
    }
    return texts;
  }
}
