package io.penstock.testkit.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that vouches for itself, made with the JDK's keytool.
 *
 * @param keyPem the private key
 * @param certificatePem the certificate
 */
public record TestCertificate(String keyPem, String certificatePem) {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ALIAS = "test";

  /** A certificate for a host name. */
  public static TestCertificate of(String host, Path folder) {
    try {
      Path store = Files.createTempFile(folder, "keys-", ".p12");
      Files.delete(store); // keytool wants to make it itself
      Process keytool =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                      "-genkeypair",
                      "-alias",
                      ALIAS,
                      "-keyalg",
                      "EC",
                      "-dname",
                      "CN=" + host,
                      "-ext",
                      "san=dns:" + host,
                      "-validity",
                      "2",
                      "-storetype",
                      "PKCS12",
                      "-keystore",
                      store.toString(),
                      "-storepass",
                      new String(PASSWORD)))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new AssertionError("keytool failed");
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      return new TestCertificate(
          pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD).getEncoded()),
          pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the key store that keytool made", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while keytool ran", e);
    }
  }

  /** Writes the certificate to a file, for a client to trust. */
  public Path writeCertificate(Path folder) {
    try {
      return Files.writeString(Files.createTempFile(folder, "ca-", ".pem"), certificatePem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
