package io.penstock.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import io.penstock.sink.file.AppendedFileTest.FaultyFile;
import io.penstock.testkit.contract.SinkContract;
import io.penstock.testkit.contract.SinkEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract of sinks, in both formats. */
class FileSinkContractTest {

  @TempDir static Path folder;

  @Nested
  class OfEvents extends SinkContract {
    @Override
    protected SinkEnvironment environment() {
      return new Folder(LineFormat.EVENT);
    }
  }

  @Nested
  class OfData extends SinkContract {
    @Override
    protected SinkEnvironment environment() {
      return new Folder(LineFormat.DATA);
    }
  }

  private static final class Folder implements SinkEnvironment {

    private final LineFormat format;
    private int destinations;

    Folder(LineFormat format) {
      this.format = format;
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.FAILURE, Feature.REACHABILITY);
    }

    @Override
    public Destination newDestination() {
      return new OneFile(folder.resolve(format + "-" + destinations++), format);
    }

    @Override
    public Sink unreachable() {
      return new OneFile(folder, format).sink();
    }

    @Override
    public void close() {}
  }

  private static final class OneFile implements SinkEnvironment.Destination {

    private final Path path;
    private final LineFormat format;
    private FaultyFile file;

    OneFile(Path path, LineFormat format) {
      this.path = path;
      this.format = format;
    }

    @Override
    public Sink sink() {
      return new FileSink(
          path.toString(),
          format,
          failpoints -> {
            file = new FaultyFile(LockedFile.open(path));
            return new AppendedFile(file, true, failpoints);
          });
    }

    @Override
    public List<SinkEnvironment.Arrived> arrived(int atLeast) {
      try {
        return Files.readString(path).lines().map(this::arrived).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private SinkEnvironment.Arrived arrived(String line) {
      if (format == LineFormat.DATA) {
        return new SinkEnvironment.Arrived(line.isEmpty() ? "bare" : line.replace('/', '-'), line);
      }
      String id = "";
      String text = "";
      try (JsonParser json = new JsonFactory().createParser(line)) {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          String value = json.nextTextValue();
          switch (name) {
            case "id" -> id = value;
            case "data" -> text = value;
            case "data_base64" -> text = new String(Base64.getDecoder().decode(value), UTF_8);
            default -> {}
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(line, e);
      }
      return new SinkEnvironment.Arrived(id, text);
    }

    @Override
    public Optional<SinkRecord> hopeless(long orderKey) {
      return format == LineFormat.EVENT
          ? Optional.empty()
          : Optional.of(new SinkRecord(Event.builder().text("two\nlines").build(), null, orderKey));
    }

    @Override
    public void fail() {
      file.bytesLeft = 100;
    }

    @Override
    public void mend() {
      file.bytesLeft = Long.MAX_VALUE;
    }
  }
}
