package io.penstock.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets, addresses and Retry-After. */
class SmallPartsTest {

  private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

  @ParameterizedTest
  @CsvSource({
    "http://Host,http://host:80,/",
    "https://host?q=1,https://host:443,/?q=1",
    "HTTPS://host:8443/a/../b?x=%41#f,https://host:8443,/a/../b?x=%41",
    "http://my_service:80/,http://my_service:80,/",
    "http://[2001:DB8::1]:81/x,http://[2001:db8::1]:81,/x"
  })
  void targets(String url, String origin, String requestUri) {
    HttpTarget target = HttpTarget.parse(url);
    assertThat(target.origin()).isEqualTo(origin);
    assertThat(target).hasToString(origin);
    assertThat(target.requestUri()).isEqualTo(requestUri);
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/a/b,c,http://h:80/a/c,true",
    "http://h/a/b,/c?d,http://h:80/c?d,true",
    "http://h/a/b?x=1,?y=2,http://h:80/a/b?y=2,true",
    "http://h/a/b?x=1,#f,http://h:80/a/b?x=1,true",
    "http://h/a/b?x=1,'',http://h:80/a/b?x=1,true",
    "http://h,?y=2,http://h:80/?y=2,true",
    "http://h/a/b/c,../d,http://h:80/a/d,true",
    "http://h/a,https://H/c,https://h:443/c,true",
    "http://h:8080/a,https://h:8443/c,https://h:8443/c,true",
    "http://h/a,http://h:81/,http://h:81/,false",
    "https://h/a,http://h/,http://h:80/,false",
    "https://h/a,//evil/,https://evil:443/,false",
    "https://h/a,https://h.evil/,https://h.evil:443/,false"
  })
  void redirects(String from, String location, String to, boolean allowed) {
    HttpTarget target = HttpTarget.parse(from);
    HttpTarget next = target.resolve(location);
    assertThat(next.origin() + next.requestUri()).isEqualTo(to);
    assertThat(target.allowsRedirectTo(next)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "198.18.0.1",
        "192.0.0.8",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fdff::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:c0a8:101::"
      })
  void addressesThatAreNotPublic(String address) throws UnknownHostException {
    assertThat(AddressPolicy.notPublic(InetAddress.getByName(address))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.0.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2001:4860::8888",
        "64:ff9b::1.1.1.1",
        "2002:101:101::",
        "fbff::1"
      })
  void addressesThatArePublic(String address) throws UnknownHostException {
    assertThat(AddressPolicy.notPublic(InetAddress.getByName(address))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "120,120",
    "' 7 ',7",
    "99999,3600",
    "99999999999999999999,3600",
    "'Sun, 06 Nov 1994 08:49:37 GMT',37",
    "'Sun, 06 Nov 1994 08:00:00 GMT',0",
    "'Mon, 07 Nov 1994 08:00:00 GMT',3600"
  })
  void retryAfter(String header, long seconds) {
    assertThat(RetryAfter.parse(header, NOW)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "soon", "12 s", "\u0661\u0662"})
  void retryAfterThatSaysNothing(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isEmpty();
  }

  @Test
  void noRetryAfter() {
    assertThat(RetryAfter.parse(null, NOW)).isEqualTo(Optional.empty());
  }
}
