package io.penstock.source.tasks.gateway;

import io.penstock.connector.HttpRoute.Request;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.Accounts;
import io.penstock.source.tasks.registry.Hashes;
import io.penstock.source.tasks.wire.RefusedException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who a request comes from. Thread-safe. */
final class Access {

  private static final String BEARER = "Bearer ";
  private static final List<String> PROXIED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP");

  private final List<byte[]> adminHashes;

  /**
   * With the keys of the administration.
   *
   * @param adminHashes SHA-256 of each; none lets this machine administer
   */
  Access(List<byte[]> adminHashes) {
    this.adminHashes = List.copyOf(adminHashes);
  }

  /** The account of a request. */
  Account account(Request request, Accounts accounts) throws RefusedException {
    if (!accounts.needKeys()) {
      checkThisMachine(request, "tasks are taken", "accounts with keys");
      return Account.plain(Account.DEFAULT);
    }
    Optional<String> key = key(request);
    Optional<Account> holder =
        key.isPresent() ? accounts.holder(Hashes.sha256(key.get())) : Optional.empty();
    return holder.orElseThrow(() -> unauthorized("a key of an account"));
  }

  /** Lets through who may administer. */
  void admin(Request request) throws RefusedException {
    if (adminHashes.isEmpty()) {
      checkThisMachine(request, "administration is done", "adminKeys");
      return;
    }
    Optional<String> key = key(request);
    boolean isKnown = false;
    if (key.isPresent()) {
      byte[] hash = Hashes.sha256(key.get());
      for (byte[] known : adminHashes) {
        isKnown |= MessageDigest.isEqual(known, hash); // all are compared, whichever it is
      }
    }
    if (!isKnown) {
      throw unauthorized("a key of the administration");
    }
  }

  private static void checkThisMachine(Request request, String what, String without)
      throws RefusedException {
    String because = ", because the source has no " + without;
    if (!request.remoteAddress().isLoopbackAddress()) {
      throw forbidden(what + " from this machine only" + because);
    }
    for (String header : PROXIED) {
      if (request.header(header).isPresent()) {
        throw forbidden("a proxy forwards this (header " + header + ")" + because);
      }
    }
    if (request.header("Origin").isPresent()) {
      // any page may send to this machine
      throw forbidden("a web page sends this (header Origin)" + because);
    }
  }

  private static RefusedException forbidden(String why) {
    return RefusedException.of(403, "forbidden", why);
  }

  private static RefusedException unauthorized(String what) {
    return RefusedException.of(
            401, "unauthorized", "the header Authorization must be 'Bearer' and " + what)
        .withHeaders(Map.of("WWW-Authenticate", "Bearer"));
  }

  private static Optional<String> key(Request request) {
    return request
        .header("Authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).trim());
  }
}
