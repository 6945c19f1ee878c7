package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.source.http.RequestReader.Arrays;
import io.penstock.source.http.RequestReader.PlainEvents;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings of the source, read.
 *
 * @param apiKey how senders are known by a key
 * @param signature how senders are known by a signature
 * @param type of events that are no CloudEvents
 * @param arrays what the array of a JSON body is
 * @param attributes names of headers by the attribute that they hold
 * @param maxBody of a request
 * @param maxBacklog of the log
 */
record HttpSourceConfig(
    Optional<ApiKey> apiKey,
    Optional<Signature> signature,
    String type,
    Arrays arrays,
    Map<String, String> attributes,
    ByteSize maxBody,
    ByteSize maxBacklog) {

  private static final int SHORTEST_SECRET = 16;
  private static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);
  private static final String DEFAULT_SIGNATURE_HEADER = "X-Hub-Signature-256";

  /** So many of the largest requests fit into the backlog at least. */
  private static final int BODIES_IN_BACKLOG = 4;

  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> ATTRIBUTES = Set.of("id", "source", "type", "subject");

  /** How requests are signed. */
  enum Scheme {
    STANDARD_WEBHOOKS,
    HMAC_SHA256
  }

  /** Keys that senders have, and the header they come in. Has no readable text form. */
  static final class ApiKey {
    private final String header;
    private final List<String> keys;

    ApiKey(String header, List<String> keys) {
      this.header = header;
      this.keys = keys;
    }
  }

  /** Secrets that senders have, and how they sign. Has no readable text form. */
  static final class Signature {
    private final Scheme scheme;
    private final List<byte[]> secrets;
    private final String header;
    private final Duration tolerance;

    Signature(Scheme scheme, List<byte[]> secrets, String header, Duration tolerance) {
      this.scheme = scheme;
      this.secrets = secrets;
      this.header = header;
      this.tolerance = tolerance;
    }
  }

  static final ConfigKey<List<String>> KEYS =
      ConfigKey.texts("keys")
          .required()
          .secret()
          .doc("Keys, each of at least 16 characters, of which a request must carry one.");

  static final ConfigKey<String> KEY_HEADER =
      ConfigKey.text("header").defaultsTo("X-Api-Key").doc("The header that holds the key.");

  static final ConfigKey<Settings> API_KEY =
      ConfigKey.object("apiKey", ConfigSpec.of(KEYS, KEY_HEADER))
          .doc(
              "Senders are known by a key. Without apiKey and signature, only this machine may send.");

  static final ConfigKey<Scheme> SCHEME =
      ConfigKey.choice("scheme", Scheme.class)
          .required()
          .doc(
              "How requests are signed: standardWebhooks as that specification says, hmacSha256 with"
                  + " the HMAC-SHA256 of the body in a header, as GitHub and many others do.");

  static final ConfigKey<List<String>> SECRETS =
      ConfigKey.texts("secrets")
          .required()
          .secret()
          .doc(
              "Secrets of which one must have made the signature: with standardWebhooks whsec_ and"
                  + " Base64, otherwise any text of at least 16 characters.");

  static final ConfigKey<String> SIGNATURE_HEADER =
      ConfigKey.text("header")
          .doc(
              "The header that holds the signature, for hmacSha256: hexadecimal or Base64, with or"
                  + " without sha256= before. Default "
                  + DEFAULT_SIGNATURE_HEADER
                  + ".");

  static final ConfigKey<Duration> TOLERANCE =
      ConfigKey.duration("tolerance")
          .between(Duration.ofSeconds(1), Duration.ofDays(1))
          .doc(
              "How far a signed time may be off this machine's, for standardWebhooks. Default 5m.");

  static final ConfigKey<Settings> SIGNATURE =
      ConfigKey.object("signature", ConfigSpec.of(SCHEME, SECRETS, SIGNATURE_HEADER, TOLERANCE))
          .doc("Senders are known by how they sign the body.");

  static final ConfigKey<String> EVENT_TYPE =
      ConfigKey.text("eventType")
          .defaultsTo("io.penstock.http.request")
          .doc("The type of events that are no CloudEvents.");

  static final ConfigKey<Arrays> ARRAYS =
      ConfigKey.choice("arrays", Arrays.class)
          .defaultsTo(Arrays.EVENT)
          .doc(
              "What a JSON array is that is no batch of CloudEvents: one event, or a batch of them.");

  static final ConfigKey<Map<String, String>> HEADERS =
      ConfigKey.properties("attributes")
          .doc(
              "For requests that are no CloudEvents, attributes of the event (id, source, type,"
                  + " subject, extensions such as partitionkey, the order key) and the headers that"
                  + " hold them. With standardWebhooks the id is webhook-id if nothing else is said.");

  static final ConfigKey<ByteSize> MAX_BODY =
      ConfigKey.size("maxBody")
          .defaultsTo(ByteSize.ofMiB(1))
          .between(ByteSize.ofKiB(1), ByteSize.ofMiB(64))
          .doc("The largest body of a request; a larger one is answered with 413.");

  static final ConfigKey<ByteSize> MAX_BACKLOG =
      ConfigKey.size("maxBacklog")
          .defaultsTo(ByteSize.ofMiB(1_024))
          .between(ByteSize.ofMiB(1), ByteSize.ofMiB(1 << 20))
          .doc(
              "What events that are not settled may take on the worker's disk; when it is reached,"
                  + " requests are answered with 429 and Retry-After.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(API_KEY, SIGNATURE, EVENT_TYPE, ARRAYS, HEADERS, MAX_BODY, MAX_BACKLOG);

  static void check(Settings settings, Problems problems) {
    Optional<Settings> apiKey = settings.find(API_KEY);
    Optional<Settings> signature = settings.find(SIGNATURE);
    apiKey.ifPresent(key -> checkApiKey(key, problems));
    signature.ifPresent(s -> checkSignature(s, problems));
    if (apiKey.isPresent() && signature.isPresent()) {
      problems.add(
          settings.path() + "." + SIGNATURE.name(),
          "both apiKey and signature",
          "one of them",
          "give two kinds of senders a connector each");
    }
    settings
        .find(HEADERS)
        .ifPresent(headers -> checkHeaders(headers, settings.path() + ".attributes", problems));
    ByteSize maxBody = settings.get(MAX_BODY);
    ByteSize least = new ByteSize(BODIES_IN_BACKLOG * maxBody.bytes());
    if (settings.get(MAX_BACKLOG).compareTo(least) < 0) {
      problems.add(
          settings.path() + "." + MAX_BACKLOG.name(),
          settings.get(MAX_BACKLOG).toString(),
          "at least four times maxBody, which are " + least,
          "raise maxBacklog or lower maxBody");
    }
  }

  private static void checkApiKey(Settings apiKey, Problems problems) {
    checkHeader(apiKey.get(KEY_HEADER), apiKey.path() + "." + KEY_HEADER.name(), problems);
    List<String> keys = apiKey.get(KEYS);
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).length() < SHORTEST_SECRET) {
        tooShort(apiKey.path() + "." + KEYS.name() + "[" + i + "]", problems);
      }
    }
  }

  private static void checkSignature(Settings signature, Problems problems) {
    boolean standard = signature.get(SCHEME) == Scheme.STANDARD_WEBHOOKS;
    List<String> secrets = signature.get(SECRETS);
    for (int i = 0; i < secrets.size(); i++) {
      String path = signature.path() + "." + SECRETS.name() + "[" + i + "]";
      Optional<byte[]> secret = secret(signature.get(SCHEME), secrets.get(i));
      if (secret.isEmpty()) {
        problems.add(path, "a text that is not shown", "whsec_ and Base64");
      } else if (secret.get().length < SHORTEST_SECRET) {
        tooShort(path, problems);
      }
    }
    Optional<String> header = signature.find(SIGNATURE_HEADER);
    String headerPath = signature.path() + "." + SIGNATURE_HEADER.name();
    header.ifPresent(name -> checkHeader(name, headerPath, problems));
    if (standard && header.isPresent()) {
      problems.add(
          headerPath, "'" + header.get() + "'", "nothing", "standardWebhooks names its headers");
    }
    if (!standard && signature.find(TOLERANCE).isPresent()) {
      problems.add(
          signature.path() + "." + TOLERANCE.name(),
          "a duration",
          "nothing",
          "only standardWebhooks signs a time");
    }
  }

  private static void tooShort(String path, Problems problems) {
    problems.add(
        path, "a text that is not shown and too short", "at least 16 characters, made at random");
  }

  private static void checkHeaders(Map<String, String> headers, String path, Problems problems) {
    new TreeMap<>(headers)
        .forEach(
            (attribute, header) -> {
              String at = path + "['" + attribute + "']";
              if (!ATTRIBUTES.contains(attribute) && !CloudEvents.isExtension(attribute)) {
                problems.add(
                    at,
                    "'" + attribute + "'",
                    "id, source, type, subject, or lower-case letters and digits");
              }
              checkHeader(header, at, problems);
            });
  }

  private static void checkHeader(String name, String path, Problems problems) {
    if (!HEADER.matcher(name).matches()) {
      problems.add(path, "'" + name + "'", "the name of a header");
    }
  }

  private static Optional<byte[]> secret(Scheme scheme, String text) {
    return scheme == Scheme.STANDARD_WEBHOOKS
        ? StandardWebhooksCheck.secret(text)
        : Optional.of(text.getBytes(UTF_8));
  }

  /** Reads settings that {@link #check} found right. */
  static HttpSourceConfig read(Settings settings) {
    return new HttpSourceConfig(
        settings.find(API_KEY).map(key -> new ApiKey(key.get(KEY_HEADER), key.get(KEYS))),
        settings.find(SIGNATURE).map(HttpSourceConfig::signature),
        settings.get(EVENT_TYPE),
        settings.get(ARRAYS),
        settings.find(HEADERS).orElse(Map.of()),
        settings.get(MAX_BODY),
        settings.get(MAX_BACKLOG));
  }

  private static Signature signature(Settings settings) {
    Scheme scheme = settings.get(SCHEME);
    return new Signature(
        scheme,
        settings.get(SECRETS).stream().map(text -> secret(scheme, text).orElseThrow()).toList(),
        settings.find(SIGNATURE_HEADER).orElse(DEFAULT_SIGNATURE_HEADER),
        settings.find(TOLERANCE).orElse(DEFAULT_TOLERANCE));
  }

  /** Who may send. */
  SenderCheck sender(InstantSource clock) {
    if (apiKey.isPresent()) {
      return new ApiKeyCheck(apiKey.get().header, apiKey.get().keys);
    }
    if (signature.isEmpty()) {
      return new LoopbackCheck();
    }
    Signature signed = signature.get();
    return switch (signed.scheme) {
      case STANDARD_WEBHOOKS -> new StandardWebhooksCheck(signed.secrets, signed.tolerance, clock);
      case HMAC_SHA256 -> new BodySignatureCheck(signed.header, signed.secrets);
    };
  }

  /** How requests of a connector become events that are none. */
  PlainEvents plainEvents(String connector) {
    Map<String, String> headers = new TreeMap<>(attributes);
    signature
        .filter(signed -> signed.scheme == Scheme.STANDARD_WEBHOOKS)
        .ifPresent(signed -> headers.putIfAbsent("id", StandardWebhooksCheck.ID));
    return new PlainEvents("/sources/" + connector + "/events", type, arrays, headers);
  }
}
