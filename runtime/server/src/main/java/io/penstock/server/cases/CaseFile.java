package io.penstock.server.cases;

import io.penstock.server.config.ConnectorConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * Cases and the connector they are for, checked.
 *
 * @param file the cases stand in
 * @param connector it is about
 * @param cases in the order of the file
 */
public record CaseFile(Path file, ConnectorConfig connector, List<TestCase> cases) {
  /** Copies. */
  public CaseFile {
    cases = List.copyOf(cases);
  }
}
