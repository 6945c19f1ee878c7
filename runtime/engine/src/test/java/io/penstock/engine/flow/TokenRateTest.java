package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenRateTest {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private final TokenRate rate = new TokenRate(() -> 0.5);
  private final List<String> causes = new ArrayList<>();
  private long nowNs;

  /** Sends as much as it may for a while, every call is accepted. */
  private int send(long forNs) {
    int sent = 0;
    for (long end = nowNs + forNs; nowNs < end; nowNs += MS) {
      if (rate.has(nowNs)) {
        rate.take();
        sent++;
        String cause = rate.served(nowNs);
        if (!cause.equals(Limit.UNCHANGED)) {
          causes.add(cause);
        }
      }
    }
    return sent;
  }

  private void sendHundredASecond(long forNs) {
    for (long end = nowNs + forNs; nowNs < end; nowNs += 10 * MS) {
      rate.served(nowNs);
    }
  }

  private void refuse(long waitNs) {
    assertThat(rate.refused(nowNs, nowNs, waitNs)).isEqualTo("refused");
    nowNs += waitNs;
  }

  @Test
  void limitsNothingUntilABackendRefusesByRate() {
    assertThat(rate.isActive()).isFalse();
    assertThat(send(SECOND)).isEqualTo(1_000);
  }

  @Test
  void staysBelowWhatWasAcceptedAndIsBackThereSoon() {
    sendHundredASecond(5 * SECOND);
    refuse(SECOND);
    assertThat(rate.perSecond()).isBetween(85.0, 95.0);
    send(2 * SECOND + 20 * MS);
    assertThat(rate.perSecond()).isBetween(95.0, 100.0);
    int sent = send(SECOND);
    assertThat(sent).isBetween(93, 103);
    assertThat(causes).containsExactly("recovery");
  }

  @Test
  void growsAfterAWhileByMoreAndMoreUntilItIsRefusedAgain() {
    sendHundredASecond(5 * SECOND);
    refuse(SECOND);
    send(30 * SECOND);
    double grown = rate.perSecond();
    assertThat(grown).isGreaterThan(150);
    refuse(SECOND);
    assertThat(rate.perSecond()).isLessThan(grown * 0.95);
  }

  @Test
  void doesNotGrowWhileItIsNotUsed() {
    sendHundredASecond(5 * SECOND);
    refuse(SECOND);
    send(3 * SECOND);
    double before = rate.perSecond();
    for (int i = 0; i < 300; i++) {
      nowNs += SECOND / 10;
      assertThat(rate.has(nowNs)).isTrue();
      rate.take();
      rate.served(nowNs);
    }
    assertThat(rate.perSecond()).isEqualTo(before);
  }

  @Test
  void isForgottenWhenNobodyNeedsItForLong() {
    sendHundredASecond(5 * SECOND);
    refuse(SECOND);
    for (int i = 0; i < 800; i++) {
      nowNs += SECOND;
      rate.has(nowNs);
      rate.take();
      rate.served(nowNs);
    }
    assertThat(rate.isActive()).isFalse();
  }

  @Test
  void triesOneCallAWaitIfNothingWasEverAccepted() {
    refuse(2 * SECOND);
    assertThat(rate.perSecond()).isEqualTo(0.5);
    assertThat(send(10 * SECOND)).isBetween(5, 60);
  }

  @Test
  void refusalsOfOneEpisodeCutOnce() {
    sendHundredASecond(5 * SECOND);
    long started = nowNs;
    nowNs += 10 * MS;
    assertThat(rate.refused(started, nowNs, SECOND)).isEqualTo("refused");
    double cut = rate.perSecond();
    assertThat(rate.refused(started, nowNs + MS, SECOND)).isEqualTo(Limit.UNCHANGED);
    assertThat(rate.perSecond()).isEqualTo(cut);
  }

  @Test
  void aBackendThatWasAwayIsAskedAsBefore() {
    sendHundredASecond(5 * SECOND);
    refuse(5 * SECOND);
    for (int i = 0; i < 20; i++) { // the one call that finds out whether it is back
      assertThat(rate.refused(nowNs, nowNs, 5 * SECOND)).isEqualTo(Limit.UNCHANGED);
      nowNs += 5 * SECOND;
    }
    assertThat(rate.perSecond()).isBetween(85.0, 95.0);
    assertThat(send(4 * SECOND)).isGreaterThan(340);
  }

  @Test
  void aBackendThatWasAwayFromTheFirstCallOnIsTriedMoreAndMore() {
    refuse(5 * SECOND);
    for (int i = 0; i < 11; i++) {
      assertThat(rate.refused(nowNs, nowNs, 5 * SECOND)).isEqualTo(Limit.UNCHANGED);
      nowNs += 5 * SECOND;
    }
    assertThat(send(60 * SECOND)).isGreaterThan(1_000);
  }

  @Test
  void neverLetsMoreThroughThanTheRateAndABurst() {
    Seeds.each(
        500,
        random -> {
          TokenRate any = new TokenRate(random::nextDouble);
          long now = random.nextLong(SECOND);
          for (int i = 0; i < 400; i++) {
            now += random.nextLong(20 * MS);
            any.served(now);
          }
          any.refused(now, now, 1 + random.nextLong(2 * SECOND));
          now += 2 * SECOND;
          double burst = Math.max(1, any.perSecond() / 20);
          double most = burst;
          for (int i = 0; i < 300; i++) {
            long step = random.nextLong(50 * MS);
            most = Math.min(most + step / 1e9 * any.perSecond(), burst);
            now += step;
            while (any.has(now)) {
              any.take();
              most--;
            }
            assertThat(most).isGreaterThan(-0.01);
            assertThat(any.readyNs(now)).isGreaterThan(now);
          }
        });
  }
}
