package io.penstock.source.tasks;

import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.AccountKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of the source, read.
 *
 * @param accounts who may hand in tasks; none lets this machine in, until some are added
 * @param adminKeys hashes of the keys of the administration; none lets this machine administer
 * @param slots how many tasks may be out at a time
 * @param maxPayload of one task
 * @param maxResult what a function may make of a task so that it is kept with it
 * @param retention how long tasks are kept after their end
 * @param stopGrace how long a running task may take to stop
 */
record TasksConfig(
    List<Account> accounts,
    List<byte[]> adminKeys,
    int slots,
    ByteSize maxPayload,
    ByteSize maxResult,
    Duration retention,
    Duration stopGrace) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final String SHA256 = "sha256:";
  private static final int HASH_BYTES = 32;

  static final ConfigKey<List<String>> KEYS =
      ConfigKey.texts("keys")
          .required()
          .secret()
          .doc(
              "Hashes of the account's keys, each sha256: and the SHA-256 of the key in"
                  + " hexadecimal. Several let a key be replaced without a gap.");

  static final ConfigKey<Double> WEIGHT =
      ConfigKey.number("weight")
          .defaultsTo(1.0)
          .between(0.01, 100.0)
          .doc("How much the account counts when processing time is shared.");

  static final ConfigKey<Long> MAX_BACKLOG =
      ConfigKey.integer("maxBacklog")
          .defaultsTo(Account.MAX_BACKLOG)
          .between(1L, 1_000_000_000L)
          .doc(
              "How many tasks may be neither at their end nor paused; more are answered with 429.");

  static final ConfigKey<Double> RATE =
      ConfigKey.number("ratePerSecond")
          .between(0.01, 1_000_000.0)
          .doc("How many tasks may be handed in per second; more are answered with 429.");

  private static final ConfigSpec ACCOUNT = ConfigSpec.of(KEYS, WEIGHT, MAX_BACKLOG, RATE);

  static final ConfigKey<Object> ACCOUNTS =
      ConfigKey.json("accounts")
          .doc(
              "Accounts by name, each with keys, and if wanted weight, maxBacklog and"
                  + " ratePerSecond. Without it, all tasks belong to one account and only this"
                  + " machine may hand them in.");

  static final ConfigKey<List<String>> ADMIN_KEYS =
      ConfigKey.texts("adminKeys")
          .secret()
          .doc(
              "Hashes of keys, as those of accounts, with which accounts and functions may be"
                  + " administered. Without it only this machine may do that.");

  static final ConfigKey<Long> SLOTS =
      ConfigKey.integer("slots")
          .defaultsTo(256L)
          .between(1L, 10_000L)
          .doc("How many tasks may be handed out to functions at a time; accounts share them.");

  static final ConfigKey<ByteSize> MAX_PAYLOAD =
      ConfigKey.size("maxPayload")
          .defaultsTo(ByteSize.parse("1MiB"))
          .between(ByteSize.parse("1KiB"), ByteSize.parse("16MiB"))
          .doc("The largest payload of a task; a larger one is answered with 413.");

  static final ConfigKey<ByteSize> MAX_RESULT =
      ConfigKey.size("maxResult")
          .defaultsTo(ByteSize.parse("64KiB"))
          .between(ByteSize.parse("1B"), ByteSize.parse("16MiB"))
          .doc("A result up to this size is kept with its task; a larger one goes to sinks only.");

  static final ConfigKey<Duration> RETENTION =
      ConfigKey.duration("retention")
          .defaultsTo(Duration.ofDays(7))
          .between(Duration.ofSeconds(1), Duration.ofDays(3650))
          .doc("How long a task is kept after its end, and so its id is not given to another.");

  static final ConfigKey<Duration> STOP_GRACE =
      ConfigKey.duration("stopGrace")
          .defaultsTo(Duration.ofSeconds(10))
          .between(Duration.ofMillis(100), Duration.ofHours(1))
          .doc("After this time a running task that was to stop is said not to have stopped.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(ACCOUNTS, ADMIN_KEYS, SLOTS, MAX_PAYLOAD, MAX_RESULT, RETENTION, STOP_GRACE);

  static void check(Settings settings, Problems problems) {
    accounts(settings, problems);
    hashes(settings, ADMIN_KEYS, problems);
  }

  static TasksConfig read(Settings settings) {
    return new TasksConfig(
        accounts(settings, new Problems()),
        hashes(settings, ADMIN_KEYS, new Problems()),
        Math.toIntExact(settings.get(SLOTS)),
        settings.get(MAX_PAYLOAD),
        settings.get(MAX_RESULT),
        settings.get(RETENTION),
        settings.get(STOP_GRACE));
  }

  private static List<Account> accounts(Settings settings, Problems problems) {
    String path = settings.path() + ".accounts";
    Optional<Object> tree = settings.find(ACCOUNTS);
    if (tree.isEmpty()) {
      return List.of();
    }
    if (!(tree.get() instanceof Map<?, ?> map) || map.isEmpty()) {
      problems.add(path, "not an object with names", "accounts by name, at least one");
      return List.of();
    }
    List<Account> accounts = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String name = String.valueOf(entry.getKey());
      String at = path + "." + name;
      if (!NAME.matcher(name).matches()) {
        problems.add(
            at,
            "'" + name + "'",
            "1 to 100 letters, digits, '.', '_' and '-', a letter or digit first");
      } else if (entry.getValue() instanceof Map<?, ?> raw) {
        account(name, ACCOUNT.read(raw, at, problems), problems).ifPresent(accounts::add);
      } else {
        problems.add(at, String.valueOf(entry.getValue()), "an object with keys");
      }
    }
    return accounts;
  }

  private static Optional<Account> account(String name, Settings read, Problems problems) {
    List<byte[]> hashes = hashes(read, KEYS, problems);
    if (hashes.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Account(
            name,
            hashes.stream().map(AccountKey::declared).toList(),
            read.get(WEIGHT),
            read.get(MAX_BACKLOG),
            read.find(RATE).orElse(0.0)));
  }

  private static List<byte[]> hashes(
      Settings read, ConfigKey<List<String>> key, Problems problems) {
    List<byte[]> hashes = new ArrayList<>();
    List<String> keys = read.find(key).orElse(List.of());
    for (int i = 0; i < keys.size(); i++) {
      Optional<byte[]> hash = hash(keys.get(i));
      if (hash.isEmpty()) {
        problems.add(
            read.path() + "." + key.name() + "[" + i + "]",
            "something else",
            SHA256 + " and 64 hexadecimal digits",
            "printf %s KEY | sha256sum");
      }
      hash.ifPresent(hashes::add);
    }
    if (keys.isEmpty() && read.find(key).isPresent()) {
      problems.add(read.path() + "." + key.name(), "an empty list", "at least one hash of a key");
    }
    return hashes;
  }

  private static Optional<byte[]> hash(String text) {
    if (!text.startsWith(SHA256)) {
      return Optional.empty();
    }
    try {
      byte[] hash = HexFormat.of().parseHex(text.substring(SHA256.length()));
      return hash.length == HASH_BYTES ? Optional.of(hash) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
