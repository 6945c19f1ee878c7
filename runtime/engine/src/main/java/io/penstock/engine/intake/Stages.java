package io.penstock.engine.intake;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.SourceRecord;
import io.penstock.engine.filter.EventFilter;
import io.penstock.engine.transform.Transform;
import io.penstock.functions.Event;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decode, filter, transform: what the intake thread does with each record. */
public record Stages(Codec format, Optional<EventFilter> filter, Optional<Transform> transform) {

  private static final Logger log = LoggerFactory.getLogger(Stages.class);

  Chunk apply(LaneHandle lane, LaneRecords polled) {
    List<? extends SourceRecord> records = polled.records();
    @Nullable Event[] events = new Event[records.size()];
    @Nullable String[] problems = null;
    for (int i = 0; i < events.length; i++) {
      try {
        events[i] = apply(records.get(i));
      } catch (DecodeException e) {
        problems = problems == null ? new String[events.length] : problems;
        problems[i] = e.getMessage();
      } catch (RuntimeException | StackOverflowError e) {
        log.error("{}: a record can't be read; this is a defect of the source", lane.lane(), e);
        problems = problems == null ? new String[events.length] : problems;
        problems[i] = e.toString();
      }
    }
    return new Chunk(lane, records, events, problems, polled.nextPosition());
  }

  private @Nullable Event apply(SourceRecord record) {
    Event event = record.event();
    if (filter.isPresent() && !filter.get().passes(event, format)) {
      return null;
    }
    return transform.isPresent() ? transform.get().apply(event, format) : event;
  }
}
