package io.penstock.connect;

import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of a plugin's records in another form than the plain one: for sources that know what their
 * plugin reads. Called on the threads of tasks, by one at a time for each.
 */
public interface RecordShape {

  /** What a record becomes. */
  sealed interface Shaped {

    /** As it is, by the converters. */
    record Plain() implements Shaped {
      /** The one value. */
      public static final Plain INSTANCE = new Plain();
    }

    /** Nothing: it only carries an offset. */
    record Skipped() implements Shaped {
      /** The one value. */
      public static final Skipped INSTANCE = new Skipped();
    }

    /**
     * An event with a JSON payload.
     *
     * @param type of the event
     * @param payload JSON, or null for none
     * @param extensions that tell where it was read; names are lower-case letters and digits
     * @param place where it was read, the same whenever it is read again, and of few other records;
     *     the event's id is made of it
     */
    record Changed(
        String type,
        byte @Nullable [] payload,
        Map<String, String> extensions,
        Map<String, ?> place)
        implements Placed {}

    /** An event whose payload is the record's value as it is, by the converters. */
    record Described(String type, Map<String, String> extensions, Map<String, ?> place)
        implements Placed {}

    /** An event that knows what it is and where it was read. */
    sealed interface Placed extends Shaped {
      /** The type of the event. */
      String type();

      /** Extensions that tell where it was read. */
      Map<String, String> extensions();

      /** Where it was read, for its id. */
      Map<String, ?> place();
    }
  }

  /** Every record as it is. */
  RecordShape PLAIN = record -> Shaped.Plain.INSTANCE;

  /**
   * Shapes a record, after its transforms.
   *
   * @throws RuntimeException if that can't be done; the record is an event then that can't be read
   */
  Shaped shape(SourceRecord record);
}
