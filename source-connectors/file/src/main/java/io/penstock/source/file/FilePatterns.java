package io.penstock.source.file;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which files are read: paths, and patterns such as {@code logs/app-*.log}. Immutable. */
final class FilePatterns {

  private static final String WILDCARDS = "*?[{";

  private final List<Path> paths;
  private final List<Glob> globs;

  /**
   * A pattern.
   *
   * @param text as it was written
   * @param folder that it begins in
   * @param depth how deep files may lie below it
   */
  private record Glob(String text, Path folder, int depth, PathMatcher matcher) {}

  private FilePatterns(List<Path> paths, List<Glob> globs) {
    this.paths = List.copyOf(paths);
    this.globs = List.copyOf(globs);
  }

  /**
   * Reads patterns.
   *
   * @param base where relative ones start
   * @throws IllegalArgumentException if one is none
   */
  static FilePatterns of(List<String> texts, Path base) {
    List<Path> paths = new ArrayList<>();
    List<Glob> globs = new ArrayList<>();
    Path from = base.toAbsolutePath().normalize();
    for (String text : texts) {
      try {
        if (text.chars().noneMatch(c -> WILDCARDS.indexOf(c) >= 0)) {
          paths.add(from.resolve(text).normalize());
        } else {
          globs.add(glob(text, from));
        }
      } catch (InvalidPathException | PatternSyntaxException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    return new FilePatterns(paths, globs);
  }

  private static Glob glob(String text, Path base) {
    String[] segments = text.split("/");
    StringBuilder fixed = new StringBuilder(text.startsWith("/") ? "/" : "");
    int first = 0;
    while (first < segments.length
        && segments[first].chars().noneMatch(c -> WILDCARDS.indexOf(c) >= 0)) {
      fixed.append(segments[first++]).append('/');
    }
    Path folder = base.resolve(fixed.toString()).normalize();
    String rest = String.join("/", List.of(segments).subList(first, segments.length));
    // A brace may span slashes, so then only the matcher knows how deep to look.
    boolean anyDepth = rest.contains("**") || rest.contains("{");
    return new Glob(
        text,
        folder,
        anyDepth ? Integer.MAX_VALUE : segments.length - first,
        FileSystems.getDefault().getPathMatcher("glob:" + rest));
  }

  /** The paths that were written without wildcards. */
  List<Path> paths() {
    return paths;
  }

  /** Whether a path is one of them. */
  boolean matches(Path path) {
    return paths.contains(path)
        || globs.stream()
            .anyMatch(
                glob ->
                    path.startsWith(glob.folder())
                        && glob.matcher().matches(glob.folder().relativize(path)));
  }

  /** The first folder that a pattern begins in and that isn't there, or null. */
  @Nullable Path missingFolder() {
    for (Glob glob : globs) {
      if (!Files.isDirectory(glob.folder())) {
        return glob.folder();
      }
    }
    return null;
  }

  /** The files that are there, by any of the patterns; folders are left out. */
  SortedSet<Path> find() throws IOException {
    SortedSet<Path> found = new TreeSet<>();
    for (Path path : paths) {
      if (Files.exists(path)) {
        found.add(path);
      }
    }
    for (Glob glob : globs) {
      if (Files.isDirectory(glob.folder())) {
        Files.walkFileTree(
            glob.folder(),
            EnumSet.of(FileVisitOption.FOLLOW_LINKS),
            glob.depth(),
            new Collector(glob, found));
      }
    }
    return found;
  }

  private static final class Collector extends SimpleFileVisitor<Path> {

    private final Glob glob;
    private final Set<Path> found;

    Collector(Glob glob, Set<Path> found) {
      this.glob = glob;
      this.found = found;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && glob.matcher().matches(glob.folder().relativize(file))) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      boolean noMatter = e instanceof FileSystemLoopException || Files.isSymbolicLink(file);
      if (!noMatter && Files.exists(file)) {
        throw e;
      }
      return FileVisitResult.CONTINUE; // a link that leads nowhere or round, or deleted just now
    }
  }

  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    paths.forEach(path -> texts.add(path.toString()));
    globs.forEach(glob -> texts.add(glob.text()));
    return String.join(", ", texts);
  }
}
