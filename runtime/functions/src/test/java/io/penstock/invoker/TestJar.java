package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A jar that a test compiles from a few lines of source, against Penstock's class path. */
final class TestJar {

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> resources = new LinkedHashMap<>();
  private final List<String> left = new ArrayList<>();

  /** Adds a public class; {@code body} is everything after the package. */
  TestJar source(String className, String body) {
    int dot = className.lastIndexOf('.');
    String imports = "import io.penstock.functions.*; import java.util.*; ";
    sources.put(className, "package " + className.substring(0, dot) + "; " + imports + body);
    return this;
  }

  TestJar resource(String path, String text) {
    resources.put(path, text);
    return this;
  }

  /** Compiles with the class but doesn't put it into the jar. */
  TestJar without(String className) {
    left.add(className.replace('.', '/') + ".class");
    return this;
  }

  /** Compiles and writes the jar into the folder; returns its path. */
  Path write(Path folder, String name) {
    try {
      Path classes = Files.createTempDirectory(folder, "classes");
      compile(classes);
      Path jar = folder.resolve(name);
      try (OutputStream out = Files.newOutputStream(jar);
          JarOutputStream zip = new JarOutputStream(out);
          Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String entry = classes.relativize(file).toString().replace('\\', '/');
          if (!left.contains(entry)) {
            zip.putNextEntry(new JarEntry(entry));
            Files.copy(file, zip);
          }
        }
        for (Map.Entry<String, String> resource : resources.entrySet()) {
          zip.putNextEntry(new JarEntry(resource.getKey()));
          zip.write(resource.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-proc:none",
            "-parameters");
    assertThat(compiler.getTask(null, null, null, options, null, units).call()).isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
