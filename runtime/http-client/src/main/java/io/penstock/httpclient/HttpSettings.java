package io.penstock.httpclient;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings that everything has that calls an HTTP endpoint. */
public final class HttpSettings {

  /** Set to {@code refuse}, it forbids every connector of the worker what is not public. */
  public static final String OPERATOR_VARIABLE = "PENSTOCK_PRIVATE_ADDRESSES";

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

  private static final ConfigKey<String> URL =
      ConfigKey.text("url")
          .required()
          .doc("Where to send to, an http or https URL. Messages show no more than its origin.");
  private static final ConfigKey<Map<String, String>> HEADERS =
      ConfigKey.properties("headers")
          .defaultsTo(Map.of())
          .secret()
          .doc("Headers to send beside those that Penstock sets itself.");
  private static final ConfigKey<String> CA_FILE =
      ConfigKey.text("caFile")
          .doc(
              "A PEM file of certificate authorities to trust instead of those of the JVM; a"
                  + " relative path starts from this file.");
  private static final ConfigKey<HttpEndpoint.Http2> HTTP2 =
      ConfigKey.choice("http2", HttpEndpoint.Http2.class)
          .defaultsTo(HttpEndpoint.Http2.AUTO)
          .doc(
              "HTTP/2: auto (over TLS, where the server offers it), off, or clearText (without TLS,"
                  + " for a server that is known to speak it).");
  private static final ConfigKey<Duration> CONNECT_TIMEOUT =
      ConfigKey.duration("connectTimeout")
          .defaultsTo(Duration.ofSeconds(10))
          .between(Duration.ofMillis(1), Duration.ofMinutes(5))
          .doc("How long a connection may take to be made.");
  private static final ConfigKey<HttpEndpoint.PrivateAddresses> PRIVATE_ADDRESSES =
      ConfigKey.choice("privateAddresses", HttpEndpoint.PrivateAddresses.class)
          .defaultsTo(HttpEndpoint.PrivateAddresses.ALLOW)
          .doc(
              "Whether the server may have a private, link-local or loopback address: allow or"
                  + " refuse. The environment variable PENSTOCK_PRIVATE_ADDRESSES=refuse refuses"
                  + " them to every connector of the worker.");

  /** Their declarations. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          URL, HEADERS, AuthSettings.AUTH, CA_FILE, HTTP2, CONNECT_TIMEOUT, PRIVATE_ADDRESSES);

  private HttpSettings() {}

  /** Adds what is wrong beyond what a single key can say. */
  public static void check(Settings settings, Problems problems) {
    String path = settings.path();
    checkUrl(settings.get(URL), path + ".url", problems);
    settings.get(HEADERS).forEach((name, value) -> checkHeader(name, value, path, problems));
    settings
        .find(AuthSettings.AUTH)
        .ifPresent(
            auth -> {
              AuthSettings.check(auth, problems);
              if (hasAuthorization(settings)) {
                problems.add(
                    path + ".auth", "auth beside a header Authorization", "one of the two");
              }
            });
    if (settings.get(HTTP2) == HttpEndpoint.Http2.CLEAR_TEXT
        && settings.get(URL).toLowerCase(Locale.ROOT).startsWith("https:")) {
      problems.add(path + ".http2", "'clearText' with an https URL", "auto");
    }
    if (settings.get(PRIVATE_ADDRESSES) == HttpEndpoint.PrivateAddresses.REFUSE) {
      checkAddress(settings.get(URL), path + ".url", problems);
    }
  }

  private static boolean hasAuthorization(Settings settings) {
    return settings.get(HEADERS).keySet().stream().anyMatch("authorization"::equalsIgnoreCase);
  }

  private static void checkHeader(String name, String value, String path, Problems problems) {
    String at = path + ".headers['" + name + "']";
    HeaderRules.checkName(name, at, problems);
    if (!HeaderRules.isValue(value)) {
      problems.add(
          at, "a value that is not shown", "a text in one line, without letters beyond ASCII");
    }
  }

  static void checkUrl(String url, String path, Problems problems) {
    try {
      HttpTarget.parse(url);
    } catch (IllegalArgumentException e) {
      problems.add(path, String.valueOf(e.getMessage()), "a URL such as https://example.com/path");
    }
  }

  /** A name may lead anywhere, and is checked when a connection is made; an address says it now. */
  private static void checkAddress(String url, String path, Problems problems) {
    try {
      String host = HttpTarget.parse(url).host();
      if (ADDRESS.matcher(host).matches()) {
        AddressPolicy.notPublic(InetAddress.getByName(host))
            .ifPresent(what -> problems.add(path, what, "a public one: privateAddresses refuses"));
      }
    } catch (IllegalArgumentException | UnknownHostException e) {
      return; // told already, or no address after all
    }
  }

  /**
   * Reads settings that {@link #check} found nothing wrong with.
   *
   * @param baseDirectory where relative paths start
   * @throws ConnectorException fatal, if {@link #OPERATOR_VARIABLE} is neither refuse nor allow
   */
  public static HttpEndpoint read(Settings settings, Path baseDirectory) {
    return read(settings, baseDirectory, System::getenv);
  }

  static HttpEndpoint read(
      Settings settings, Path baseDirectory, Function<String, @Nullable String> environment) {
    Map<String, String> headers = new HashMap<>();
    settings
        .get(HEADERS)
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    Optional<Path> caFile = settings.find(CA_FILE).map(baseDirectory::resolve);
    return new HttpEndpoint(
        target(settings),
        headers,
        settings.find(AuthSettings.AUTH).map(AuthSettings::read).orElseGet(Credentials.None::new),
        caFile,
        settings.get(HTTP2),
        settings.get(CONNECT_TIMEOUT),
        operatorRefuses(environment)
            ? HttpEndpoint.PrivateAddresses.REFUSE
            : settings.get(PRIVATE_ADDRESSES));
  }

  /** A word that isn't known must not open what the operator meant to close. */
  private static boolean operatorRefuses(Function<String, @Nullable String> environment) {
    String word = environment.apply(OPERATOR_VARIABLE);
    if (word == null || word.isEmpty() || word.equalsIgnoreCase("allow")) {
      return false;
    }
    if (word.equalsIgnoreCase("refuse")) {
      return true;
    }
    throw ConnectorException.fatal(
        "the environment variable "
            + OPERATOR_VARIABLE
            + " is '"
            + word
            + "', expected refuse or allow",
        null);
  }

  /** Where such settings lead. */
  public static HttpTarget target(Settings settings) {
    return HttpTarget.parse(settings.get(URL));
  }
}
