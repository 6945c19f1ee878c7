package io.penstock.httpclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The settings under {@code auth}. */
final class AuthSettings {

  /** The ways to log in. */
  private enum Type {
    BASIC,
    API_KEY,
    BEARER,
    OAUTH2
  }

  private static final ConfigKey<Type> TYPE =
      ConfigKey.choice("type", Type.class)
          .required()
          .doc(
              "How to log in: basic (username, password), apiKey (header, value), bearer (token) or"
                  + " oauth2 (client credentials: tokenUrl, clientId, clientSecret).");
  private static final ConfigKey<String> USERNAME =
      ConfigKey.text("username").doc("For basic: the user.");
  private static final ConfigKey<String> PASSWORD =
      ConfigKey.text("password").secret().doc("For basic: the password.");
  private static final ConfigKey<String> HEADER =
      ConfigKey.text("header").doc("For apiKey: the header that carries it, such as X-API-Key.");
  private static final ConfigKey<String> VALUE =
      ConfigKey.text("value").secret().doc("For apiKey: the key.");
  private static final ConfigKey<String> TOKEN =
      ConfigKey.text("token").secret().doc("For bearer: the token.");
  private static final ConfigKey<String> TOKEN_URL =
      ConfigKey.text("tokenUrl").doc("For oauth2: where tokens are fetched.");
  private static final ConfigKey<String> CLIENT_ID =
      ConfigKey.text("clientId").doc("For oauth2: the client.");
  private static final ConfigKey<String> CLIENT_SECRET =
      ConfigKey.text("clientSecret").secret().doc("For oauth2: its secret.");
  private static final ConfigKey<List<String>> SCOPES =
      ConfigKey.texts("scopes").doc("For oauth2: the scopes to ask for.");
  private static final ConfigKey<Map<String, String>> PARAMETERS =
      ConfigKey.properties("parameters")
          .secret()
          .doc("For oauth2: more fields of the token request, such as audience.");
  private static final ConfigKey<Credentials.Place> CLIENT_AUTH =
      ConfigKey.choice("clientAuth", Credentials.Place.class)
          .doc(
              "For oauth2: where the client's id and secret stand in the token request, header"
                  + " (the default) or body.");

  static final ConfigKey<Settings> AUTH =
      ConfigKey.object(
              "auth",
              ConfigSpec.of(
                  TYPE,
                  USERNAME,
                  PASSWORD,
                  HEADER,
                  VALUE,
                  TOKEN,
                  TOKEN_URL,
                  CLIENT_ID,
                  CLIENT_SECRET,
                  SCOPES,
                  PARAMETERS,
                  CLIENT_AUTH))
          .doc("How to log in; without it, not at all.");

  private static final List<ConfigKey<?>> ALL =
      List.of(
          USERNAME,
          PASSWORD,
          HEADER,
          VALUE,
          TOKEN,
          TOKEN_URL,
          CLIENT_ID,
          CLIENT_SECRET,
          SCOPES,
          PARAMETERS,
          CLIENT_AUTH);

  private AuthSettings() {}

  private static List<ConfigKey<?>> needed(Type type) {
    return switch (type) {
      case BASIC -> List.of(USERNAME, PASSWORD);
      case API_KEY -> List.of(HEADER, VALUE);
      case BEARER -> List.of(TOKEN);
      case OAUTH2 -> List.of(TOKEN_URL, CLIENT_ID, CLIENT_SECRET);
    };
  }

  private static List<ConfigKey<?>> allowed(Type type) {
    List<ConfigKey<?>> keys = new ArrayList<>(needed(type));
    if (type == Type.OAUTH2) {
      keys.addAll(List.of(SCOPES, PARAMETERS, CLIENT_AUTH));
    }
    return keys;
  }

  /** Adds what is wrong with them. */
  static void check(Settings auth, Problems problems) {
    Type type = auth.get(TYPE);
    String word = type == Type.API_KEY ? "apiKey" : type.name().toLowerCase(Locale.ROOT);
    for (ConfigKey<?> key : ALL) {
      String path = auth.path() + "." + key.name();
      boolean given = auth.find(key).isPresent();
      if (given && !allowed(type).contains(key)) {
        problems.add(path, "a key that " + word + " has no use for", "nothing");
      } else if (!given && needed(type).contains(key)) {
        problems.add(path, "nothing", "a value, for the type is " + word, key.doc());
      }
    }
    for (ConfigKey<String> key : List.of(VALUE, TOKEN)) {
      auth.find(key)
          .filter(value -> !HeaderRules.isValue(value))
          .ifPresent(
              value ->
                  problems.add(
                      auth.path() + "." + key.name(),
                      "a value that is not shown",
                      "a text that fits into a header: no line break, no letter beyond ASCII"));
    }
    auth.find(USERNAME)
        .filter(name -> name.indexOf(':') >= 0)
        .ifPresent(name -> problems.add(auth.path() + ".username", "a ':'", "a name without one"));
    auth.find(HEADER)
        .ifPresent(name -> HeaderRules.checkName(name, auth.path() + ".header", problems));
    auth.find(TOKEN_URL)
        .ifPresent(url -> HttpSettings.checkUrl(url, auth.path() + ".tokenUrl", problems));
    Set<String> ours = Set.of("grant_type", "scope", "client_id", "client_secret");
    auth.find(PARAMETERS).map(Map::keySet).orElse(Set.of()).stream()
        .filter(ours::contains)
        .forEach(
            name ->
                problems.add(
                    auth.path() + ".parameters['" + name + "']",
                    "a field that has a key of its own",
                    "scopes, clientId or clientSecret instead"));
  }

  /** Reads settings that {@link #check} found nothing wrong with. */
  static Credentials read(Settings auth) {
    return switch (auth.get(TYPE)) {
      case BASIC -> {
        String login = auth.get(USERNAME) + ":" + auth.get(PASSWORD);
        String base64 = Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
        yield new Credentials.Fixed(
            "authorization", "Basic " + base64, List.of(auth.get(PASSWORD), base64));
      }
      case API_KEY ->
          new Credentials.Fixed(
              auth.get(HEADER).toLowerCase(Locale.ROOT), auth.get(VALUE), List.of(auth.get(VALUE)));
      case BEARER ->
          new Credentials.Fixed(
              "authorization", "Bearer " + auth.get(TOKEN), List.of(auth.get(TOKEN)));
      case OAUTH2 ->
          new Credentials.Client(
              HttpTarget.parse(auth.get(TOKEN_URL)),
              auth.get(CLIENT_ID),
              auth.get(CLIENT_SECRET),
              form(auth),
              auth.find(CLIENT_AUTH).orElse(Credentials.Place.HEADER));
    };
  }

  private static Map<String, String> form(Settings auth) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    auth.find(SCOPES).ifPresent(scopes -> form.put("scope", String.join(" ", scopes)));
    form.putAll(auth.find(PARAMETERS).orElse(Map.of()));
    return form;
  }
}
