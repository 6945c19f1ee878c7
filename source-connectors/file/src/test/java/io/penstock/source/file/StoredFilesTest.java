package io.penstock.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.PositionRanges;
import io.penstock.source.file.StoredFiles.StoredLane;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredFilesTest {

  private static final Piece PIECE =
      new Piece(700, new FileId("(dev=1,inode=2)"), 99, new Fingerprint(12, -7));

  private static final StoredFiles FILES =
      new StoredFiles(
          Map.of(
              "logs/a b.log",
              new StoredLane(
                  new LaneCommit(712, PositionRanges.builder().add(720, 731).build()),
                  List.of(PIECE),
                  List.of(new FileId("x"), new FileId("y"))),
              "empty",
              StoredLane.NEW),
          List.of(PIECE));

  @Test
  void readsWhatWasWritten() {
    assertThat(StoredFiles.decode(FILES.encode())).isEqualTo(FILES);
    assertThat(StoredFiles.decode(StoredFiles.NONE.encode())).isEqualTo(StoredFiles.NONE);
  }

  @Test
  void refusesAnythingElse() {
    byte[] stored = FILES.encode();
    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> StoredFiles.decode(cut)).isInstanceOf(DecodeException.class);
    }
    stored[0] = 2;
    assertThatThrownBy(() -> StoredFiles.decode(stored)).hasMessageContaining("version 2");
  }
}
