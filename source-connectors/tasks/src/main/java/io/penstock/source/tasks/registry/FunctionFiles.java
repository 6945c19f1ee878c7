package io.penstock.source.tasks.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.connector.StateStore;
import io.penstock.source.tasks.wire.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that functions are made of, kept by their digest beside the registry, so that all workers
 * have them and a version stays what it was. Each set of files is laid out in a folder of this
 * worker's, from which it is loaded. Thread-safe; its methods block.
 */
final class FunctionFiles {

  /** How large a file may be, in bytes. */
  static final int MAX_BYTES = 64 << 20;

  private static final int CHUNK = 1 << 20;

  private final StateStore state;
  private final String prefix;
  private final Path folder;

  /** Files that may belong to a function that isn't registered yet. */
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();

  FunctionFiles(RegistryStore store, Path folder) {
    this.state = store.state();
    this.prefix = store.files();
    this.folder = folder;
  }

  /** Keeps a file; answers its digest. */
  String put(byte[] bytes) {
    String digest = Hashes.hex(Hashes.sha256(bytes));
    fresh.add(digest);
    if (!has(digest)) {
      Map<String, byte[]> chunks = new HashMap<>();
      for (int from = 0, i = 0; from < bytes.length || i == 0; from += CHUNK, i++) {
        byte[] chunk =
            java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK));
        chunks.put(key(digest) + "/" + String.format(Locale.ROOT, "%04d", i), chunk);
      }
      state.putAll(chunks);
    }
    return digest;
  }

  private String key(String digest) {
    return prefix + "/" + digest;
  }

  boolean has(String digest) {
    return !state.keys(key(digest)).isEmpty();
  }

  private byte[] get(String digest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String chunk : state.keys(key(digest))) {
      state.get(chunk).ifPresent(bytes::writeBytes);
    }
    byte[] all = bytes.toByteArray();
    if (!Hashes.hex(Hashes.sha256(all)).equals(digest)) {
      throw new IllegalStateException("the file " + digest + " is not kept any more, or damaged");
    }
    return all;
  }

  /** Keeps the files that a function is made of; answers their digests by relative path. */
  Map<String, String> capture(Path base, List<Path> files) throws RefusedException {
    Map<String, String> digests = new TreeMap<>();
    Path root = base.toAbsolutePath().normalize();
    for (Path file : files) {
      Path path = file.toAbsolutePath().normalize();
      if (!path.startsWith(root)) {
        throw RefusedException.badRequest(
            "'"
                + file.getFileName()
                + "' must lie in the folder of the connector's file, or below");
      }
      try {
        if (!Files.isRegularFile(path) || Files.size(path) > MAX_BYTES) {
          throw RefusedException.badRequest(
              "'" + root.relativize(path) + "' must be a file of at most " + MAX_BYTES + " bytes");
        }
        digests.put(
            root.relativize(path).toString().replace('\\', '/'), put(Files.readAllBytes(path)));
      } catch (IOException e) {
        throw RefusedException.badRequest("'" + root.relativize(path) + "' can't be read");
      }
    }
    return digests;
  }

  /** Where a set of files lies on this worker; {@link #layOut} puts it there. */
  Path folder(Map<String, String> files) {
    return folder.resolve(
        Hashes.hex(Hashes.sha256(new TreeMap<>(files).toString())).substring(0, 32));
  }

  /** Lays a set of files out, unless it is already. */
  void layOut(Map<String, String> files) {
    Path here = folder(files);
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = here.resolve(file.getKey()).normalize();
        if (!path.startsWith(here)) {
          throw new IllegalStateException(file.getKey() + " leads out of its folder");
        }
        if (!Files.exists(path)) {
          Files.createDirectories(path.getParent());
          Path part = path.resolveSibling(path.getFileName() + ".part");
          Files.write(part, get(file.getValue()));
          Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("files of functions can't be written to " + here, e);
    }
  }

  /** Forgets what no function is made of any more. */
  void keepOnly(Collection<String> used) {
    Set<String> kept = new LinkedHashSet<>();
    for (String key : state.keys(prefix)) {
      kept.add(key.substring(prefix.length() + 1, key.lastIndexOf('/')));
    }
    kept.removeAll(used);
    kept.removeAll(fresh);
    for (String digest : kept) {
      state.keys(key(digest)).forEach(state::delete);
    }
  }

  /** A function that is made of these files is registered, or none comes of it. */
  void isSettled(Collection<String> digests) {
    fresh.removeAll(digests);
  }

  static boolean isDigest(String text) {
    return text.length() == 64
        && text.getBytes(US_ASCII).length == 64
        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }
}
