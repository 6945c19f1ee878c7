package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connect.plugin.Board;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two workers with one source: one runs it, the other stands by. */
class TakeOverTest {

  private static final Lane FIRST = new Lane("0");

  private final String name = TestPlugins.newBoard();
  private final Board board = Board.of(name);
  private final OneLease leases = new OneLease();
  private final RecordingOwner owner = new RecordingOwner();
  private final RecordingOwner otherOwner = new RecordingOwner();
  private final ConnectSource source =
      new ConnectSource(TestPlugins.source(name, 1), TestPlugins.SHORT);
  private final ConnectSource other =
      new ConnectSource(TestPlugins.source(name, 1), TestPlugins.SHORT);

  @AfterEach
  void close() {
    other.close();
    source.close();
    assertThat(board.violations()).isEmpty();
  }

  /** A lease that a test can take away. */
  private static final class OneLease implements Leases {

    private final StateStore state = new MemoryStateStore();
    private Held current;
    private long epoch;

    private final class Held implements Lease {

      private final long mine = ++epoch;

      @Override
      public String name() {
        return "source";
      }

      @Override
      public long epoch() {
        return mine;
      }

      @Override
      public boolean isHeld() {
        return current == this;
      }

      @Override
      public StateStore state() {
        return new Fenced(this);
      }

      @Override
      public void close() {
        if (current == this) {
          current = null;
        }
      }
    }

    private final class Fenced implements StateStore {

      private final Held lease;

      Fenced(Held lease) {
        this.lease = lease;
      }

      @Override
      public Optional<byte[]> get(String key) {
        return state.get(key);
      }

      @Override
      public void put(String key, byte[] value) {
        if (!lease.isHeld()) {
          throw ConnectorException.retry("fenced", null);
        }
        state.put(key, value);
      }

      @Override
      public void delete(String key) {
        state.delete(key);
      }

      @Override
      public List<String> keys(String prefix) {
        return state.keys(prefix);
      }
    }

    @Override
    public Answer acquire(String name) {
      if (current != null) {
        return new Answer.Held("the first worker");
      }
      current = new Held();
      return new Answer.Granted(current);
    }
  }

  private record Context(
      String connector, long bufferBytes, LaneOwner lanes, StateStore state, Leases leases)
      implements SourceContext {

    @Override
    public Path folder() {
      return Path.of("no-such-folder");
    }

    @Override
    public Failpoints failpoints() {
      return Failpoints.NONE;
    }
  }

  private void open(ConnectSource each, RecordingOwner whose) {
    each.open(new Context("orders", 1 << 20, whose, new MemoryStateStore(), leases));
  }

  @Test
  void theOtherGoesOnWhereTheFirstHasCommitted() {
    TestPlugins.add(name, "0", IntStream.range(0, 10).mapToObj(i -> "k\tv" + i).toList());
    open(source, owner);
    open(other, otherOwner);
    owner.pollUntil(source, "ten records", () -> owner.count() == 10);
    owner.settle(FIRST, owner.taken(FIRST).get(0).position());
    owner.settle(FIRST, owner.taken(FIRST).get(1).position());
    source.commit(owner.commits());
    otherOwner.poll(other, RecordingOwner.PLENTY, Duration.ZERO);
    assertThat(other.health()).containsExactly("stands by: the first worker runs this source");

    leases.current = null; // it ran out
    otherOwner.pollUntil(other, "the rest", () -> otherOwner.count() == 8);
    assertThat(otherOwner.texts(FIRST).get(0)).isEqualTo("v2");
    owner.settleAll();
    source.commit(owner.commits()); // in vain: nothing of it is stored
    assertThat(new Offsets("orders", leases.state).get(Map.of("list", "0")))
        .isEqualTo(Map.of("position", 1L));
    owner.poll(source, RecordingOwner.PLENTY, Duration.ZERO);
    assertThat(owner.history()).containsExactly("assigned 0", "lost 0");
    assertThat(other.health()).isEmpty();
  }
}
