package io.penstock.rocketmq.logging;

import org.apache.rocketmq.logging.org.slf4j.ILoggerFactory;
import org.apache.rocketmq.logging.org.slf4j.IMarkerFactory;
import org.apache.rocketmq.logging.org.slf4j.helpers.BasicMarkerFactory;
import org.apache.rocketmq.logging.org.slf4j.helpers.NOPMDCAdapter;
import org.apache.rocketmq.logging.org.slf4j.spi.MDCAdapter;
import org.apache.rocketmq.logging.org.slf4j.spi.SLF4JServiceProvider;
import org.slf4j.LoggerFactory;

/**
 * The client has a copy of SLF4J under a name of its own, and would write files into the user's home
 * with it. This provider of that copy hands everything to the real one. Found by {@link
 * java.util.ServiceLoader}.
 */
public final class ClientLogging implements SLF4JServiceProvider {

  /** The version of the copy's interface that this was written for. */
  private static final String API_VERSION = "2.0.99";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** For the service loader. */
  public ClientLogging() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> new ForwardingLogger(LoggerFactory.getLogger(name));
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return API_VERSION;
  }

  @Override
  public void initialize() {
    // Nothing is needed before the first logger.
  }
}
