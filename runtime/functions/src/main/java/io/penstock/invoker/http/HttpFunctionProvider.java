package io.penstock.invoker.http;

import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.httpclient.HttpCaller;
import io.penstock.httpclient.HttpSettings;
import io.penstock.httpclient.HttpTarget;
import io.penstock.httpclient.cloudevents.EventMode;
import io.penstock.invoker.ResultEvents;
import java.util.List;
import java.util.Map;

/** Functions of type {@code http}: an endpoint that is sent events, and answers with results. */
public final class HttpFunctionProvider implements FunctionProvider {

  /** What an answer 2xx is taken for. */
  enum Answer {
    /** What it carries are results, or the list of those that failed. */
    RESULTS,
    /** That the events are handled, whatever it carries. */
    IGNORE
  }

  static final ConfigKey<EventMode> MODE =
      ConfigKey.choice("mode", EventMode.class)
          .defaultsTo(EventMode.BINARY)
          .doc(
              "How events become requests: binary (CloudEvents, attributes as headers), structured"
                  + " (CloudEvents, one JSON document), plain (the payload alone): one event a"
                  + " request, whatever delivery.batch says; batched (CloudEvents, an array): one"
                  + " request a batch.");

  static final ConfigKey<Answer> ANSWER =
      ConfigKey.choice("answer", Answer.class)
          .defaultsTo(Answer.RESULTS)
          .doc(
              "What an answer 2xx is taken for: results (CloudEvents or plain data in it, or"
                  + " batchItemFailures), or ignore: the events are handled, whatever it says.");

  static final ConfigKey<ByteSize> MAX_ANSWER =
      ConfigKey.size("maxAnswer")
          .defaultsTo(ByteSize.parse("1MiB"))
          .between(ByteSize.parse("1B"), ByteSize.parse("256MiB"))
          .doc("A longer answer is a failure. It is held in memory, once for each call under way.");

  private static final ConfigSpec SPEC =
      HttpSettings.SPEC.with(ConfigSpec.of(MODE, ANSWER, MAX_ANSWER));

  /** For {@link java.util.ServiceLoader}. */
  public HttpFunctionProvider() {}

  @Override
  public String type() {
    return "http";
  }

  @Override
  public String doc() {
    return "Calls an HTTP endpoint.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("url", "http://localhost:9000/function");
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    HttpTarget target = HttpSettings.target(settings);
    return List.of(new ServerAddress(target.host(), target.port()));
  }

  @Override
  public void check(Settings settings, Problems problems) {
    HttpSettings.check(settings, problems);
  }

  @Override
  public FunctionInvoker create(FunctionContext context, Settings settings) {
    HttpCaller.Answers answers =
        settings.get(ANSWER) == Answer.IGNORE
            ? new HttpCaller.Answers.Ignored()
            : new HttpCaller.Answers.Read(Math.toIntExact(settings.get(MAX_ANSWER).bytes()));
    HttpCaller caller =
        HttpCaller.open(
            HttpSettings.read(settings, context.baseDirectory()),
            context.maxConcurrency(),
            answers);
    EventMode mode = settings.get(MODE);
    return new HttpFunctionInvoker(
        caller, mode, new AnswerReader(mode, new ResultEvents(context.function())));
  }
}
