package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute.Header;
import io.penstock.connector.HttpRoute.Request;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A request as the server hands it over. */
record TestRequest(List<Header> headers, byte[] body, InetAddress remoteAddress)
    implements Request {

  static TestRequest of(String contentType, String body) {
    TestRequest request =
        new TestRequest(List.of(), body.getBytes(UTF_8), InetAddress.getLoopbackAddress());
    return contentType.isEmpty() ? request : request.with("Content-Type", contentType);
  }

  static TestRequest json(String body) {
    return of("application/json", body);
  }

  TestRequest with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new TestRequest(more, body, remoteAddress);
  }

  TestRequest from(String address) {
    try {
      return new TestRequest(headers, body, InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Optional<String> pathParameter(String name) {
    return Optional.empty();
  }

  @Override
  public Optional<String> queryParameter(String name) {
    return Optional.empty();
  }

  @Override
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }
}
