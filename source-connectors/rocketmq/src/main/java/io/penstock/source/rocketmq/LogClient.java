package io.penstock.source.rocketmq;

import io.penstock.connector.SourceContext;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.AllocateMessageQueueStrategy;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.exception.OffsetNotFoundException;
import org.apache.rocketmq.client.impl.CommunicationMode;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.impl.consumer.PullAPIWrapper;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.common.filter.ExpressionType;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.PullSysFlag;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.body.UnlockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.filter.FilterAPI;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.heartbeat.SubscriptionData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a consumer group that decides for itself what it pulls and what it commits.
 *
 * <p>The client's pull consumer is deprecated in favour of its lite pull consumer. That one pulls,
 * buffers and gives queues up in threads of its own, and says so afterwards; here everything that
 * concerns a queue is to happen on the intake thread. So the pull consumer is used for what it does
 * well, membership (heartbeats, and the word that the members changed), and its parts for the rest.
 *
 * <p><b>Nothing enters the client's offset store</b>, which the client would write to the broker on
 * its own account: offsets go to the broker directly.
 *
 * <p>Calls that ask a broker block for {@value #CALL_MS} ms at most; pulls and commits don't.
 */
@SuppressWarnings("deprecation") // see above
final class LogClient implements AutoCloseable {

  /** That a group has no offset for a queue. */
  static final long NONE = -1;

  private static final Logger log = LoggerFactory.getLogger(LogClient.class);
  private static final long CALL_MS = 3_000;
  private static final long LOCK_MS = 1_000;
  private static final long SUSPEND_MS = 15_000;
  private static final long PULL_MS = 30_000;
  private static final int MAX_MESSAGES = 1_000;

  /**
   * How queues of a topic are shared out now.
   *
   * @param all the topic's queues
   * @param ours those of them that are for this member
   */
  record Share(Set<MessageQueue> all, Set<MessageQueue> ours) {}

  private final RocketMqSourceConfig config;
  private final String group;
  private final DefaultMQPullConsumer consumer;
  private final ConcurrentMap<String, Share> shares = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, SubscriptionData> subscriptions = new ConcurrentHashMap<>();
  private final AtomicInteger sharings = new AtomicInteger();
  private volatile int members = 1;

  /** A client that isn't started. */
  LogClient(RocketMqSourceConfig config, SourceContext context) {
    this.config = config;
    this.group = config.groupOf(context.connector());
    this.consumer = ConsumerProperties.consumer(config, context.connector(), instance(context));
    AllocateMessageQueueStrategy strategy = consumer.getAllocateMessageQueueStrategy();
    consumer.setAllocateMessageQueueStrategy(new CountingMembers(strategy));
  }

  /**
   * The same after a restart, so that a worker that crashed gets the locks of its queues back at
   * once. No other worker has the same state, for a worker's folder is its own.
   */
  private static String instance(SourceContext context) {
    String key = "connectors/" + context.connector() + "/rocketmq-instance";
    return context
        .state()
        .get(key)
        .map(stored -> new String(stored, StandardCharsets.UTF_8))
        .orElseGet(
            () -> {
              String made = "penstock-" + context.connector() + "-" + UUID.randomUUID();
              context.state().put(key, made.getBytes(StandardCharsets.UTF_8));
              return made;
            });
  }

  /** Counts the members whenever the client works out its share. */
  private final class CountingMembers implements AllocateMessageQueueStrategy {
    private final AllocateMessageQueueStrategy strategy;

    CountingMembers(AllocateMessageQueueStrategy strategy) {
      this.strategy = strategy;
    }

    @Override
    public List<MessageQueue> allocate(
        String consumerGroup, String clientId, List<MessageQueue> all, List<String> clientIds) {
      List<MessageQueue> ours = strategy.allocate(consumerGroup, clientId, all, clientIds);
      members = clientIds.size();
      if (clientIds.contains(clientId)) {
        shares.put(
            all.get(0).getTopic(), new Share(Set.copyOf(all), Set.copyOf(new HashSet<>(ours))));
        sharings.incrementAndGet();
      }
      return ours;
    }

    @Override
    public String getName() {
      return strategy.getName();
    }
  }

  /**
   * Starts it and joins the group.
   *
   * @throws MQClientException if the name server can't be reached or knows no such topic; or if the
   *     filter can't be read
   * @throws MQBrokerException if a broker refuses this client
   */
  void start() throws MQClientException, MQBrokerException, InterruptedException {
    for (String topic : config.topics()) {
      subscriptions.put(topic, subscription(topic));
    }
    consumer.start();
    for (String topic : config.topics()) {
      Set<MessageQueue> queues = consumer.fetchSubscribeMessageQueues(topic);
      factory().updateTopicRouteInfoFromNameServer(topic);
      checkAccess(queues.iterator().next());
    }
    // Or it would be up to half a minute until the group hears of us, and we of it.
    factory().sendHeartbeatToAllBrokerWithLock();
    factory().rebalanceImmediately();
  }

  /** That a broker refuses us, the client would keep to itself; that one is away is no reason. */
  private void checkAccess(MessageQueue queue)
      throws MQClientException, MQBrokerException, InterruptedException {
    try {
      committed(queue);
    } catch (RemotingException away) {
      log.debug("{}: the broker of {} was not asked", group, queue, away);
    }
  }

  private SubscriptionData subscription(String topic) throws MQClientException {
    try {
      if (config.filter() instanceof Filter.Sql sql) {
        return FilterAPI.build(topic, sql.condition(), ExpressionType.SQL92);
      }
      return FilterAPI.build(
          topic,
          config.filter() instanceof Filter.Tags tags
              ? tags.expression()
              : SubscriptionData.SUB_ALL,
          ExpressionType.TAG);
    } catch (Exception e) { // so it is declared
      throw new MQClientException("the filter can't be read", e);
    }
  }

  private MQClientInstance factory() {
    return consumer.getDefaultMQPullConsumerImpl().getRebalanceImpl().getmQClientFactory();
  }

  private MQClientAPIImpl api() {
    return factory().getMQClientAPIImpl();
  }

  /** How queues are shared out, by topic; a topic is missing until that is known. Any thread. */
  ConcurrentMap<String, Share> shares() {
    return shares;
  }

  /** How often a topic's queues were shared out: while it is the same, so are the shares. Any thread. */
  int sharings() {
    return sharings.get();
  }

  /** Works the shares out again soon. */
  void rebalance() {
    factory().rebalanceImmediately();
  }

  /** How many members the group had when the shares were worked out last. */
  int members() {
    return members;
  }

  private String master(MessageQueue queue) throws MQClientException {
    String address = factory().findBrokerAddressInPublish(queue.getBrokerName());
    if (address == null) {
      factory().updateTopicRouteInfoFromNameServer(queue.getTopic());
      address = factory().findBrokerAddressInPublish(queue.getBrokerName());
    }
    if (address == null) {
      throw new MQClientException(
          "no master of broker " + queue.getBrokerName() + " is known", null);
    }
    return address;
  }

  /** The group's offset of a queue, or {@link #NONE}. */
  long committed(MessageQueue queue)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    QueryConsumerOffsetRequestHeader question = new QueryConsumerOffsetRequestHeader();
    question.setTopic(queue.getTopic());
    question.setConsumerGroup(group);
    question.setQueueId(queue.getQueueId());
    question.setBrokerName(queue.getBrokerName());
    question.setSetZeroIfNotFound(false);
    try {
      return api().queryConsumerOffset(master(queue), question, CALL_MS);
    } catch (OffsetNotFoundException e) {
      return NONE;
    }
  }

  /** The first offset that is kept. */
  long first(MessageQueue queue)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    return api().getMinOffset(master(queue), queue, CALL_MS);
  }

  /** The offset behind the last message. */
  long end(MessageQueue queue)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    return api().getMaxOffset(master(queue), queue, CALL_MS);
  }

  /** The offset of the first message that was stored at the time or later. */
  long at(MessageQueue queue, long timeMs)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    return api().searchOffset(master(queue), queue, timeMs, CALL_MS);
  }

  /** Stores the group's offset of a queue; completes when the broker has it, on any thread. */
  CompletableFuture<Void> commit(MessageQueue queue, long offset) {
    UpdateConsumerOffsetRequestHeader request = new UpdateConsumerOffsetRequestHeader();
    request.setTopic(queue.getTopic());
    request.setConsumerGroup(group);
    request.setQueueId(queue.getQueueId());
    request.setBrokerName(queue.getBrokerName());
    request.setCommitOffset(offset);
    String address = factory().findBrokerAddressInPublish(queue.getBrokerName());
    if (address == null) {
      return CompletableFuture.failedFuture(
          new MQClientException(
              "no master of broker " + queue.getBrokerName() + " is known", null));
    }
    return api()
        .getRemotingClient()
        .invoke(
            address,
            RemotingCommand.createRequestCommand(RequestCode.UPDATE_CONSUMER_OFFSET, request),
            CALL_MS)
        .thenCompose(
            answer ->
                answer.getCode() == ResponseCode.SUCCESS
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(
                        new MQBrokerException(answer.getCode(), answer.getRemark(), address)));
  }

  /**
   * Locks queues of one broker for this member, or extends that; answers which of them are ours.
   */
  Set<MessageQueue> lock(Set<MessageQueue> queues)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    LockBatchRequestBody request = new LockBatchRequestBody();
    request.setConsumerGroup(group);
    request.setClientId(factory().getClientId());
    request.setMqSet(queues);
    return api().lockBatchMQ(master(queues.iterator().next()), request, LOCK_MS);
  }

  /** Ends the locks of queues of one broker. */
  void unlock(Set<MessageQueue> queues)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    UnlockBatchRequestBody request = new UnlockBatchRequestBody();
    request.setConsumerGroup(group);
    request.setClientId(factory().getClientId());
    request.setMqSet(queues);
    api().unlockBatchMQ(master(queues.iterator().next()), request, LOCK_MS, false);
  }

  /**
   * Asks for messages of a queue; the broker waits for some if there are none.
   *
   * @param maxBytes about how many bytes of them
   * @param callback on another thread
   */
  void pull(MessageQueue queue, long offset, int maxBytes, PullCallback callback)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    SubscriptionData subscription = subscriptions.get(queue.getTopic());
    if (subscription == null) {
      throw new IllegalArgumentException("topic " + queue.getTopic() + " isn't read");
    }
    boolean isTags = ExpressionType.isTagType(subscription.getExpressionType());
    PullAPIWrapper pulls = consumer.getDefaultMQPullConsumerImpl().getPullAPIWrapper();
    pulls.pullKernelImpl(
        queue,
        subscription.getSubString(),
        subscription.getExpressionType(),
        isTags ? 0L : subscription.getSubVersion(),
        offset,
        MAX_MESSAGES,
        maxBytes,
        PullSysFlag.buildSysFlag(false, true, true, false),
        0,
        SUSPEND_MS,
        PULL_MS,
        CommunicationMode.ASYNC,
        new PullCallback() {
          @Override
          public void onSuccess(PullResult result) {
            PullResult decoded;
            try {
              decoded = pulls.processPullResult(queue, result, subscription);
            } catch (RuntimeException e) {
              callback.onException(e);
              return;
            }
            callback.onSuccess(decoded);
          }

          @Override
          public void onException(Throwable failure) {
            callback.onException(failure);
          }
        });
  }

  @Override
  public void close() {
    consumer.shutdown();
  }
}
