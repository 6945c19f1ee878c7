package io.penstock.server.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the build, from the manifest of the jar. */
public final class Version implements IVersionProvider {

  /** The version, or {@code development} if this doesn't run from a jar. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "penstock " + text(),
      "java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}
