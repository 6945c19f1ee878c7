package io.penstock.source.rocketmq;

import io.penstock.rocketmq.RocketMqConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientConfigurationBuilder;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.StaticSessionCredentialsProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.FilterExpressionType;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.common.message.MessageConst;

/** Sets up the simple consumer, and reads what it brings. */
final class QueueClient {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /**
   * How long the proxy waits for a message; it has a minimum, 5 s by default. A stop waits for that
   * too, since a request that is under way can't be taken back.
   */
  private static final Duration AWAIT = Duration.ofSeconds(1);

  static {
    ClientLog.install();
  }

  private QueueClient() {}

  /**
   * Starts a simple consumer; takes as long as the proxy needs to answer.
   *
   * @throws ClientException if it can't be reached, or knows no such topic or group
   */
  static SimpleConsumer start(RocketMqSourceConfig config, String connector)
      throws ClientException {
    ClientConfigurationBuilder settings =
        ClientConfiguration.newBuilder()
            .setEndpoints(config.servers())
            .enableSsl(config.connection().security() == RocketMqConnection.Security.TLS)
            .setRequestTimeout(REQUEST_TIMEOUT);
    config.connection().namespace().ifPresent(settings::setNamespace);
    config
        .connection()
        .credentials()
        .ifPresent(
            login ->
                settings.setCredentialProvider(
                    login
                        .securityToken()
                        .map(
                            token ->
                                new StaticSessionCredentialsProvider(
                                    login.accessKey(), login.secretKey(), token))
                        .orElseGet(
                            () ->
                                new StaticSessionCredentialsProvider(
                                    login.accessKey(), login.secretKey()))));
    Map<String, FilterExpression> subscriptions = new HashMap<>();
    for (String topic : config.topics()) {
      subscriptions.put(topic, expression(config.filter()));
    }
    return ClientServiceProvider.loadService()
        .newSimpleConsumerBuilder()
        .setClientConfiguration(settings.build())
        .setConsumerGroup(config.groupOf(connector))
        .setAwaitDuration(AWAIT)
        .setSubscriptionExpressions(subscriptions)
        .build();
  }

  private static FilterExpression expression(Filter filter) {
    if (filter instanceof Filter.Sql sql) {
      return new FilterExpression(sql.condition(), FilterExpressionType.SQL92);
    }
    return filter instanceof Filter.Tags tags
        ? new FilterExpression(tags.expression(), FilterExpressionType.TAG)
        : FilterExpression.SUB_ALL;
  }

  /** The message as the log form would have it. */
  static NativeMessage messageOf(MessageView view) {
    byte[] body = new byte[view.getBody().remaining()];
    view.getBody().duplicate().get(body);
    Map<String, String> properties = new HashMap<>(view.getProperties());
    view.getTag().ifPresent(tag -> properties.put(MessageConst.PROPERTY_TAGS, tag));
    if (!view.getKeys().isEmpty()) {
      properties.put(
          MessageConst.PROPERTY_KEYS, String.join(MessageConst.KEY_SEPARATOR, view.getKeys()));
    }
    view.getMessageGroup()
        .ifPresent(group -> properties.put(MessageConst.PROPERTY_SHARDING_KEY, group));
    String id = view.getMessageId().toString();
    properties.put(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, id);
    return new NativeMessage(
        id, body, properties, view.getBornTimestamp(), Math.max(1, view.getDeliveryAttempt()));
  }
}
