package io.penstock.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress as text. */
class StoredPositionsTest {

  @Test
  void what_is_written_is_read() {
    Map<Lane, LaneCommit> commits =
        Map.of(
            new Lane("0"), new LaneCommit(0, PositionRanges.empty()),
            new Lane("1"),
                new LaneCommit(
                    Long.MAX_VALUE / 2,
                    PositionRanges.builder()
                        .add(Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE / 2 + 9)
                        .build()));
    byte[] stored = StoredPositions.encode(commits);
    assertThat(StoredPositions.decode(stored)).isEqualTo(commits);
    assertThat(new String(stored, UTF_8)).startsWith("1\n").endsWith("\n");
    assertThat(StoredPositions.decode(StoredPositions.encode(Map.of()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2\n", "1\n0 1\n", "1\n0 x \n", "1\n0 1 2:AA\n", "1\n0 1 1:!\n"})
  void what_is_anything_else_is_refused(String stored) {
    assertThatThrownBy(() -> StoredPositions.decode(stored.getBytes(UTF_8)))
        .isInstanceOf(DecodeException.class);
  }
}
