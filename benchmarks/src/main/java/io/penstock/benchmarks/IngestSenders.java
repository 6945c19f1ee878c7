package io.penstock.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Senders with a connection each. They cost little, since they run on the machine they measure. */
final class IngestSenders implements AutoCloseable {

  private static final String LENGTH = "content-length: ";

  private final List<Socket> sockets = new ArrayList<>();
  private final ExecutorService threads;
  private final byte[] request;

  IngestSenders(int port, int number, String body) {
    request =
        ("POST /sources/ingest/events HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(US_ASCII);
    threads = Executors.newFixedThreadPool(number);
    try {
      for (int i = 0; i < number; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
      }
    } catch (IOException e) {
      close();
      throw new BenchmarkException("The worker takes no connections.", e);
    }
  }

  /** Sends for so long, and returns how long each answer took, in nanoseconds. */
  long[] send(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    List<Future<long[]>> senders =
        sockets.stream().map(socket -> threads.submit(() -> send(socket, end))).toList();
    try {
      long[] all = new long[0];
      for (Future<long[]> sender : senders) {
        long[] some = sender.get();
        int before = all.length;
        all = Arrays.copyOf(all, before + some.length);
        System.arraycopy(some, 0, all, before, some.length);
      }
      return all;
    } catch (ExecutionException e) {
      throw new BenchmarkException("A sender failed.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("Interrupted while sending.", e);
    }
  }

  private long[] send(Socket socket, long endNs) throws IOException {
    OutputStream out = socket.getOutputStream();
    InputStream in = new BufferedInputStream(socket.getInputStream());
    long[] latencies = new long[1 << 12];
    int sent = 0;
    for (long begin; (begin = System.nanoTime()) < endNs; ) {
      out.write(request);
      readAnswer(in);
      if (sent == latencies.length) {
        latencies = Arrays.copyOf(latencies, sent * 2);
      }
      latencies[sent++] = System.nanoTime() - begin;
    }
    return Arrays.copyOf(latencies, sent);
  }

  private static void readAnswer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header; !(header = line(in)).isEmpty(); ) {
      if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(header.substring(LENGTH.length()));
      }
    }
    in.skipNBytes(length);
    if (!status.contains(" 202 ")) {
      throw new IOException("The worker answered " + status);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int c; (c = in.read()) != '\n'; ) {
      if (c < 0) {
        throw new IOException("The worker closed the connection after '" + line + "'");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        System.err.println("A connection did not close: " + e);
      }
    }
  }
}
