package io.penstock.source.kafka;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.kafka.ClientFailures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics as a member of a consumer group: a lane is a partition, a position an offset.
 *
 * <p>Everything happens on the intake thread, in {@code poll} and the other calls; no other thread
 * touches the consumer, and it is never woken up: a wake-up sticks, and could abort the next commit.
 */
final class KafkaLogSource implements LogSource {

  private static final Logger log = LoggerFactory.getLogger(KafkaLogSource.class);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaSourceConfig config;
  private final ClientFailures failures;
  private final LongSupplier nanoTime;
  private @Nullable Session session;

  /** What there is while the source is open. */
  private record Session(
      String connector,
      Cluster cluster,
      KafkaConsumer<byte[], byte[]> consumer,
      Committer committer,
      Assignment assignment,
      Positions positions,
      ConnectionWatch connections) {}

  KafkaLogSource(KafkaSourceConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.failures = KafkaFailures.of(config);
    this.nanoTime = nanoTime;
  }

  @Override
  public void open(SourceContext context) {
    Cluster cluster = null;
    KafkaConsumer<byte[], byte[]> consumer = null;
    try {
      cluster =
          Cluster.connect(
              ConsumerProperties.admin(config, context.connector()),
              ConsumerProperties.timeout(config, OPEN_TIMEOUT));
      consumer =
          new KafkaConsumer<>(
              ConsumerProperties.consumer(
                  config, context.connector(), context.bufferBytes(), cluster.brokers()));
      checkTopics(cluster, consumer);
      Duration callTimeout = ConsumerProperties.timeout(config, CALL_TIMEOUT);
      Committer committer =
          new Committer(context.connector(), consumer, context.failpoints(), nanoTime);
      Starts starts =
          new Starts(
              context.connector(), consumer, cluster, config.startAt(), committer, callTimeout);
      Assignment assignment = new Assignment(consumer, starts, committer, context, callTimeout);
      subscribe(consumer, assignment);
      session =
          new Session(
              context.connector(),
              cluster,
              consumer,
              committer,
              assignment,
              starts.positions(),
              new ConnectionWatch(consumer.metrics(), nanoTime));
    } catch (ExecutionException | RuntimeException e) {
      if (consumer != null) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
      }
      if (cluster != null) {
        cluster.close();
      }
      throw failures.translate("opening", e);
    }
  }

  private void subscribe(KafkaConsumer<byte[], byte[]> consumer, Assignment assignment) {
    if (config.topics() instanceof Topics.Named named) {
      consumer.subscribe(named.names(), assignment);
    } else if (config.topics() instanceof Topics.Matching matching) {
      consumer.subscribe(matching.pattern(), assignment);
    }
  }

  /** A consumer waits for topics without a word; a typing error should be seen at once. */
  private void checkTopics(Cluster cluster, KafkaConsumer<byte[], byte[]> consumer)
      throws ExecutionException {
    if (!(config.topics() instanceof Topics.Named named)) {
      return;
    }
    Set<String> missing = new HashSet<>(named.names());
    missing.removeAll(cluster.topicIds(named.names()).keySet());
    if (missing.isEmpty()) {
      return;
    }
    String create = config.properties().get(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG);
    if (Boolean.parseBoolean(create)) {
      missing.removeIf(topic -> isCreated(topic, consumer));
    }
    if (!missing.isEmpty()) {
      throw ConnectorException.fatal(
          "Kafka at "
              + config.bootstrapServers()
              + " has no topic "
              + String.join(", ", missing.stream().sorted().toList())
              + ". Create it, or correct topics; where the brokers create topics by themselves,"
              + " allow it with allow.auto.create.topics=true in properties",
          null);
    }
  }

  private static boolean isCreated(String topic, KafkaConsumer<byte[], byte[]> consumer) {
    try {
      // Asking for it is what makes the broker create it.
      return !consumer.partitionsFor(topic, OPEN_TIMEOUT).isEmpty();
    } catch (UnknownTopicOrPartitionException e) {
      log.debug("Topic {} was not created", topic, e);
      return false;
    }
  }

  private Session session() {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("the source is not open");
    }
    return open;
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    Session open = session();
    if (demand.events() <= 0 || demand.bytes() <= 0) {
      open.assignment().hold();
    } else {
      open.assignment().release();
    }
    try {
      open.committer().retryIfDue(open.assignment().owned());
      ConsumerRecords<byte[], byte[]> found = open.consumer().poll(maxWait);
      // Only now: polling is what keeps us in the group, also while starts can't be found out.
      Exception notStarted = open.assignment().startPending();
      if (!found.nextOffsets().isEmpty()) {
        open.connections().alive();
        return byLane(found, open);
      }
      checkStarted(notStarted);
    } catch (OffsetOutOfRangeException e) {
      return outOfRange(e, open);
    } catch (NoOffsetForPartitionException e) {
      // A start that failed left them without a position.
      open.assignment().restart(e.partitions());
      checkStarted(open.assignment().startPending());
    } catch (KafkaException e) {
      throw failures.translate("reading", e);
    }
    if (open.connections().isCutOff()) {
      throw ConnectorException.retry(
          "Kafka at "
              + config.bootstrapServers()
              + ": no broker is connected. "
              + ClientFailures.UNREACHABLE,
          null);
    }
    return List.of();
  }

  private void checkStarted(@Nullable Exception failure) {
    if (failure != null) {
      throw failures.translate("finding out where partitions begin", failure);
    }
  }

  private static List<LaneRecords> byLane(ConsumerRecords<byte[], byte[]> found, Session open) {
    List<LaneRecords> lanes = new ArrayList<>(found.nextOffsets().size());
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : found.nextOffsets().entrySet()) {
      OwnedPartition partition = open.assignment().get(next.getKey());
      List<ConsumerRecord<byte[], byte[]>> records = found.records(next.getKey());
      if (partition == null) {
        throw new IllegalStateException("records of " + next.getKey() + ", which was not started");
      }
      long nextPosition = next.getValue().offset();
      lanes.add(new LaneRecords(partition.lane(), wrap(records, partition), nextPosition));
      partition.advance(nextPosition);
      if (!records.isEmpty()) {
        partition.epochs().add(records);
      }
    }
    return lanes;
  }

  private static List<KafkaRecord> wrap(
      List<ConsumerRecord<byte[], byte[]>> records, OwnedPartition partition) {
    KafkaRecord[] wrapped = new KafkaRecord[records.size()];
    Origin origin = partition.origin();
    for (int i = 0; i < wrapped.length; i++) {
      wrapped[i] = new KafkaRecord(origin, records.get(i));
    }
    return Arrays.asList(wrapped);
  }

  /**
   * Partitions whose next record is not there: retention has passed it, or the log was cut or made
   * anew. Forwards is a gap in the lane; backwards the lane begins anew.
   */
  private List<LaneRecords> outOfRange(OffsetOutOfRangeException found, Session open) {
    String policy = ConsumerProperties.outOfRange(config);
    List<LaneRecords> gaps = new ArrayList<>();
    for (TopicPartition tp : found.offsetOutOfRangePartitions().keySet()) {
      OwnedPartition partition = open.assignment().get(tp);
      if (partition == null) {
        continue;
      }
      long from = partition.position();
      if (policy.equals("none")) {
        throw ConnectorException.fatal(
            "offset "
                + from
                + " of "
                + tp
                + " is not in the log any more, and auto.offset.reset is none. Reset the group's"
                + " offsets, or set auto.offset.reset in properties to earliest or latest",
            null);
      }
      try {
        long to = resetTo(tp, policy, found, open);
        log.warn(
            "{}: offset {} of {} is not in the log any more (retention, or a log cut or made anew):"
                + " going on at {}, by auto.offset.reset={}",
            open.connector(),
            from,
            tp,
            to,
            policy);
        open.consumer().seek(tp, to);
        if (to >= from) {
          partition.moveTo(to);
          gaps.add(new LaneRecords(partition.lane(), List.of(), to));
        } else {
          open.assignment().startOver(partition, to);
        }
      } catch (KafkaException | ExecutionException e) {
        throw failures.translate("finding a place to go on from in " + tp, e);
      }
    }
    return gaps;
  }

  private static long resetTo(
      TopicPartition partition, String policy, OffsetOutOfRangeException found, Session open) {
    if (found instanceof LogTruncationException cut
        && cut.divergentOffsets().get(partition) != null) {
      return cut.divergentOffsets().get(partition).offset();
    }
    SeekTarget target =
        policy.equals("latest") ? new SeekTarget.Latest() : new SeekTarget.Earliest();
    return open.positions().resolve(partition, target);
  }

  @Override
  public void pause(Collection<Lane> lanes) {
    session().assignment().pause(lanes);
  }

  @Override
  public void resume(Collection<Lane> lanes) {
    session().assignment().resume(lanes);
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    Session open = session();
    List<OwnedPartition> partitions = new ArrayList<>(commits.size());
    commits.forEach(
        (lane, commit) -> {
          OwnedPartition partition = open.assignment().get(lane);
          if (partition != null) { // nothing may be committed of a lane that was given up
            partition.want(commit);
            partitions.add(partition);
          }
        });
    try {
      open.committer().commitLater(partitions);
    } catch (KafkaException e) {
      throw failures.translate("committing", e);
    }
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    Session open = session();
    OwnedPartition partition = open.assignment().get(lane);
    if (partition == null) {
      throw ConnectorException.fatal(
          "lane '" + lane + "' isn't owned by this worker, so it can't be moved here", null);
    }
    try {
      long position = open.positions().resolve(partition.partition(), target);
      open.consumer().seek(partition.partition(), position);
      partition.moveTo(position);
      return new LaneStart(lane, position, PositionRanges.empty());
    } catch (KafkaException e) {
      throw failures.translate("moving lane '" + lane + "'", e);
    }
  }

  @Override
  public long lag(Lane lane) {
    Session open = session();
    OwnedPartition partition = open.assignment().get(lane);
    if (partition == null) {
      return -1;
    }
    try {
      return open.consumer().currentLag(partition.partition()).orElse(-1);
    } catch (KafkaException e) {
      return -1; // with group.protocol=consumer the client's own thread may be late with it
    }
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open == null) {
      return;
    }
    Exception failure = null;
    try {
      // Before the client closes, whose own callbacks then find nothing left to give up.
      open.assignment().giveUpAll();
      failure = open.assignment().takeFailure();
      open.consumer().close(CloseOptions.timeout(CALL_TIMEOUT));
    } catch (KafkaException e) {
      failure = failure == null ? e : failure;
    } finally {
      open.cluster().close();
    }
    if (failure != null) {
      throw failures.translate("the last commit, or leaving the group,", failure);
    }
  }
}
