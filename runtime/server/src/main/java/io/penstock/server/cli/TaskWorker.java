package io.penstock.server.cli;

import io.penstock.engine.codec.JsonCodec;
import io.penstock.server.errors.StartCode;
import io.penstock.server.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The worker that a command about tasks asks. Part of each of them. */
final class TaskWorker {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int FIRST_ERROR = 400;
  private static final String ACCOUNT_KEY = "PENSTOCK_TASKS_KEY";
  private static final String ADMIN_KEY = "PENSTOCK_TASKS_ADMIN_KEY";

  @Option(
      names = "--connector",
      paramLabel = "NAME",
      required = true,
      description = "The connector whose source is tasks.")
  private String connector = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the worker is. Default ${DEFAULT-VALUE}.")
  private String url = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      defaultValue = "${env:PENSTOCK_TASKS_KEY}",
      description = {
        "A key; better in the environment: PENSTOCK_TASKS_KEY for that of an account,"
            + " PENSTOCK_TASKS_ADMIN_KEY for that of the administration."
      })
  private String key = "";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  /** What the worker answered; a refusal has become a {@link CommandFailure}. */
  record Answer(int status, String contentType, byte[] body) {

    /** As a tree. */
    Object tree() {
      Object tree = new JsonCodec().decode(body);
      return tree == null ? Map.of() : tree;
    }
  }

  /** What a file holds. */
  static byte[] read(Path file) throws CommandFailure {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.ENVIRONMENT,
          StartCode.FILE_TROUBLE,
          "the file " + file + " can't be read: " + e);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Asks; the path is below the source. */
  Answer ask(String method, String path, byte[] body, Map<String, String> headers)
      throws CommandFailure {
    return ask(method, path, body, headers, key);
  }

  /** Asks as the administration; its key may stand in the environment. */
  Answer administer(String method, String path, byte[] body) throws CommandFailure {
    String inEnvironment = System.getenv(ADMIN_KEY);
    boolean isGiven = key != null && !key.isEmpty() && !key.equals(System.getenv(ACCOUNT_KEY));
    return ask(
        method,
        "/admin" + path,
        body,
        Map.of("Content-Type", "application/json"),
        isGiven || inEnvironment == null ? key : inEnvironment);
  }

  private Answer ask(
      String method,
      String path,
      byte[] body,
      Map<String, String> headers,
      @Nullable String withKey)
      throws CommandFailure {
    HttpRequest.Builder request;
    try {
      request =
          HttpRequest.newBuilder(URI.create(url + "/sources/" + encoded(connector) + path))
              .timeout(LIMIT)
              .method(method, BodyPublishers.ofByteArray(body));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--url: " + e.getMessage(), e);
    }
    headers.forEach(request::header);
    if (withKey != null && !withKey.isEmpty()) {
      request.header("Authorization", "Bearer " + withKey);
    }
    String noTasks = "; has it a connector '" + connector + "' of tasks?";
    return send(url, request.build(), noTasks);
  }

  /**
   * Asks a worker.
   *
   * @param ifNotFound what to add when it knows no such path
   */
  static Answer send(String url, HttpRequest request, String ifNotFound) throws CommandFailure {
    try {
      HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      Answer answer =
          new Answer(
              response.statusCode(),
              response.headers().firstValue("Content-Type").orElse(""),
              response.body());
      if (answer.status() >= FIRST_ERROR) {
        throw new CommandFailure(
            ExitCode.FAILED, StartCode.TASKS_REFUSED, refusal(url, answer, ifNotFound));
      }
      return answer;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.ENVIRONMENT,
          StartCode.UNREACHABLE,
          "the worker at " + url + " does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(
          ExitCode.ENVIRONMENT, StartCode.UNREACHABLE, "interrupted before there was an answer");
    }
  }

  private static String refusal(String url, Answer answer, String ifNotFound) {
    if (answer.contentType().contains("json")
        && answer.tree() instanceof Map<?, ?> problem
        && problem.get("detail") != null) {
      return problem.get("code") + ": " + problem.get("detail");
    }
    return "the worker at "
        + url
        + " answered "
        + answer.status()
        + (answer.status() == 404 ? ifNotFound : "");
  }

  /** Prints what was answered: as it is for programs, in many lines for people. */
  static void print(Answer answer, Output output) {
    if (!answer.contentType().startsWith("application/json")) {
      output.line(new String(answer.body(), StandardCharsets.UTF_8));
    } else if (output.isJson()) {
      output.object(answer.tree());
    } else {
      output.line(Json.pretty(answer.tree()));
    }
  }
}
