package io.penstock.source.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files that were read to their end and have another name now: a pattern that finds them must not
 * have them read again. Used by one thread.
 */
final class FinishedFiles {

  /** A file that is being renamed can be missed. */
  private static final int MISSES = 3;

  private final Map<Piece, Integer> misses = new LinkedHashMap<>();

  FinishedFiles(Collection<Piece> pieces) {
    addAll(pieces);
  }

  void addAll(Collection<Piece> pieces) {
    pieces.stream()
        .filter(piece -> piece.fingerprint().isKnown())
        .forEach(piece -> misses.put(piece, 0));
  }

  List<Piece> pieces() {
    return List.copyOf(misses.keySet());
  }

  boolean has(OpenFile file) throws IOException {
    for (Piece piece : misses.keySet()) {
      if (piece.id().equals(file.id()) && piece.fingerprint().fits(file)) {
        return true;
      }
    }
    return false;
  }

  /** Files that are not among these any more need not be remembered. */
  void forgetAllBut(Collection<Path> paths) throws IOException {
    if (misses.isEmpty()) {
      return;
    }
    Set<FileId> there = new HashSet<>();
    for (Path path : paths) {
      FileId.of(path).ifPresent(there::add);
    }
    for (Piece piece : new ArrayList<>(misses.keySet())) {
      int missed = there.contains(piece.id()) ? 0 : misses.getOrDefault(piece, 0) + 1;
      misses.put(piece, missed);
      if (missed == MISSES) {
        misses.remove(piece);
      }
    }
  }
}
