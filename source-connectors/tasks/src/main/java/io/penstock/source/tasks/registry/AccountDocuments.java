package io.penstock.source.tasks.registry;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an account is kept: with the hashes of its keys. */
final class AccountDocuments {

  private AccountDocuments() {}

  static Map<String, Object> document(Account account) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("weight", account.weight());
    tree.put("maxBacklog", account.maxBacklog());
    tree.put("ratePerSecond", account.ratePerSecond());
    List<Object> keys = new ArrayList<>();
    for (AccountKey key : account.keys()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", key.id());
      one.put("hash", HexFormat.of().formatHex(key.hash()));
      one.put("label", key.label());
      one.put("createdMs", key.createdMs());
      one.put("expiresMs", key.expiresMs());
      keys.add(one);
    }
    tree.put("keys", keys);
    return tree;
  }

  static Account read(String name, Map<?, ?> document) {
    List<AccountKey> keys = new ArrayList<>();
    for (Object one : list(document.get("keys"))) {
      if (one instanceof Map<?, ?> key) {
        keys.add(
            new AccountKey(
                String.valueOf(key.get("id")),
                HexFormat.of().parseHex(String.valueOf(key.get("hash"))),
                String.valueOf(key.get("label")),
                number(key.get("createdMs")).longValue(),
                number(key.get("expiresMs")).longValue()));
      }
    }
    return new Account(
        name,
        keys,
        number(document.get("weight")).doubleValue(),
        number(document.get("maxBacklog")).longValue(),
        number(document.get("ratePerSecond")).doubleValue());
  }

  static Number number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number;
    }
    throw new IllegalStateException("a document of the registry is damaged: no number");
  }

  static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
