package io.penstock.testkit.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A server that answers every connection with the same bytes, HTTP or not, once a request has begun to
 * come in, and then closes it.
 */
public final class RawPeer implements AutoCloseable {

  private final ServerSocket listening;
  private final byte[] answer;
  private final Thread thread;

  private RawPeer(ServerSocket listening, byte[] answer) {
    this.listening = listening;
    this.answer = answer;
    this.thread = new Thread(this::serve, "raw-peer");
  }

  /** A server on a loopback port. */
  public static RawPeer start(String answer) {
    try {
      RawPeer peer =
          new RawPeer(
              new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")),
              answer.getBytes(StandardCharsets.ISO_8859_1));
      peer.thread.start();
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public String url(String path) {
    return "http://localhost:" + listening.getLocalPort() + path;
  }

  private void serve() {
    while (!listening.isClosed()) {
      try (Socket socket = listening.accept()) {
        InputStream in = socket.getInputStream();
        if (in.read(new byte[64 << 10]) >= 0) {
          socket.getOutputStream().write(answer);
          socket.shutdownOutput();
          in.transferTo(OutputStream.nullOutputStream());
        }
      } catch (IOException e) {
        continue; // the client has had enough, or this is closed
      }
    }
  }

  /** Stops. */
  @Override
  public void close() {
    try {
      listening.close();
      thread.join(10_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
