package io.penstock.source.tasks.registry;

import io.penstock.source.tasks.wire.RefusedException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The accounts: those of the connector's file, which only the file changes, and those that were added
 * since, which are kept. What changes them blocks until it is durable. Thread-safe.
 */
public final class Accounts {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final int MAX_KEYS = 20;
  private static final int KEY_BYTES = 32;

  private final Map<String, Account> declared;
  private final RegistryStore store;
  private final InstantSource clock;
  private final Consumer<Account> changed;
  private final SecureRandom random = new SecureRandom();
  private volatile Snapshot now;

  private record Holder(Account account, AccountKey key) {}

  /** All accounts, and who holds which key. */
  private record Snapshot(Map<String, Account> added, Map<String, Holder> byHash) {}

  /**
   * Over those of the file.
   *
   * @param changed told of each account that is new or other than before
   */
  Accounts(
      Collection<Account> declared,
      RegistryStore store,
      InstantSource clock,
      Consumer<Account> changed) {
    Map<String, Account> byName = new LinkedHashMap<>();
    declared.forEach(account -> byName.put(account.name(), account));
    this.declared = byName;
    this.store = store;
    this.clock = clock;
    this.changed = changed;
    this.now = snapshot(Map.of());
  }

  private Snapshot snapshot(Map<String, Account> added) {
    Map<String, Holder> byHash = new HashMap<>();
    List<Account> all = new ArrayList<>(added.values());
    all.addAll(declared.values()); // the file has the last word
    for (Account account : all) {
      for (AccountKey key : account.keys()) {
        byHash.put(HexFormat.of().formatHex(key.hash()), new Holder(account, key));
      }
    }
    return new Snapshot(added, byHash);
  }

  /** Reads again what is kept. */
  synchronized void load() {
    Map<String, Account> added = new TreeMap<>();
    store
        .all(RegistryStore.ACCOUNTS)
        .forEach((name, document) -> added.put(name, AccountDocuments.read(name, document)));
    now = snapshot(added);
    added.values().forEach(changed);
  }

  /** Whether there are accounts: then nobody is let in without a key. */
  public boolean needKeys() {
    return !declared.isEmpty() || !now.added().isEmpty();
  }

  /**
   * Who holds a key.
   *
   * @return empty if nobody does
   * @throws RefusedException if the key has expired
   */
  public Optional<Account> holder(byte[] hash) throws RefusedException {
    Holder holder = now.byHash().get(HexFormat.of().formatHex(hash));
    if (holder == null) {
      return Optional.empty();
    }
    if (holder.key().expiresMs() <= clock.millis()) {
      throw RefusedException.of(401, "key_expired", "this key has expired: ask for another one")
          .withHeaders(Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    }
    return Optional.of(holder.account());
  }

  /** The account of that name. */
  public Optional<Account> find(String name) {
    Account account = declared.get(name);
    return Optional.ofNullable(account == null ? now.added().get(name) : account);
  }

  /** The account of that name; there is one named {@code default} where the file has none. */
  public Optional<Account> usable(String name) {
    Optional<Account> found = find(name);
    return found.isEmpty() && name.equals(Account.DEFAULT) && declared.isEmpty()
        ? Optional.of(Account.plain(name))
        : found;
  }

  /** All of them by name. */
  public List<Account> all() {
    Map<String, Account> all = new TreeMap<>(now.added());
    all.putAll(declared);
    return List.copyOf(all.values());
  }

  /** Whether it stands in the connector's file. */
  public boolean isDeclared(String name) {
    return declared.containsKey(name);
  }

  // ---- changes

  static void checkName(String what, String name) throws RefusedException {
    if (!NAME.matcher(name).matches()) {
      throw RefusedException.badRequest(
          "a name of "
              + what
              + " is 1 to 100 letters, digits, '.', '_' and '-', a letter or digit first");
    }
  }

  private void checkChangeable(String name) throws RefusedException {
    checkName("an account", name);
    if (isDeclared(name)) {
      throw RefusedException.of(
          409,
          "declared",
          "account '" + name + "' stands in the connector's file: change it there");
    }
  }

  private void put(List<Account> accounts) {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    accounts.forEach(account -> documents.put(account.name(), AccountDocuments.document(account)));
    store.put(RegistryStore.ACCOUNTS, documents);
    Map<String, Account> added = new TreeMap<>(now.added());
    accounts.forEach(account -> added.put(account.name(), account));
    now = snapshot(added);
    accounts.forEach(changed);
  }

  /** Adds accounts, or changes their quotas; their keys stay. All or none. */
  public synchronized List<Account> set(List<Account> accounts) throws RefusedException {
    List<Account> all = new ArrayList<>();
    for (Account account : accounts) {
      checkChangeable(account.name());
      all.add(account.withKeys(kept(account.name()).map(Account::keys).orElse(List.of())));
    }
    put(all);
    return all;
  }

  private Account existing(String name) throws RefusedException {
    checkChangeable(name);
    Optional<Account> account = kept(name);
    if (account.isEmpty() && name.equals(Account.DEFAULT) && declared.isEmpty()) {
      return Account.plain(name);
    }
    return account.orElseThrow(
        () -> RefusedException.notFound("there is no account '" + name + "'"));
  }

  /** As it is kept now: another worker may have changed it since this one has read. */
  private Optional<Account> kept(String name) {
    return store
        .one(RegistryStore.ACCOUNTS, name)
        .map(document -> AccountDocuments.read(name, document));
  }

  /**
   * Makes a key.
   *
   * @return the key, which is told only here, and what is known of it from now on
   */
  public synchronized Map.Entry<String, AccountKey> addKey(
      String account, String label, long expiresMs) throws RefusedException {
    Account before = existing(account);
    if (before.keys().size() >= MAX_KEYS) {
      throw RefusedException.of(
          409, "too_many_keys", "an account has at most " + MAX_KEYS + " keys: revoke one");
    }
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    String key = HexFormat.of().formatHex(bytes);
    byte[] hash = Hashes.sha256(key);
    AccountKey made =
        new AccountKey(Hashes.hex(hash).substring(0, 8), hash, label, clock.millis(), expiresMs);
    List<AccountKey> keys = new ArrayList<>(before.keys());
    keys.add(made);
    put(List.of(before.withKeys(keys)));
    return Map.entry(key, made);
  }

  /** Takes a key back: it is refused from now on. */
  public synchronized void revoke(String account, String keyId) throws RefusedException {
    Account before = existing(account);
    List<AccountKey> keys = new ArrayList<>(before.keys());
    if (!keys.removeIf(key -> key.id().equals(keyId))) {
      throw RefusedException.notFound("account '" + account + "' has no key '" + keyId + "'");
    }
    put(List.of(before.withKeys(keys)));
  }

  /** Removes an account with its keys. */
  synchronized void remove(String name) throws RefusedException {
    Account account = existing(name);
    store.delete(RegistryStore.ACCOUNTS, name);
    Map<String, Account> added = new TreeMap<>(now.added());
    added.remove(account.name());
    now = snapshot(added);
  }
}
