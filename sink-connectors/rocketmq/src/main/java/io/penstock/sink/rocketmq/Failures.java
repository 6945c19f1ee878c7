package io.penstock.sink.rocketmq;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SinkOutcome;
import java.time.Duration;
import java.util.Objects;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.remoting.exception.RemotingTooMuchRequestException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

/** Says what a failure of the client means for the sink, or for a message. */
final class Failures {

  private final RocketMqSinkConfig config;

  Failures(RocketMqSinkConfig config) {
    this.config = config;
  }

  /** Whether the broker, or the client for it, will never take these messages. */
  static boolean isIllegal(Throwable failure) {
    return codeOf(failure) == ResponseCode.MESSAGE_ILLEGAL;
  }

  /** What became of a message that failed. */
  SinkOutcome outcome(Throwable failure) {
    int code = codeOf(failure);
    if (code == ResponseCode.MESSAGE_ILLEGAL) {
      return new SinkOutcome.Reject(
          text(failure)
              + ". Raise maxMessageSize of the brokers and, in properties, of the client; a"
              + " message's properties have 32 KiB at most");
    }
    if (code == ResponseCode.SYSTEM_BUSY
        || code == ResponseCode.FLOW_CONTROL
        || failure instanceof RemotingTooMuchRequestException) {
      return new SinkOutcome.Throttled(Duration.ZERO, text(failure));
    }
    return new SinkOutcome.Retry(Duration.ZERO, text(failure));
  }

  /** What became of a message that was stored, but not as safely as the cluster is set up for. */
  SinkOutcome outcome(SendResult result) {
    if (result.getSendStatus() == SendStatus.SEND_OK) {
      return SinkOutcome.Delivered.INSTANCE;
    }
    return new SinkOutcome.Retry(
        Duration.ZERO,
        "topic "
            + config.topic()
            + ": the broker answered "
            + result.getSendStatus()
            + ": what it has may be lost with it. Check its disk and its replicas");
  }

  private static int codeOf(Throwable failure) {
    if (failure instanceof MQBrokerException broker) {
      return broker.getResponseCode();
    }
    return failure instanceof MQClientException client ? client.getResponseCode() : -1;
  }

  private String text(Throwable failure) {
    return "topic " + config.topic() + ": " + said(failure);
  }

  /** The message, and the cause's where the client only says that something failed. */
  private String said(Throwable failure) {
    String message =
        failure instanceof MQBrokerException broker
            ? "code " + broker.getResponseCode() + ": " + broker.getErrorMessage()
            : failure instanceof MQClientException client
                ? Objects.requireNonNullElse(client.getErrorMessage(), client.getMessage())
                : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    Throwable cause = failure.getCause();
    String all = cause == null ? message : message + " (" + cause.getMessage() + ")";
    return config.connection().hideSecrets(all);
  }

  /** A failure of the sink as a whole, as the engine understands it. */
  ConnectorException opening(Throwable failure) {
    if (failure instanceof ConnectorException known) {
      return known;
    }
    if (codeOf(failure) == ResponseCode.TOPIC_NOT_EXIST) {
      // Not for good: a name server that was started anew knows no topic until the brokers report.
      return ConnectorException.retry(
          "the name server at "
              + config.nameServer()
              + " knows no topic "
              + config.topic()
              + ". Create it (mqadmin updateTopic), or correct topic; if its brokers are only just"
              + " starting, it comes with them",
          failure);
    }
    return ConnectorException.retry(
        "RocketMQ at "
            + config.nameServer()
            + ": opening failed: "
            + said(failure)
            + ". Check that the name server and the brokers run and can be reached",
        failure);
  }
}
