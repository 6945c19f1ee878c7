package io.penstock.engine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeySlotsTest {

  @Test
  void behavesLikeAMap() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      KeySlots slots = new KeySlots();
      Map<Long, KeySlot> model = new HashMap<>();
      // Few distinct low bits: many keys want one place, also the last of the table.
      int homes = 1 + random.nextInt(4);
      int keys = 1 + random.nextInt(300);
      for (int step = 0; step < 1_000; step++) {
        long key = ((long) (1 + random.nextInt(keys)) << 32) | (0xffff - random.nextInt(homes));
        if (random.nextBoolean()) {
          KeySlot slot = slots.get(key);
          assertThat(slot).isSameAs(model.computeIfAbsent(key, k -> slot));
          assertThat(slot.key).isEqualTo(key);
        } else if (model.containsKey(key)) {
          slots.remove(model.remove(key));
        }
        assertThat(slots.size()).isEqualTo(model.size());
      }
      List<KeySlot> left = new ArrayList<>(model.values());
      assertThat(slots.all()).containsExactlyInAnyOrderElementsOf(left);
    }
  }

  @Test
  void refusesToForgetWhatItDoesNotHave() {
    KeySlots slots = new KeySlots();
    slots.get(7);
    assertThatIllegalStateException().isThrownBy(() -> slots.remove(new KeySlot(7)));
  }
}
