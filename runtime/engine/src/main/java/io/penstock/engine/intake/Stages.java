package io.penstock.engine.intake;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.SourceRecord;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.intake.Chunk.Kind;
import io.penstock.engine.intake.Chunk.Problem;
import io.penstock.engine.transform.Transform;
import io.penstock.engine.transform.TransformException;
import io.penstock.functions.Event;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decode, filter, transform: what the intake thread does with each record.
 *
 * @param format reads payloads
 * @param filter passes or drops events
 * @param transform makes them into others
 * @param unreadable what becomes of payloads that the filter can't read
 */
public record Stages(
    Codec format,
    Optional<EventFilter> filter,
    Optional<Transform> transform,
    UnreadableData unreadable) {

  private static final Logger log = LoggerFactory.getLogger(Stages.class);

  Chunk apply(LaneHandle lane, LaneRecords polled) {
    List<? extends SourceRecord> records = polled.records();
    @Nullable Event[] events = new Event[records.size()];
    @Nullable Problem[] problems = null;
    for (int i = 0; i < events.length; i++) {
      Problem problem = apply(records.get(i), events, i, lane);
      if (problem != null) {
        problems = problems == null ? new Problem[events.length] : problems;
        problems[i] = problem;
      }
    }
    return new Chunk(lane, records, events, problems, polled.nextPosition());
  }

  private @Nullable Problem apply(
      SourceRecord record, @Nullable Event[] events, int i, LaneHandle lane) {
    Kind unread = Kind.UNREADABLE;
    try {
      if (record.verdict() != null) {
        events[i] = record.event(); // what has come to its end is told whatever it is like
        return null;
      }
      Event event = record.event();
      if (filter.isPresent()) {
        unread = unreadable == UnreadableData.NO_MATCH ? Kind.UNREADABLE_NO_MATCH : Kind.UNREADABLE;
        if (!filter.get().passes(event, format)) {
          return null;
        }
        unread = Kind.UNREADABLE;
      }
      events[i] = transform.isPresent() ? transform.get().apply(event, format) : event;
      return null;
    } catch (DecodeException e) {
      return new Problem(unread, e.getMessage());
    } catch (TransformException e) {
      return new Problem(Kind.TRANSFORM_FAILED, e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      log.error("{}: a record can't be read; this is a defect of the source", lane.lane(), e);
      return new Problem(Kind.UNREADABLE, e.toString());
    }
  }
}
