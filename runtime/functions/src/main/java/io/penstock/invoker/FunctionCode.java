package io.penstock.invoker;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a function's classes come from: jars with a class loader of their own, or the class path. */
final class FunctionCode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FunctionCode.class);
  private static final String SUFFIX = ".class";

  private final List<Path> jars;
  private final ClassLoader loader;

  private FunctionCode(List<Path> jars, ClassLoader loader) {
    this.jars = jars;
    this.loader = loader;
  }

  /**
   * Opens jars and folders of classes; the class path if there are none.
   *
   * @throws ConnectorException fatal, if one isn't there or can't be read
   */
  static FunctionCode open(List<String> paths, Path baseDirectory) {
    ClassLoader penstock = FunctionCode.class.getClassLoader();
    if (paths.isEmpty()) {
      return new FunctionCode(List.of(), penstock);
    }
    List<Path> jars = new ArrayList<>();
    List<URL> urls = new ArrayList<>();
    for (String path : paths) {
      Path jar = baseDirectory.resolve(path).toAbsolutePath().normalize();
      checkReadable(path, jar);
      jars.add(jar);
      try {
        urls.add(jar.toUri().toURL());
      } catch (MalformedURLException e) {
        throw ConnectorException.fatal("the function's jar " + jar + " has no URL", e);
      }
    }
    return new FunctionCode(List.copyOf(jars), new FunctionClassLoader(urls, penstock));
  }

  private static void checkReadable(String path, Path jar) {
    if (Files.isDirectory(jar)) {
      return;
    }
    if (!Files.exists(jar)) {
      throw ConnectorException.fatal(
          "the function's jar '"
              + path
              + "' is not there: looked for "
              + jar
              + ". Build it, or correct the path; relative paths start from the connector's file",
          null);
    }
    try (JarFile opened = new JarFile(jar.toFile())) {
      opened.size();
    } catch (ZipException e) {
      throw ConnectorException.fatal(
          "the function's jar " + jar + " is no jar (" + e.getMessage() + "). Build it again", e);
    } catch (IOException e) {
      throw ConnectorException.fatal(
          "the function's jar " + jar + " can't be read: " + e.getMessage(), e);
    }
  }

  ClassLoader loader() {
    return loader;
  }

  /** Whether the function has jars of its own, and so sees nothing but them and what is shared. */
  boolean isolated() {
    return !jars.isEmpty();
  }

  /**
   * Makes an instance with the public constructor without parameters.
   *
   * @throws ConnectorException fatal, if that can't be done; says why and what to do
   */
  Object instantiate(Class<?> type) {
    String className = type.getName();
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      throw ConnectorException.fatal(
          "the handler "
              + className
              + " "
              + where()
              + " is abstract. Name the class that is to be made",
          null);
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Constructor<?> constructor = type.getConstructor();
      constructor.setAccessible(true); // the constructor is public, but its class may not be
      return constructor.newInstance();
    } catch (NoSuchMethodException e) {
      String nested =
          type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers())
              ? " and make the nested class static"
              : "";
      throw ConnectorException.fatal(
          "the handler "
              + className
              + " "
              + where()
              + " has no public constructor without parameters. Make the class public, give it one"
              + nested,
          e);
    } catch (InvocationTargetException e) {
      Throwable cause = Failures.unwrapped(e);
      throw ConnectorException.fatal(
          "the constructor of the handler "
              + className
              + " threw "
              + Failures.text(cause)
              + Failures.hint(cause, isolated()),
          cause);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw ConnectorException.fatal(
          "no instance of the handler "
              + className
              + " could be made: "
              + Failures.text(e)
              + Failures.hint(e, isolated()),
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Loads a class.
   *
   * @throws ConnectorException fatal, if there is none or it can't be loaded
   */
  Class<?> load(String className) {
    try {
      return Class.forName(className, false, loader);
    } catch (ClassNotFoundException e) {
      throw ConnectorException.fatal(
          "there is no class " + className + " " + where() + suggestion(className), e);
    } catch (UnsupportedClassVersionError e) {
      throw ConnectorException.fatal(
          "the handler "
              + className
              + " "
              + where()
              + " is compiled for a newer Java than this one ("
              + Runtime.version().feature()
              + "). Compile it with --release "
              + Runtime.version().feature()
              + " or run Penstock on the newer Java",
          e);
    } catch (LinkageError e) {
      throw ConnectorException.fatal(
          "the handler "
              + className
              + " "
              + where()
              + " can't be loaded: "
              + Failures.text(e)
              + Failures.hint(e, isolated()),
          e);
    }
  }

  private String where() {
    if (jars.isEmpty()) {
      return "on Penstock's class path";
    }
    return "in " + String.join(", ", jars.stream().map(Path::toString).toList());
  }

  private String suggestion(String className) {
    if (jars.isEmpty()) {
      return ". Name the function's jar with \"jar\", or put it on the class path";
    }
    return NearestClass.question(className, classNames())
        .map(question -> "; " + question)
        .orElse(". Check the spelling, and that the jar was built with the class in it");
  }

  private List<String> classNames() {
    List<String> names = new ArrayList<>();
    for (Path jar : jars) {
      try {
        names.addAll(Files.isDirectory(jar) ? inFolder(jar) : inJar(jar));
      } catch (IOException e) {
        // Only a suggestion is lost; the class is missing all the same.
        continue;
      }
    }
    return names;
  }

  private static List<String> inJar(Path jar) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile());
        Stream<JarEntry> entries = opened.stream()) {
      return entries.map(JarEntry::getName).flatMap(name -> className(name).stream()).toList();
    }
  }

  private static List<String> inFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .flatMap(name -> className(name).stream())
          .toList();
    }
  }

  private static Optional<String> className(String entry) {
    return entry.endsWith(SUFFIX) && !entry.startsWith("META-INF/")
        ? Optional.of(entry.substring(0, entry.length() - SUFFIX.length()).replace('/', '.'))
        : Optional.empty();
  }

  @Override
  public void close() {
    if (loader instanceof FunctionClassLoader own) {
      try {
        own.close();
      } catch (IOException e) {
        LOG.warn("the jars {} could not be closed", jars, e);
      }
    }
  }
}
