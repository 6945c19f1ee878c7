package io.penstock.source.rocketmq;

import io.penstock.connector.ConnectorException;
import java.util.Objects;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

/** Says what a failure of a client means for the source. */
final class Failures {

  private final RocketMqSourceConfig config;

  Failures(RocketMqSourceConfig config) {
    this.config = config;
  }

  /**
   * The failure as the engine understands it.
   *
   * @param doing what was tried, for example {@code opening}
   */
  ConnectorException translate(String doing, Throwable thrown) {
    if (thrown instanceof ConnectorException known) {
      return known;
    }
    Throwable failure = saidByClient(thrown);
    String text =
        "RocketMQ at "
            + config.servers()
            + ": "
            + doing
            + " failed: "
            + config.connection().hideSecrets(said(failure));
    return switch (codeOf(failure)) {
      // Not for good: a name server that was started anew knows no topic until the brokers report.
      case ResponseCode.TOPIC_NOT_EXIST ->
          ConnectorException.retry(
              text
                  + ". Create the topic (mqadmin updateTopic), or correct topics; if the brokers"
                  + " are only just starting, it comes with them",
              failure);
      case ResponseCode.NO_PERMISSION ->
          ConnectorException.retry(
              text + ". Check accessKey and secretKey, and what they are allowed to", failure);
      case ResponseCode.SUBSCRIPTION_PARSE_FAILED ->
          ConnectorException.fatal(text + ". Correct tags or sql", failure);
      case ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST ->
          ConnectorException.retry(
              text + ". Create the group (mqadmin updateSubGroup), or correct group", failure);
      default ->
          ConnectorException.retry(
              text + ". Check that the servers run and can be reached", failure);
    };
  }

  /** The one that says something: the clients' own services and futures wrap it. */
  private static Throwable saidByClient(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof ClientException || one instanceof MQClientException) {
        return one;
      }
    }
    return failure;
  }

  private static int codeOf(Throwable failure) {
    if (failure instanceof ClientException) { // its kinds are no part of the client's interface
      return switch (failure.getClass().getSimpleName()) {
        case "UnauthorizedException", "ForbiddenException" -> ResponseCode.NO_PERMISSION;
        case "NotFoundException" -> ResponseCode.TOPIC_NOT_EXIST;
        default -> -1;
      };
    }
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof MQBrokerException broker) {
        return broker.getResponseCode();
      }
      if (one instanceof MQClientException client && client.getResponseCode() != -1) {
        return client.getResponseCode();
      }
    }
    return -1;
  }

  private static String said(Throwable failure) {
    String message =
        failure instanceof MQBrokerException broker
            ? "code " + broker.getResponseCode() + ": " + broker.getErrorMessage()
            : failure instanceof MQClientException client
                ? Objects.requireNonNullElse(client.getErrorMessage(), client.getMessage())
                : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    Throwable cause = failure.getCause();
    return cause == null || cause == failure ? message : message + " (" + said(cause) + ")";
  }
}
