package io.penstock.httpclient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One access token and its renewal: fetched once however many ask for it meanwhile, and renewed
 * shortly before it expires, while it is still handed out. Belongs to one thread.
 */
final class TokenCache {

  /** What asking for a token comes to. */
  sealed interface Answer {
    /** The token. */
    record Token(String value) implements Answer {
      @Override
      public String toString() {
        return "Token";
      }
    }

    /** There is none: how a request that needs one ends. */
    record Unavailable(HttpResult result) implements Answer {}
  }

  /**
   * What fetching one comes to.
   *
   * @param answer the token or why there is none
   * @param lifetime how long the token is good for, from when it was asked for
   */
  record Fetched(Answer answer, Duration lifetime) {}

  /** Fetches a token; answers once, on the thread that the cache belongs to. */
  interface Fetcher {
    /** Starts to. */
    void fetch(Consumer<Fetched> whenDone);
  }

  /** A token is renewed when a tenth of its life is left, but not earlier than this. */
  private static final Duration MAX_MARGIN = Duration.ofMinutes(1);

  private static final int MARGIN_SHARE = 10;

  /** Between attempts to renew one that is still good. */
  private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(1);

  private final Fetcher fetcher;
  private final LongSupplier nanoTime;
  private final List<Consumer<Answer>> waiting = new ArrayList<>();
  private Answer.@Nullable Token token;
  private long renewAtNs;
  private long expiresAtNs;
  private boolean fetching;

  TokenCache(Fetcher fetcher, LongSupplier nanoTime) {
    this.fetcher = fetcher;
    this.nanoTime = nanoTime;
  }

  /** Hands over a token, now or when it is fetched. */
  void token(Consumer<Answer> consumer) {
    Answer.Token kept = token;
    long nowNs = nanoTime.getAsLong();
    if (kept == null || nowNs - expiresAtNs >= 0) {
      waiting.add(consumer);
      fetch(nowNs);
      return;
    }
    if (nowNs - renewAtNs >= 0) {
      fetch(nowNs); // nobody waits: a token endpoint that is down for a while holds up no call
    }
    consumer.accept(kept);
  }

  private void fetch(long nowNs) {
    if (!fetching) {
      fetching = true;
      fetcher.fetch(fetched -> fetched(fetched, nowNs));
    }
  }

  private void fetched(Fetched fetched, long askedNs) {
    fetching = false;
    if (fetched.answer() instanceof Answer.Token fresh) {
      Duration share = fetched.lifetime().dividedBy(MARGIN_SHARE);
      Duration margin = share.compareTo(MAX_MARGIN) < 0 ? share : MAX_MARGIN;
      token = fresh;
      expiresAtNs = askedNs + fetched.lifetime().toNanos();
      renewAtNs = expiresAtNs - margin.toNanos();
    } else {
      renewAtNs = nanoTime.getAsLong() + RENEWAL_PAUSE.toNanos();
    }
    List<Consumer<Answer>> served = List.copyOf(waiting);
    waiting.clear();
    served.forEach(consumer -> consumer.accept(fetched.answer()));
  }

  /** A server refused this token: it is not used again. One that was renewed meanwhile is kept. */
  void refused(String value) {
    if (token != null && token.value().equals(value)) {
      token = null;
    }
  }

  /** The token at hand, to be hidden in texts; empty if there is none. */
  String known() {
    return token == null ? "" : token.value();
  }
}
