package io.penstock.httpclient;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, with its login, its redirects and its answer. State belongs to the
 * caller's event loop.
 *
 * <pre>
 *   start - log in - connect - check the address - send - answer - end
 *             ^         ^                                   |
 *             |         +---- redirect, 3 times at most ----+
 *             +-------- 401 to a token, once ---------------+
 * </pre>
 *
 * At any of these the deadline or a cancel ends it.
 */
final class Exchange implements HttpCall {

  /**
   * Where requests go, and how.
   *
   * @param target where to
   * @param headers beside those of the request
   * @param login with what
   * @param answers what becomes of the answer
   */
  record Plan(
      HttpTarget target, Map<String, String> headers, Login login, HttpCaller.Answers answers) {

    @Override
    public String toString() {
      return "Plan[" + target + "]";
    }
  }

  private static final int MAX_REDIRECTS = 3;

  /** Those after which the same request may be sent again; 303 asks for another one. */
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);

  /** What is kept of an answer that is only shown: more than is shown, to mask it first. */
  private static final int KEPT_BYTES = 16 << 10;

  /** So much is read only to keep the connection; a longer answer costs the connection. */
  private static final int SKIPPED_BYTES = 64 << 10;

  private static final byte[] NOTHING = {};

  private final HttpCaller caller;
  private final Plan plan;
  private final Supplier<OutgoingRequest> maker;
  private final Duration timeout;
  private final CompletableFuture<HttpResult> result = new CompletableFuture<>();

  private HttpTarget target;
  private @Nullable OutgoingRequest request;
  private @Nullable HttpClientRequest sent;
  private String token = "";
  private boolean loggedInAnew;
  private int redirects;
  private long deadlineNs;
  private boolean over;

  Exchange(HttpCaller caller, Plan plan, Supplier<OutgoingRequest> maker, Duration timeout) {
    this.caller = caller;
    this.plan = plan;
    this.maker = maker;
    this.timeout = timeout;
    this.target = plan.target();
  }

  @Override
  public CompletionStage<HttpResult> result() {
    return result;
  }

  @Override
  public void cancel() {
    caller.onLoop(this::closed, this::closed);
  }

  /** Ends it because nobody waits for it any more. */
  void closed() {
    end(Verdicts.cancelled(plan.target()));
  }

  /** Ends it if its time is over. */
  void checkDeadline(long nowNs) {
    if (nowNs - deadlineNs >= 0) {
      end(Verdicts.timedOut(target, timeout));
    }
  }

  private boolean isOver() {
    return over;
  }

  /** Begins. */
  void start() {
    if (isOver()) {
      return;
    }
    if (!caller.begins(this)) {
      closed();
      return;
    }
    deadlineNs = System.nanoTime() + timeout.toNanos();
    try {
      request = maker.get();
    } catch (Throwable e) { // errors too: whoever waits for the result has to hear of it
      end(caller.verdicts().unmakeable(target, e, token));
      return;
    }
    logIn();
  }

  private void logIn() {
    if (plan.login() instanceof Login.Bearer bearer) {
      bearer.tokens().token(this::loggedIn);
    } else {
      connect();
    }
  }

  private void loggedIn(TokenCache.Answer answer) {
    if (isOver()) {
      return;
    }
    if (answer instanceof TokenCache.Answer.Token fresh) {
      token = fresh.value();
      connect();
    } else if (answer instanceof TokenCache.Answer.Unavailable unavailable) {
      end(unavailable.result());
    }
  }

  private void connect() {
    caller
        .clients()
        .of(target)
        .request(options(target))
        .onComplete(
            connected -> {
              if (connected.failed()) {
                end(caller.verdicts().notConnected(target, connected.cause(), token));
              } else {
                connected(connected.result());
              }
            });
  }

  private static RequestOptions options(HttpTarget target) {
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setSsl(target.scheme() == HttpTarget.Scheme.HTTPS)
        .setHost(target.host())
        .setPort(target.port())
        .setURI(target.requestUri());
  }

  private void connected(HttpClientRequest connected) {
    connected.exceptionHandler(e -> {}); // the futures tell it; without a handler it is logged
    sent = connected;
    OutgoingRequest sending = request;
    if (isOver() || sending == null) {
      giveUpConnection();
      return;
    }
    Optional<HttpResult> forbidden = forbidden(connected.connection().remoteAddress());
    if (forbidden.isPresent()) {
      end(forbidden.get());
      return;
    }
    try {
      putHeaders(connected.headers(), sending);
      connected
          .send(Buffer.buffer(sending.body()))
          .onComplete(
              answered -> {
                if (isOver()) {
                  return;
                }
                if (answered.failed()) {
                  end(caller.verdicts().broken(target, answered.cause(), token));
                } else {
                  new Answer(answered.result()).read();
                }
              });
    } catch (RuntimeException e) {
      end(caller.verdicts().unmakeable(target, e, token));
    }
  }

  /** Of the address that the connection leads to: a name may lead elsewhere a moment later. */
  private Optional<HttpResult> forbidden(@Nullable SocketAddress remote) {
    if (caller.endpoint().privateAddresses == HttpEndpoint.PrivateAddresses.ALLOW) {
      return Optional.empty();
    }
    String address = remote == null ? null : remote.hostAddress();
    if (address == null) {
      return Optional.of(Verdicts.forbidden(target, "an unknown place", "no address"));
    }
    try {
      return AddressPolicy.notPublic(InetAddress.getByName(address))
          .map(what -> Verdicts.forbidden(target, address, what));
    } catch (UnknownHostException e) {
      return Optional.of(Verdicts.forbidden(target, address, "no address"));
    }
  }

  private void putHeaders(MultiMap headers, OutgoingRequest sending) {
    HeaderNames names = caller.names();
    headers.set(HttpHeaders.USER_AGENT, "penstock");
    sending.headers().forEach((name, value) -> headers.add(names.of(name), value));
    // The endpoint's own come last: they win over the user agent.
    plan.headers().forEach((name, value) -> headers.set(names.of(name), value));
    if (plan.login() instanceof Login.Fixed fixed) {
      headers.set(names.of(fixed.name()), fixed.value());
    } else if (plan.login() instanceof Login.Bearer) {
      headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }
  }

  /** The body of an answer as it comes in. */
  private final class Answer {
    private final HttpClientResponse response;
    private final boolean accepted;
    private @Nullable Buffer body;
    private int length;

    /** What still comes of it is told to nobody: the exchange may have begun its next round. */
    private boolean finished;

    Answer(HttpClientResponse response) {
      this.response = response;
      this.accepted = response.statusCode() / 100 == 2;
    }

    void read() {
      response.exceptionHandler(this::broken);
      response.handler(this::chunk);
      response.endHandler(nothing -> whole());
    }

    private void chunk(Buffer chunk) {
      if (isOver() || finished) {
        return;
      }
      length += chunk.length();
      if (accepted && plan.answers() instanceof HttpCaller.Answers.Read limit) {
        if (length > limit.maxBytes()) {
          end(Verdicts.tooLarge(target, limit.maxBytes()));
        } else {
          keep(chunk, Integer.MAX_VALUE);
        }
        return;
      }
      if (!accepted) {
        keep(chunk, KEPT_BYTES);
      }
      if (length > SKIPPED_BYTES) {
        giveUpConnection(); // which is told as broken, here or later
        over();
      }
    }

    private void keep(Buffer chunk, int most) {
      Buffer kept = body;
      if (kept == null) {
        kept = Buffer.buffer(Math.min(chunk.length(), most));
        body = kept;
      }
      kept.appendBuffer(chunk, 0, Math.min(chunk.length(), most - kept.length()));
    }

    private byte[] bytes() {
      return body == null ? NOTHING : body.getBytes();
    }

    private void broken(Throwable cause) {
      if (isOver() || finished) {
        return;
      }
      if (accepted && plan.answers() instanceof HttpCaller.Answers.Read) {
        end(caller.verdicts().broken(target, cause, token));
      } else {
        giveUpConnection();
        over(); // the status has said it all
      }
    }

    private void whole() {
      if (finished) {
        return;
      }
      sent = null; // the connection is somebody else's from now on
      over();
    }

    private void over() {
      if (isOver() || finished) {
        return;
      }
      finished = true;
      int status = response.statusCode();
      if (accepted) {
        end(new HttpResult.Accepted(status, new Headers(response.headers()), bytes()));
      } else if (status == 401 && plan.login() instanceof Login.Bearer bearer && !loggedInAnew) {
        loggedInAnew = true;
        bearer.tokens().refused(token);
        logIn();
      } else if (REDIRECTS.contains(status)) {
        redirect(status, response.getHeader("location"));
      } else {
        String retryAfter = response.getHeader("retry-after");
        end(caller.verdicts().of(target, status, retryAfter, bytes(), token));
      }
    }
  }

  private void redirect(int status, @Nullable String location) {
    Optional<HttpTarget> next = location == null ? Optional.empty() : resolved(location);
    if (next.isEmpty()) {
      end(caller.verdicts().redirected(target, status, "and not where to go"));
    } else if (!target.allowsRedirectTo(next.get())) {
      end(
          caller
              .verdicts()
              .redirected(
                  target,
                  status,
                  "which leads to "
                      + next.get().origin()
                      + " and is not followed. If that is where events should go, change url"));
    } else if (++redirects > MAX_REDIRECTS) {
      end(caller.verdicts().redirected(target, status, "once too often: it leads in a circle"));
    } else {
      target = next.get();
      connect();
    }
  }

  private Optional<HttpTarget> resolved(String location) {
    try {
      return Optional.of(target.resolve(location));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // told as a redirect to nowhere
    }
  }

  private void end(HttpResult ending) {
    if (isOver()) {
      return;
    }
    over = true; // giving up the connection is told to this, too
    caller.ended(this);
    giveUpConnection();
    request = null;
    result.complete(ending);
  }

  /** Unless the answer is whole: then there is nothing to give up. */
  private void giveUpConnection() {
    HttpClientRequest under = sent;
    sent = null;
    if (under != null) {
      under.reset();
    }
  }

  /** Headers of an answer. */
  private record Headers(MultiMap headers) implements AnswerHeaders {

    @Override
    public @Nullable String get(String name) {
      return headers.get(name);
    }

    @Override
    public void forEach(BiConsumer<String, String> consumer) {
      headers.forEach((name, value) -> consumer.accept(name.toLowerCase(Locale.ROOT), value));
    }
  }
}
