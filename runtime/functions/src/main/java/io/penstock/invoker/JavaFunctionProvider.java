package io.penstock.invoker;

import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Functions of type {@code java}: a handler class from jars of its own, or from Penstock's class
 * path. What such a function sees of Penstock is told at {@link FunctionClassLoader}.
 */
public final class JavaFunctionProvider implements FunctionProvider {

  /** Which threads run a handler that blocks. */
  enum ThreadChoice {
    /** Virtual threads where the JVM has them (21 and newer), else platform threads. */
    AUTO,
    /** Platform threads, at most as many as the function's concurrency. */
    PLATFORM
  }

  static final ConfigKey<List<String>> JAR =
      ConfigKey.texts("jar")
          .doc(
              "The jar or folder of classes that holds the function, or a list of them; relative"
                  + " paths start from this file. Without it the class is looked for on Penstock's"
                  + " class path.");

  static final ConfigKey<String> HANDLER =
      ConfigKey.text("handler")
          .required()
          .doc(
              "The class that handles events, with its package, for example"
                  + " com.acme.InvoiceOrders.");

  static final ConfigKey<Map<String, String>> SETTINGS =
      ConfigKey.properties("settings")
          .defaultsTo(Map.of())
          .doc("Settings of your own, which the function reads from its context.");

  static final ConfigKey<ThreadChoice> THREADS =
      ConfigKey.choice("threads", ThreadChoice.class)
          .defaultsTo(ThreadChoice.AUTO)
          .doc(
              "Which threads run it: auto takes virtual threads on Java 21 and newer; platform is"
                  + " better for functions that compute or that block inside synchronized code.");

  private static final ConfigSpec SPEC = ConfigSpec.of(JAR, HANDLER, SETTINGS, THREADS);

  /** For {@link java.util.ServiceLoader}. */
  public JavaFunctionProvider() {}

  @Override
  public String type() {
    return "java";
  }

  @Override
  public String doc() {
    return "Calls a Java class in this process.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("jar", "functions/greeting.jar", "handler", "com.example.Greeting");
  }

  @Override
  public List<Path> files(Settings settings, Path baseDirectory) {
    return settings.find(JAR).orElse(List.of()).stream().map(baseDirectory::resolve).toList();
  }

  @Override
  public FunctionInvoker create(FunctionContext context, Settings settings) {
    FunctionCode code =
        FunctionCode.open(settings.find(JAR).orElse(List.of()), context.baseDirectory());
    FunctionView view =
        new FunctionView(new FunctionLogger(context.function()), settings.get(SETTINGS));
    boolean virtual = settings.get(THREADS) == ThreadChoice.AUTO;
    return new JavaFunction(context, code, view, virtual)
        .invoker(() -> code.load(settings.get(HANDLER)), code::instantiate);
  }
}
