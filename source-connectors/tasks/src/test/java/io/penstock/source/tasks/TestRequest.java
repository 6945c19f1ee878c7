package io.penstock.source.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.HttpRoute.Header;
import io.penstock.connector.HttpRoute.Request;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request as the server hands it over. */
record TestRequest(
    String method,
    String path,
    Map<String, String> pathParameters,
    Map<String, String> query,
    List<Header> headers,
    byte[] body,
    InetAddress remoteAddress)
    implements Request {

  /** The path may have a query. */
  static TestRequest of(String method, String target, String body) {
    String[] parts = target.split("\\?", 2);
    Map<String, String> query = new HashMap<>();
    if (parts.length > 1) {
      for (String pair : parts[1].split("&")) {
        String[] both = pair.split("=", 2);
        query.put(both[0], both[1]);
      }
    }
    return new TestRequest(
        method,
        parts[0],
        Map.of(),
        query,
        List.of(),
        body.getBytes(UTF_8),
        InetAddress.getLoopbackAddress());
  }

  TestRequest with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new TestRequest(method, path, pathParameters, query, more, body, remoteAddress);
  }

  TestRequest withPath(Map<String, String> parameters) {
    return new TestRequest(method, path, parameters, query, headers, body, remoteAddress);
  }

  TestRequest from(String address) {
    try {
      return new TestRequest(
          method, path, pathParameters, query, headers, body, InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Optional<String> pathParameter(String name) {
    return Optional.ofNullable(pathParameters.get(name));
  }

  @Override
  public Optional<String> queryParameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  @Override
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }
}
