package io.penstock.connect;

import java.util.List;
import java.util.Set;

/**
 * Which classes a plugin brings for itself, and which all plugins share with the host: the rule that
 * Kafka Connect's workers follow, so that a plugin finds here what it finds there. Shared are the
 * platform, the Connect API, Kafka's clients and SLF4J; Kafka's own plugins are plugins like others.
 */
final class PluginIsolation {

  private static final String KAFKA = "org.apache.kafka.";
  private static final String CONNECT = KAFKA + "connect.";
  private static final String PROVIDERS = KAFKA + "common.config.provider.";

  /** Packages, with all below them, that are the platform's, or were of Java EE. */
  private static final List<String> SHARED =
      List.of(
          "java.",
          "javax.accessibility.",
          "javax.activation.",
          "javax.activity.",
          "javax.annotation.",
          "javax.batch.api.",
          "javax.batch.operations.",
          "javax.batch.runtime.",
          "javax.crypto.",
          "javax.decorator.",
          "javax.ejb.",
          "javax.el.",
          "javax.enterprise.concurrent.",
          "javax.enterprise.context.",
          "javax.enterprise.deploy.model.",
          "javax.enterprise.deploy.shared.",
          "javax.enterprise.deploy.spi.",
          "javax.enterprise.event.",
          "javax.enterprise.inject.",
          "javax.enterprise.util.",
          "javax.faces.",
          "javax.imageio.",
          "javax.inject.",
          "javax.interceptor.",
          "javax.jms.",
          "javax.json.",
          "javax.jws.",
          "javax.lang.model.",
          "javax.mail.",
          "javax.management.",
          "javax.naming.",
          "javax.net.",
          "javax.persistence.",
          "javax.print.",
          "javax.resource.",
          "javax.rmi.",
          "javax.script.",
          "javax.security.auth.",
          "javax.security.cert.",
          "javax.security.jacc.",
          "javax.security.sasl.",
          "javax.servlet.",
          "javax.sound.midi.",
          "javax.sound.sampled.",
          "javax.sql.",
          "javax.swing.",
          "javax.tools.",
          "javax.transaction.",
          "javax.validation.",
          "javax.websocket.",
          "javax.ws.rs.",
          "javax.xml.",
          "org.ietf.jgss.",
          "org.omg.CORBA.",
          "org.omg.CosNaming.",
          "org.omg.Dynamic.",
          "org.omg.DynamicAny.",
          "org.omg.IOP.",
          "org.omg.Messaging.",
          "org.omg.PortableInterceptor.",
          "org.omg.PortableServer.",
          "org.omg.SendingContext.",
          "org.omg.stub.java.rmi.",
          "org.w3c.dom.",
          "org.xml.sax.",
          "org.slf4j.",
          KAFKA);

  /** Packages of Kafka that hold plugins. */
  private static final List<String> KAFKAS_PLUGINS =
      List.of(
          CONNECT + "json.",
          CONNECT + "file.",
          CONNECT + "mirror.",
          CONNECT + "mirror-client.",
          CONNECT + "converters.");

  private static final Set<String> KAFKAS_PLUGIN_CLASSES =
      Set.of(
          CONNECT + "storage.StringConverter",
          CONNECT + "storage.SimpleHeaderConverter",
          CONNECT + "rest.basic.auth.extension.BasicAuthSecurityRestExtension");

  private static final String POLICY = CONNECT + "connector.policy.";
  private static final Set<String> POLICY_API =
      Set.of(
          POLICY + "ConnectorClientConfigOverridePolicy",
          POLICY + "ConnectorClientConfigRequest",
          POLICY + "ConnectorClientConfigRequest$ClientType");

  private PluginIsolation() {}

  /** Whether a plugin's own copy of the class is used, where it has one. */
  static boolean isOwn(String className) {
    return SHARED.stream().noneMatch(className::startsWith) || isPluginOfKafka(className);
  }

  private static boolean isPluginOfKafka(String name) {
    if (KAFKAS_PLUGINS.stream().anyMatch(name::startsWith)) {
      return true;
    }
    if (name.startsWith(CONNECT + "transforms.")) {
      String rest = name.substring((CONNECT + "transforms.").length());
      return !rest.startsWith("Transformation") && !rest.equals("predicates.Predicate");
    }
    if (name.startsWith(POLICY)) {
      return !POLICY_API.contains(name);
    }
    if (name.startsWith(PROVIDERS)) {
      return !name.equals(PROVIDERS + "ConfigProvider");
    }
    return KAFKAS_PLUGIN_CLASSES.contains(name);
  }
}
