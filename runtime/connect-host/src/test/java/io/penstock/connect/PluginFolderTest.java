package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connect.PluginFolder.Offered;
import io.penstock.connect.plugin.StrictSourceConnector;
import java.util.List;
import org.apache.kafka.connect.runtime.isolation.PluginUtils;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What plugins there are, and whose classes they see. */
class PluginFolderTest {

  @Test
  void listsWhatPluginsOfferWithVersions() {
    List<Offered> offered = PluginFolder.open(TestPlugins.folder()).offered();
    assertThat(offered)
        .contains(
            new Offered(
                PluginKind.SOURCE,
                "io.penstock.connect.plugin.StrictSourceConnector",
                "1.2.3",
                "strict"),
            new Offered(
                PluginKind.SINK,
                "io.penstock.connect.plugin.StrictSinkConnector",
                "1.2.3",
                "strict"));
    assertThat(offered)
        .extracting(Offered::className)
        .contains(
            "org.apache.kafka.connect.json.JsonConverter",
            "org.apache.kafka.connect.converters.ByteArrayConverter",
            "org.apache.kafka.connect.transforms.Filter");
    assertThat(offered.stream().filter(o -> o.location().equals("strict"))).hasSize(2);
  }

  @Test
  void aPluginHasItsOwnClassesAndTheSharedOnes() throws ClassNotFoundException {
    PluginFolder folder = PluginFolder.open(TestPlugins.folder());
    PluginFolder.PluginClass found = folder.find(PluginKind.SOURCE, "StrictSource");
    assertThat(found.type().getName()).isEqualTo(StrictSourceConnector.class.getName());
    assertThat(found.type()).isNotSameAs(StrictSourceConnector.class);
    assertThat(SourceConnector.class.isAssignableFrom(found.type())).isTrue();
    assertThat(found.loader().loadClass(SourceRecord.class.getName())).isSameAs(SourceRecord.class);
    assertThat(folder.find(PluginKind.SOURCE, StrictSourceConnector.class.getName()).type())
        .isSameAs(found.type());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.String",
        "javax.sql.DataSource",
        "javax.annotation.Nonnull",
        "javax.cache.Cache",
        "javax.xml.bind.JAXB",
        "javax.inject.Inject",
        "javaz.Other",
        "org.slf4j.Logger",
        "org.slf4jx.Logger",
        "org.w3c.dom.Node",
        "org.omg.Dynamic.Parameter",
        "org.apache.kafka.common.config.ConfigDef",
        "org.apache.kafka.common.config.provider.ConfigProvider",
        "org.apache.kafka.common.config.provider.FileConfigProvider",
        "org.apache.kafka.connect.source.SourceTask",
        "org.apache.kafka.connect.json.JsonConverter",
        "org.apache.kafka.connect.json.",
        "org.apache.kafka.connect.file.FileStreamSourceTask",
        "org.apache.kafka.connect.mirror.MirrorSourceTask",
        "org.apache.kafka.connect.converters.LongConverter",
        "org.apache.kafka.connect.storage.StringConverter",
        "org.apache.kafka.connect.storage.StringConverterConfig",
        "org.apache.kafka.connect.storage.Converter",
        "org.apache.kafka.connect.transforms.Transformation",
        "org.apache.kafka.connect.transforms.TransformationX",
        "org.apache.kafka.connect.transforms.Filter",
        "org.apache.kafka.connect.transforms.predicates.Predicate",
        "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
        "org.apache.kafka.connect.connector.policy.ConnectorClientConfigOverridePolicy",
        "org.apache.kafka.connect.connector.policy.ConnectorClientConfigRequest$ClientType",
        "org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy",
        "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension",
        "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule",
        "org.apache.kafka.clients.consumer.KafkaConsumer",
        "io.debezium.Module",
        "com.acme.X",
        "org.apache.kafkax.Y"
      })
  void theRuleIsThatOfKafka(String className) {
    assertThat(PluginIsolation.isOwn(className))
        .isEqualTo(PluginUtils.shouldLoadInIsolation(className));
  }
}
