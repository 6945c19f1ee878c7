package io.penstock.kafka;

import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Checks native client properties against their declarations, and keeps their secrets secret.
 * Thread-safe.
 */
public final class NativeProperties {

  private static final Pattern SECRET_NAME =
      Pattern.compile("password|secret|token|credential|jaas|private|keystore\\.key|user\\.info");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]{3,})\"|'([^']{3,})'");

  private final ConfigDef declared;
  private final Map<String, String> refused;

  /**
   * A check.
   *
   * @param declared every property the client knows
   * @param refused names that may not be given, with what to do instead
   */
  public NativeProperties(ConfigDef declared, Map<String, String> refused) {
    this.declared = declared;
    this.refused = refused;
  }

  /**
   * Adds what is wrong with each property by itself. Never shows a secret.
   *
   * @param path where the properties stand in the connector's file
   */
  public void check(Map<String, String> properties, String path, Problems problems) {
    Map<String, String> known = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          String where = at(path, name);
          String instead = refused.get(name);
          if (instead != null) {
            problems.add(where, "'" + name + "'", "nothing: Penstock sets it", instead);
          } else if (declared.names().contains(name)) {
            known.put(name, value);
          } else {
            checkUnknown(name, where, problems);
          }
        });
    for (ConfigValue checked : declared.validate(known)) {
      if (known.containsKey(checked.name()) && !checked.errorMessages().isEmpty()) {
        boolean secret = isSecret(checked.name());
        problems.add(
            at(path, checked.name()),
            secret ? "a value that is not shown" : "'" + known.get(checked.name()) + "'",
            secret ? "a valid one" : String.join("; ", checked.errorMessages()));
      }
    }
  }

  /** A name nobody knows may belong to a plug-in of the client, unless it looks like a slip. */
  private void checkUnknown(String name, String where, Problems problems) {
    Problems slip = new Problems();
    slip.addUnknown(where, name, declared.names());
    for (Problem problem : slip.list()) {
      problem
          .suggestion()
          .ifPresent(
              near -> problems.add(where, "'" + name + "'", "a property of the client", near));
    }
  }

  private boolean isSecret(String name) {
    ConfigDef.ConfigKey key = declared.configKeys().get(name);
    return (key != null && key.type() == ConfigDef.Type.PASSWORD) || looksSecret(name);
  }

  private static boolean looksSecret(String name) {
    return SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).find();
  }

  private static String at(String path, String name) {
    return path + "['" + name + "']";
  }

  /** The text without the secrets that these properties hold, should a client have repeated one. */
  public String hideSecrets(String text, Map<String, String> properties) {
    String hidden = text;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      if (isSecret(property.getKey())) {
        for (String secret : secretsOf(property.getValue())) {
          hidden = hidden.replace(secret, "[hidden]");
        }
      }
    }
    return hidden;
  }

  /** The value itself, and what is quoted in it: a JAAS line holds its password that way. */
  private static List<String> secretsOf(String value) {
    List<String> secrets = new ArrayList<>();
    if (value.length() >= 3) {
      secrets.add(value);
    }
    Matcher quoted = QUOTED.matcher(value);
    while (quoted.find()) {
      secrets.add(quoted.group(1) != null ? quoted.group(1) : quoted.group(2));
    }
    return secrets;
  }
}
