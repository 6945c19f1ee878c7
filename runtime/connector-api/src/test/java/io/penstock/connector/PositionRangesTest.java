package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of positions, against a naive set. */
class PositionRangesTest {

  private static final int ROUNDS = 3_000;

  /** A random set, and the same one naively; its lowest position is {@code base} or above. */
  private record Case(long seed, long base, PositionRanges ranges, TreeSet<Long> naive) {

    static Case random(long seed) {
      Random random = new Random(seed);
      long base = random.nextBoolean() ? random.nextInt(1_000) : random.nextLong() >>> 2;
      PositionRanges.Builder builder = PositionRanges.builder();
      TreeSet<Long> naive = new TreeSet<>();
      long next = base;
      int count = random.nextInt(20);
      for (int i = 0; i < count; i++) {
        long from = next + random.nextInt(random.nextBoolean() ? 3 : 300);
        long to = from + 1 + random.nextInt(random.nextBoolean() ? 3 : 300);
        builder.add(from, to);
        for (long position = from; position < to; position++) {
          naive.add(position);
        }
        next = to;
      }
      return new Case(seed, base, builder.build(), naive);
    }

    String text() {
      return "seed " + seed + ": " + ranges;
    }
  }

  @Test
  void it_holds_what_was_added_and_nothing_else() {
    long firstSeed = System.nanoTime();
    for (long seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
      Case one = Case.random(seed);
      PositionRanges ranges = one.ranges();
      assertThat(ranges.isEmpty()).as(one.text()).isEqualTo(one.naive().isEmpty());

      TreeSet<Long> listed = new TreeSet<>();
      long before = Long.MIN_VALUE;
      for (int i = 0; i < ranges.size(); i++) {
        assertThat(ranges.from(i)).as("disjoint, joined: " + one.text()).isGreaterThan(before);
        assertThat(ranges.to(i)).as("not empty: " + one.text()).isGreaterThan(ranges.from(i));
        for (long position = ranges.from(i); position < ranges.to(i); position++) {
          listed.add(position);
        }
        before = ranges.to(i);
      }
      assertThat(listed).as(one.text()).isEqualTo(one.naive());

      long last = one.naive().isEmpty() ? one.base() : one.naive().last();
      for (long position = one.base() - 2; position <= last + 2; position++) {
        if (ranges.contains(position) != one.naive().contains(position)) {
          throw new AssertionError("contains(" + position + ") is wrong; " + one.text());
        }
      }
    }
  }

  @Test
  void what_is_encoded_is_decoded() {
    long firstSeed = System.nanoTime();
    for (long seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
      Case one = Case.random(seed);
      String text = one.ranges().encode(one.base(), 100_000);
      PositionRanges decoded = PositionRanges.decode(one.base(), text);
      assertThat(decoded).as(one.text()).isEqualTo(one.ranges());
      assertThat(decoded).as(one.text()).hasSameHashCodeAs(one.ranges());
      assertThat(text.isEmpty()).as(one.text()).isEqualTo(one.ranges().isEmpty());
    }
  }

  @Test
  void within_any_limit_the_lowest_ranges_are_kept() {
    long firstSeed = System.nanoTime();
    for (long seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
      Case one = Case.random(seed);
      PositionRanges ranges = one.ranges();
      String full = ranges.encode(one.base(), 100_000);
      int limit = new Random(seed).nextInt(full.length() + 8);
      String text = ranges.encode(one.base(), limit);
      assertThat(text.length()).as("limit %s, %s", limit, one.text()).isLessThanOrEqualTo(limit);
      PositionRanges decoded = PositionRanges.decode(one.base(), text);
      for (int i = 0; i < decoded.size(); i++) {
        assertThat(decoded.from(i)).as(one.text()).isEqualTo(ranges.from(i));
        assertThat(decoded.to(i)).as(one.text()).isEqualTo(ranges.to(i));
      }
      if (limit >= full.length() + 4) {
        assertThat(decoded).as("limit %s, %s", limit, one.text()).isEqualTo(ranges);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void a_limit_too_small_for_anything_gives_nothing(int limit) {
    PositionRanges ranges = PositionRanges.builder().add(5, 6).build();
    assertThat(ranges.encode(0, limit)).isEmpty();
  }

  @Test
  void a_text_that_was_changed_is_refused_or_is_another_valid_set() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      Case one = Case.random(seed + i);
      byte[] text = one.ranges().encode(one.base(), 100_000).getBytes();
      if (text.length == 0) {
        continue;
      }
      text[random.nextInt(text.length)] = (byte) (32 + random.nextInt(95));
      String changed = new String(text, 0, 1 + random.nextInt(text.length));
      try {
        PositionRanges decoded = PositionRanges.decode(one.base(), changed);
        assertThat(decoded.isEmpty() || decoded.from(0) >= one.base()).as(one.text()).isTrue();
      } catch (DecodeException e) {
        assertThat(e).hasMessageStartingWith("settled ranges: ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2:AAAA", "x", "1:!", "1:gA", "1:CgA", "1:CgAA", "1:////////////////"})
  void what_is_no_text_of_a_set_is_refused(String text) {
    assertThatThrownBy(() -> PositionRanges.decode(10, text)).isInstanceOf(DecodeException.class);
  }

  @Test
  void a_text_of_another_base_is_refused() {
    String text = PositionRanges.builder().add(20, 30).build().encode(10, 100);
    assertThat(PositionRanges.decode(10, text).from(0)).isEqualTo(20);
    assertThatThrownBy(() -> PositionRanges.decode(11, text))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("they belong to 10, not to 11");
  }

  @Test
  void positions_beyond_63_bits_are_refused() {
    PositionRanges high = PositionRanges.builder().add(Long.MAX_VALUE - 1, Long.MAX_VALUE).build();
    assertThat(PositionRanges.decode(0, high.encode(0, 100))).isEqualTo(high);
    byte[] bytes = Base64.getDecoder().decode(high.encode(0, 100).substring(2));
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 2);
    longer[bytes.length] = 5; // five beyond the end, which is the last position there is
    longer[bytes.length + 1] = 1;
    String text = "1:" + Base64.getEncoder().withoutPadding().encodeToString(longer);
    assertThatThrownBy(() -> PositionRanges.decode(0, text))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("beyond 63 bits");
  }

  @Test
  void ranges_out_of_order_are_refused_and_touching_ones_joined() {
    assertThatThrownBy(() -> PositionRanges.builder().add(5, 5))
        .isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> PositionRanges.builder().add(5, 4))
        .isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> PositionRanges.builder().add(5, 9).add(8, 12))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("[8,12) is out of order");
    PositionRanges joined = PositionRanges.builder().add(5, 9).add(9, 12).build();
    assertThat(joined.size()).isEqualTo(1);
    assertThat(joined).hasToString("[5,12)");
    assertThat(PositionRanges.builder().add(1, 2).add(3, 4).build()).hasToString("[1,2) [3,4)");
  }

  @Test
  void a_set_below_its_base_is_no_set_to_encode() {
    PositionRanges ranges = PositionRanges.builder().add(5, 9).build();
    assertThatThrownBy(() -> ranges.encode(6, 100)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ranges.encode(-1, 100)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sets_are_values() {
    assertThat(PositionRanges.empty()).isEqualTo(PositionRanges.builder().build()).hasToString("");
    assertThat(PositionRanges.builder().add(1, 2).build())
        .isEqualTo(PositionRanges.builder().add(1, 2).build())
        .isNotEqualTo(PositionRanges.builder().add(1, 3).build())
        .isNotEqualTo("[1,2)");
  }
}
