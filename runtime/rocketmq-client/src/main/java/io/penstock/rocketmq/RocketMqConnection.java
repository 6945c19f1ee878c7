package io.penstock.rocketmq;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.rocketmq.remoting.protocol.NamespaceUtil;

/**
 * The settings that a source and a sink have in common: where a cluster is and how to log in.
 *
 * @param namespace the namespace of topics and groups, if there is one
 * @param credentials how to log in, if the cluster wants it
 * @param security whether connections are encrypted
 * @param properties of the client, as they are; may hold secrets
 */
public record RocketMqConnection(
    Optional<String> namespace,
    Optional<Credentials> credentials,
    Security security,
    Map<String, String> properties) {

  /** Whether connections are encrypted. */
  public enum Security {
    /** They are not. */
    PLAINTEXT,
    /** With TLS. */
    TLS
  }

  /**
   * How to log in.
   *
   * @param securityToken of temporary credentials
   */
  public record Credentials(String accessKey, String secretKey, Optional<String> securityToken) {
    /** Shows no secret. */
    @Override
    public String toString() {
      return "Credentials[" + accessKey + "]";
    }
  }

  /** The key of the name servers' addresses. */
  public static final ConfigKey<List<String>> NAME_SERVER =
      ConfigKey.texts("nameServer")
          .doc("Where to reach the name servers: host:port, one or several.");

  private static final ConfigKey<String> NAMESPACE =
      ConfigKey.text("namespace")
          .doc("The namespace of topics and groups: what stands before the '%' in their names.");

  private static final ConfigKey<String> ACCESS_KEY =
      ConfigKey.text("accessKey").doc("The access key to log in with, where the cluster wants it.");

  private static final ConfigKey<String> SECRET_KEY =
      ConfigKey.text("secretKey").secret().doc("The secret key that goes with accessKey.");

  private static final ConfigKey<String> SECURITY_TOKEN =
      ConfigKey.text("securityToken")
          .secret()
          .doc("The token of temporary credentials, beside accessKey and secretKey.");

  private static final ConfigKey<Boolean> TLS =
      ConfigKey.flag("tls").defaultsTo(false).doc("Whether connections are encrypted.");

  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc(
              "Properties of the RocketMQ client, named as its setters are: sendMsgTimeout for"
                  + " setSendMsgTimeout.");

  /** The declarations of all of it but the addresses. */
  public static final List<ConfigKey<?>> KEYS =
      List.of(NAMESPACE, ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, TLS, PROPERTIES);

  private static final Pattern TOPIC = Pattern.compile("[%|a-zA-Z0-9_-]{1,127}");
  private static final Pattern SERVER = Pattern.compile("\\[?[0-9a-zA-Z\\-%._:]+]?:(\\d{1,5})");

  /** Adds what is wrong beyond what a single key can say. */
  public static void check(Settings settings, Problems problems) {
    String path = settings.path();
    boolean hasAccess = settings.find(ACCESS_KEY).isPresent();
    boolean hasSecret = settings.find(SECRET_KEY).isPresent();
    if (hasAccess != hasSecret) {
      problems.add(
          path + "." + (hasAccess ? SECRET_KEY.name() : ACCESS_KEY.name()),
          "nothing",
          "a text, for " + (hasAccess ? ACCESS_KEY.name() : SECRET_KEY.name()) + " is given");
    }
    if (settings.find(SECURITY_TOKEN).isPresent() && !hasAccess) {
      problems.add(path + "." + ACCESS_KEY.name(), "nothing", "a text, for securityToken is given");
    }
  }

  /** Adds what is wrong with addresses of this key. */
  public static void checkServers(
      Settings settings, ConfigKey<List<String>> key, String usualPort, Problems problems) {
    for (String server : split(settings.find(key).orElse(List.of()))) {
      var matcher = SERVER.matcher(server);
      if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 65_535) {
        problems.add(
            settings.path() + "." + key.name(),
            "'" + server + "'",
            "host:port",
            "the usual port is " + usualPort);
      }
    }
  }

  /** Adds a problem if this is no name of a topic or a group. */
  public static void checkName(String name, String path, Problems problems) {
    if (!TOPIC.matcher(name).matches()) {
      problems.add(path, "'" + name + "'", "1 to 127 letters, digits, '_', '-', '%' and '|'");
    }
  }

  /** The addresses of this key that can be read. */
  public static List<ServerAddress> addresses(Settings settings, ConfigKey<List<String>> key) {
    return ServerAddress.parse(settings.find(key).orElse(List.of()));
  }

  /** The addresses of this key as the client wants them; empty if there are none. */
  public static String servers(Settings settings, ConfigKey<List<String>> key) {
    return split(settings.find(key).orElse(List.of())).stream().collect(Collectors.joining(";"));
  }

  private static List<String> split(List<String> texts) {
    return texts.stream()
        .flatMap(text -> Arrays.stream(text.split("[,;]", -1)))
        .map(String::strip)
        .toList();
  }

  /** The properties of the client that the user gave. */
  public static Map<String, String> properties(Settings settings) {
    return settings.find(PROPERTIES).orElse(Map.of());
  }

  /** Reads settings that {@link #check} found nothing wrong with. */
  public static RocketMqConnection read(Settings settings) {
    return new RocketMqConnection(
        settings.find(NAMESPACE),
        settings
            .find(ACCESS_KEY)
            .map(
                key ->
                    new Credentials(key, settings.get(SECRET_KEY), settings.find(SECURITY_TOKEN))),
        settings.get(TLS) ? Security.TLS : Security.PLAINTEXT,
        properties(settings));
  }

  /** What a topic or a group of this name is called on the servers: they know it by its namespace. */
  public String fullName(String name) {
    return NamespaceUtil.wrapNamespace(namespace.orElse(null), name);
  }

  /** The text without the secrets of these settings, should a client have repeated one. */
  public String hideSecrets(String text) {
    if (credentials.isEmpty()) {
      return text;
    }
    String hidden = text.replace(credentials.get().secretKey(), "[hidden]");
    return credentials
        .get()
        .securityToken()
        .map(token -> hidden.replace(token, "[hidden]"))
        .orElse(hidden);
  }

  /** Has no readable text form on purpose: it may hold secrets. */
  @Override
  public String toString() {
    return "RocketMqConnection[" + namespace.orElse("") + "]";
  }
}
