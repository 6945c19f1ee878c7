package io.penstock.source.tasks.registry;

/**
 * A key of an account, of which only the hash is known; the array must not be changed.
 *
 * @param id tells the keys of an account apart
 * @param hash SHA-256 of the key
 * @param label what it is for, for people; may be empty
 * @param createdMs when it was made, in milliseconds since the epoch; 0 if that is not known
 * @param expiresMs it is no longer taken from then on; {@link #NEVER} for never
 */
public record AccountKey(String id, byte[] hash, String label, long createdMs, long expiresMs) {

  /** It does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  /** A key that the connector's file declares. */
  public static AccountKey declared(byte[] hash) {
    return new AccountKey(Hashes.hex(hash).substring(0, 8), hash, "", 0, NEVER);
  }
}
