package io.penstock.server.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A worker with many registered functions, in a process whose heap is bounded: tells what it weighs
 * while it is idle, how long tasks of cold functions take to begin, and when classes are unloaded.
 */
final class ManyFunctionsMain {

  private static final int JARS = 100;
  private static final int BATCH = 1_000;

  private ManyFunctionsMain() {}

  /** Arguments: a folder, how many functions, how many accounts, how many to call, how many loaders may stay. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int functions = Integer.parseInt(arguments[1]);
    int accounts = Integer.parseInt(arguments[2]);
    int calls = Integer.parseInt(arguments[3]);
    try (TasksWorker worker = TasksWorker.start(folder, "")) {
      register(worker, functions, accounts);
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      say("idleHeapMb", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
      say("idleRssMb", rssMb());
      call(worker, functions, accounts, calls);
      say("loaders", loaders());
      awaitUnloaded(Integer.parseInt(arguments[4]));
      say("rssMb", rssMb());
    }
    System.exit(0);
  }

  private static void say(String name, long value) {
    System.out.println(name + "=" + value);
  }

  private static void register(TasksWorker worker, int functions, int accounts) throws IOException {
    List<String> jars = new ArrayList<>();
    for (int i = 0; i < JARS; i++) {
      jars.add(
          String.valueOf(
              worker.begin("POST", "/admin/files", jar(i), Map.of()).join().tree().get("sha256")));
    }
    for (int from = 0; from < accounts; from += BATCH) {
      StringBuilder some = new StringBuilder();
      for (int i = from; i < Math.min(accounts, from + BATCH); i++) {
        some.append(some.isEmpty() ? "" : ",").append("{\"name\":\"a" + i + "\"}");
      }
      worker.good("POST", "/admin/accounts", "{\"accounts\":[" + some + "]}");
    }
    long beganMs = System.currentTimeMillis();
    for (int from = 0; from < functions; from += BATCH) {
      StringBuilder some = new StringBuilder();
      for (int i = from; i < Math.min(functions, from + BATCH); i++) {
        some.append(some.isEmpty() ? "" : ",")
            .append("{\"account\":\"a" + i % accounts + "\",\"name\":\"f" + i)
            .append("\",\"files\":{\"f.jar\":\"" + jars.get(i % JARS))
            .append("\"},\"definition\":{\"function\":{\"type\":\"java\",\"jar\":\"f.jar\",")
            .append("\"handler\":\"" + Began.class.getName() + "\"}}}");
      }
      worker.good("POST", "/admin/functions", "{\"functions\":[" + some + "]}");
    }
    say("registeredMs", System.currentTimeMillis() - beganMs);
  }

  /** A jar with the handler that is like no other. */
  private static byte[] jar(int number) throws IOException {
    String entry = Began.class.getName().replace('.', '/') + ".class";
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (JarOutputStream zip = new JarOutputStream(bytes);
        InputStream handler = ManyFunctionsMain.class.getResourceAsStream("/" + entry)) {
      add(zip, entry, handler == null ? new byte[0] : handler.readAllBytes());
      add(zip, "number.txt", String.valueOf(number).getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void add(JarOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new JarEntry(name));
    ((OutputStream) zip).write(bytes);
    zip.closeEntry();
  }

  /** Each function once, all of them cold; the first calls warm the worker itself and don't count. */
  private static void call(TasksWorker worker, int functions, int accounts, int calls) {
    int warm = Math.min(50, calls / 4);
    long[] tookMs = new long[calls - warm];
    for (int i = 0; i < calls; i++) {
      int function = (int) ((long) i * functions / calls);
      Object key =
          worker.good("POST", "/admin/accounts/a" + function % accounts + "/keys", "").get("key");
      long sentMs = System.currentTimeMillis();
      TasksWorker.Answer answer =
          worker.ask(
              "POST",
              "/functions/f" + function + "/tasks",
              "x",
              Map.of("Authorization", "Bearer " + key, "Prefer", "wait=30"));
      if (answer.status() != 200) {
        throw new AssertionError("f" + function + ": " + answer);
      }
      if (i >= warm) {
        tookMs[i - warm] = Long.parseLong(answer.body()) - sentMs;
      }
    }
    Arrays.sort(tookMs);
    say("startP50Ms", tookMs[tookMs.length / 2]);
    say("startP99Ms", tookMs[(int) (tookMs.length * 0.99)]);
    say("startMaxMs", tookMs[tookMs.length - 1]);
  }

  private static void awaitUnloaded(int few) throws Exception {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              System.gc();
              return loaders() <= few;
            });
    say("loadersLeft", loaders());
  }

  /** How many class loaders of functions there are. */
  private static long loaders() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    Object histogram =
        server.invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "gcClassHistogram",
            new Object[] {new String[0]},
            new String[] {String[].class.getName()});
    for (String line : String.valueOf(histogram).split("\n")) {
      if (line.contains("io.penstock.invoker.FunctionClassLoader")) {
        return Long.parseLong(line.trim().split("\\s+")[1]);
      }
    }
    return 0;
  }

  private static long rssMb() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.toLowerCase(Locale.ROOT).startsWith("vmrss:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    return 0;
  }
}
