package io.penstock.httpclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.List;
import java.util.Map;

/** How requests log in. Has no readable text form, since it holds secrets. */
sealed interface Credentials {

  /** Not at all. */
  record None() implements Credentials {}

  /**
   * By one header that is always the same: basic, an API key, a bearer token.
   *
   * @param header its name, in lower case
   * @param value its value
   * @param secrets what of it must not be shown
   */
  record Fixed(String header, String value, List<String> secrets) implements Credentials {
    @Override
    public String toString() {
      return "Fixed";
    }
  }

  /**
   * By a token that is fetched: OAuth 2 with client credentials (RFC 6749, 4.4).
   *
   * @param tokenEndpoint where
   * @param clientId who
   * @param clientSecret the secret
   * @param form what the request for a token says, without the client's id and secret
   * @param place where the client's id and secret stand
   */
  record Client(
      HttpTarget tokenEndpoint,
      String clientId,
      String clientSecret,
      Map<String, String> form,
      Place place)
      implements Credentials {

    /** Id and secret as they stand in a Basic header, before Base64 (RFC 6749, 2.3.1). */
    String login() {
      return URLEncoder.encode(clientId, UTF_8) + ":" + URLEncoder.encode(clientSecret, UTF_8);
    }

    @Override
    public String toString() {
      return "Client";
    }
  }

  /** Where a client's id and secret stand in the request for a token. */
  enum Place {
    /** In an Authorization header. */
    HEADER,
    /** Among the fields of the form. */
    BODY
  }
}
