package io.penstock.server.cli;

import io.penstock.server.cases.CaseResult;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of cases as build servers read them: JUnit's XML, a suite for each file. */
final class JUnitReport {

  private JUnitReport() {}

  static void write(List<CaseResult> results, Path file) throws IOException {
    Map<String, List<CaseResult>> byFile =
        results.stream()
            .collect(
                Collectors.groupingBy(CaseResult::file, LinkedHashMap::new, Collectors.toList()));
    try (Writer out = Files.newBufferedWriter(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      for (Map.Entry<String, List<CaseResult>> suite : byFile.entrySet()) {
        writeSuite(suite.getKey(), suite.getValue(), xml);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("no XML could be written", e);
    }
  }

  private static void writeSuite(String name, List<CaseResult> results, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", name);
    xml.writeAttribute("tests", String.valueOf(results.size()));
    xml.writeAttribute(
        "failures", String.valueOf(results.stream().filter(r -> !r.passed()).count()));
    for (CaseResult result : results) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", name);
      xml.writeAttribute("name", result.name());
      xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", result.took().toNanos() / 1e9));
      if (!result.passed()) {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", readable(result.differences().get(0)));
        xml.writeCharacters(readable(String.join("\n", result.differences())));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  /** XML has no place for most control characters. */
  private static String readable(String text) {
    return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uD800-\\uDFFF\\uFFFE\\uFFFF]", "?");
  }
}
