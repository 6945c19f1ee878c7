package io.penstock.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.httpclient.TokenCache.Answer;
import io.penstock.httpclient.TokenCache.Fetched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TokenCacheTest {

  private final List<Consumer<Fetched>> fetches = new ArrayList<>();
  private final List<Answer> got = new ArrayList<>();
  private long nowNs = -5;
  private final TokenCache cache = new TokenCache(fetches::add, () -> nowNs);

  private void issue(String token, Duration lifetime) {
    fetches.remove(0).accept(new Fetched(new Answer.Token(token), lifetime));
  }

  private void pass(Duration time) {
    nowNs += time.toNanos();
  }

  @Test
  void oneFetchServesAllThatWait() {
    cache.token(got::add);
    cache.token(got::add);
    assertThat(fetches).hasSize(1);
    issue("a", Duration.ofMinutes(1));
    cache.token(got::add);
    assertThat(got).hasSize(3).allMatch(new Answer.Token("a")::equals);
    assertThat(fetches).isEmpty();
  }

  @Test
  void isRenewedShortlyBeforeItExpires() {
    cache.token(got::add);
    pass(Duration.ofSeconds(10)); // counted from when it was asked for
    issue("a", Duration.ofSeconds(100));
    pass(Duration.ofSeconds(79));
    cache.token(got::add);
    assertThat(fetches).isEmpty();
    pass(Duration.ofSeconds(1));
    cache.token(got::add);
    assertThat(fetches).hasSize(1);
    issue("b", Duration.ofHours(5));
    pass(Duration.ofHours(5).minusSeconds(61));
    cache.token(got::add);
    assertThat(fetches).isEmpty();
    pass(Duration.ofSeconds(1));
    cache.token(got::add);
    assertThat(fetches).hasSize(1);
  }

  @Test
  void isUsedUntilItExpiresWhileItCannotBeRenewed() {
    Answer down = new Answer.Unavailable(new HttpResult.Overloaded(503, Optional.empty(), "down"));
    cache.token(got::add);
    issue("a", Duration.ofMinutes(10));
    pass(Duration.ofMinutes(9));
    for (int second = 0; second < 60; second++) {
      got.clear();
      cache.token(got::add);
      assertThat(got).as("nobody waits").containsExactly(new Answer.Token("a"));
      assertThat(fetches).hasSize(1);
      fetches.remove(0).accept(new Fetched(down, Duration.ZERO));
      cache.token(got::add);
      assertThat(fetches).as("not asked again at once").isEmpty();
      pass(Duration.ofSeconds(1));
    }
    got.clear();
    cache.token(got::add);
    assertThat(got).isEmpty();
    fetches.remove(0).accept(new Fetched(down, Duration.ZERO));
    assertThat(got).containsExactly(down);
  }

  @Test
  void oneThatWasRefusedIsNotUsedAgainUnlessItIsAnotherAlready() {
    cache.token(got::add);
    issue("a", Duration.ofHours(1));
    cache.refused("a");
    cache.token(got::add);
    issue("b", Duration.ofHours(1));
    cache.refused("a");
    cache.token(got::add);
    assertThat(fetches).isEmpty();
    assertThat(got.get(2)).isEqualTo(new Answer.Token("b"));
  }

  @Test
  void aFailureIsToldToAllThatWaitAndNotKept() {
    Answer failure =
        new Answer.Unavailable(
            new HttpResult.Failed(HttpResult.Cause.CONNECTION, "HTTP_LOGIN", "no"));
    cache.token(got::add);
    cache.token(got::add);
    fetches.remove(0).accept(new Fetched(failure, Duration.ZERO));
    assertThat(got).containsExactly(failure, failure);
    cache.token(got::add);
    assertThat(fetches).hasSize(1);
  }
}
