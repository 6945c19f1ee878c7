package io.penstock.sink.file;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.Map;

/** The sink {@code file}: a file that lines are added to, or standard output. */
public final class FileSinkProvider implements SinkProvider {

  private static final String STANDARD_OUTPUT = "-";

  static final ConfigKey<String> PATH =
      ConfigKey.text("path")
          .required()
          .doc(
              "The file, which lines are added to; relative paths start from this file, missing"
                  + " folders are made. - is standard output. An unfinished last line, as a crash"
                  + " leaves it, is cut off when the file is opened.");

  static final ConfigKey<LineFormat> FORMAT =
      ConfigKey.choice("format", LineFormat.class)
          .defaultsTo(LineFormat.EVENT)
          .doc(
              "What a line holds: event is the whole event as CloudEvents JSON, data the payload"
                  + " alone, which must have no line break unless it is JSON.");

  static final ConfigKey<Boolean> FSYNC =
      ConfigKey.flag("fsync")
          .defaultsTo(true)
          .doc(
              "Whether lines are forced to disk before they count as delivered, so that a power"
                  + " failure loses none. Without it only a crash of the machine can.");

  private static final ConfigSpec SPEC = ConfigSpec.of(PATH, FORMAT, FSYNC);

  /** For {@link java.util.ServiceLoader}. */
  public FileSinkProvider() {}

  @Override
  public String type() {
    return "file";
  }

  @Override
  public String doc() {
    return "Appends lines to a file, or writes them to standard output.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("path", STANDARD_OUTPUT, "format", "data");
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    LineFormat format = settings.get(FORMAT);
    String path = settings.get(PATH);
    if (path.equals(STANDARD_OUTPUT)) {
      return new FileSink(
          "standard output",
          format,
          failpoints -> new StreamOutput(new FileOutputStream(FileDescriptor.out)));
    }
    Path file = baseDirectory.resolve(path).toAbsolutePath().normalize();
    boolean fsync = settings.get(FSYNC);
    return new FileSink(
        file.toString(), format, failpoints -> AppendedFile.open(file, fsync, failpoints));
  }

  @Override
  public String destination(Settings settings) {
    return "file:" + settings.get(PATH);
  }
}
