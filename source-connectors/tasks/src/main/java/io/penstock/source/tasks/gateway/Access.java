package io.penstock.source.tasks.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute.Request;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who a request comes from. Thread-safe. */
final class Access {

  private static final String BEARER = "Bearer ";
  private static final List<String> PROXIED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP");

  private final List<Account> accounts;
  private final boolean hasKeys;

  Access(List<Account> accounts) {
    this.accounts = List.copyOf(accounts);
    this.hasKeys = accounts.stream().anyMatch(account -> !account.keyHashes().isEmpty());
  }

  /** The account of a request. */
  Account account(Request request) throws RefusedException {
    if (hasKeys) {
      return byKey(request);
    }
    if (!request.remoteAddress().isLoopbackAddress()) {
      throw forbidden("tasks are taken from this machine only");
    }
    for (String header : PROXIED) {
      if (request.header(header).isPresent()) {
        throw forbidden("a proxy forwards this (header " + header + ")");
      }
    }
    if (request.header("Origin").isPresent()) {
      throw forbidden("a web page sends this (header Origin)"); // any page may send to this machine
    }
    return accounts.get(0);
  }

  private static RefusedException forbidden(String why) {
    return RefusedException.of(
        403, "forbidden", why + ", because the source has no accounts with keys");
  }

  private Account byKey(Request request) throws RefusedException {
    Optional<String> key =
        request
            .header("Authorization")
            .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(value -> value.substring(BEARER.length()).trim());
    Account found = null;
    if (key.isPresent()) {
      byte[] hash = hash(key.get());
      for (Account account : accounts) {
        for (byte[] known : account.keyHashes()) {
          if (MessageDigest.isEqual(known, hash)) { // all are compared, whichever it is
            found = account;
          }
        }
      }
    }
    if (found == null) {
      throw RefusedException.of(
              401,
              "unauthorized",
              "the header Authorization must be 'Bearer' and a key of an account")
          .withHeaders(Map.of("WWW-Authenticate", "Bearer"));
    }
    return found;
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
