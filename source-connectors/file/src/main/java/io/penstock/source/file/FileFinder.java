package io.penstock.source.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the files of a path: the one it leads to, and those that were there and have other names
 * now.
 */
final class FileFinder {

  private final Path path;
  private final Known known;

  /** Whether a file is read already under another path. */
  interface Known {
    boolean isKnown(OpenFile file) throws IOException;
  }

  private interface Condition {
    boolean isMet(OpenFile file) throws IOException;
  }

  FileFinder(Path path, Known known) {
    this.path = path;
    this.known = known;
  }

  /** The file that the path leads to now. */
  Optional<FileId> there() throws IOException {
    return FileId.of(path);
  }

  /** Opens the file that the path leads to, if there is one and it isn't read already elsewhere. */
  Optional<OpenFile> openThere() throws IOException {
    try {
      return openIf(path, opened -> !known.isKnown(opened));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // it may come later
    }
  }

  /**
   * Opens a file that the path led to once, whatever its name is now in the same folder.
   *
   * @param offset how long it is at least
   */
  Optional<OpenFile> find(FileId id, Fingerprint fingerprint, long offset) throws IOException {
    for (Path candidate : candidates()) {
      boolean mayBe = fingerprint.isKnown() || isNamedAlike(candidate);
      if (mayBe && FileId.of(candidate).filter(id::equals).isPresent()) {
        Optional<OpenFile> found =
            openIf(
                candidate,
                opened ->
                    opened.id().equals(id)
                        && opened.length() >= offset
                        && fingerprint.fits(opened));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Opens a file, and closes it again if it isn't the right one. */
  private static Optional<OpenFile> openIf(Path path, Condition condition) throws IOException {
    OpenFile opened = OpenFile.open(path);
    boolean right = false;
    try {
      right = condition.isMet(opened);
      return right ? Optional.of(opened) : Optional.empty();
    } finally {
      if (!right) {
        opened.close();
      }
    }
  }

  private List<Path> candidates() throws IOException {
    List<Path> candidates = new ArrayList<>(List.of(path));
    Path folder = path.getParent();
    if (folder != null && Files.isDirectory(folder)) {
      try (Stream<Path> siblings = Files.list(folder)) {
        siblings.filter(Files::isRegularFile).forEach(candidates::add);
      }
    }
    return candidates;
  }

  /** The name of a renamed log begins like the one it had. */
  private boolean isNamedAlike(Path candidate) {
    String name = path.getFileName().toString();
    int dot = name.indexOf('.');
    return candidate.getFileName().toString().startsWith(dot > 0 ? name.substring(0, dot) : name);
  }
}
