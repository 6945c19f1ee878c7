package io.penstock.invoker;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one function's jars. A function sees its own jars and the JDK, and of Penstock
 * nothing but what has to be the same class on both sides:
 *
 * <pre>
 *   io.penstock.functions, org.slf4j,          Penstock's; the jars' own if Penstock has no such class
 *     com.fasterxml.jackson.annotation
 *   java, javax, jdk                           the JDK's; the jars' own if the JDK has no such class
 *   everything else                            the jars' own; then the JDK's
 * </pre>
 *
 * <p>So a function may bring any version of any library, and a library that it doesn't bring is not
 * found, whatever Penstock itself uses.
 */
final class FunctionClassLoader extends URLClassLoader {

  private static final List<String> SHARED =
      List.of("io.penstock.functions.", "org.slf4j.", "com.fasterxml.jackson.annotation.");
  private static final List<String> PLATFORM = List.of("java.", "javax.", "jdk.");

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader penstock;

  FunctionClassLoader(List<URL> jars, ClassLoader penstock) {
    super("function", jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.penstock = penstock;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = find(name);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  private Class<?> find(String name) throws ClassNotFoundException {
    if (startsWithAny(name, SHARED)) {
      return firstOf(penstock, name);
    }
    if (startsWithAny(name, PLATFORM)) {
      return firstOf(getParent(), name);
    }
    try {
      return findClass(name);
    } catch (ClassNotFoundException notInJars) {
      return getParent().loadClass(name);
    }
  }

  private Class<?> firstOf(ClassLoader first, String name) throws ClassNotFoundException {
    try {
      return first.loadClass(name);
    } catch (ClassNotFoundException notShared) {
      return findClass(name);
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? getParent().getResource(name) : own;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    Set<URL> all = new LinkedHashSet<>(Collections.list(findResources(name)));
    all.addAll(Collections.list(getParent().getResources(name)));
    return Collections.enumeration(all);
  }

  private static boolean startsWithAny(String name, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
