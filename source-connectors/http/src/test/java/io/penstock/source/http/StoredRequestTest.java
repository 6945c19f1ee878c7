package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.connector.HttpRoute.Header;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredRequestTest {

  private static final StoredRequest REQUEST =
      new StoredRequest(
          List.of(new Header("ce-id", ""), new Header("ce-x", "grün")), new byte[] {1, 2, 3});

  @Test
  void readsWhatWasWritten() {
    StoredRequest read = StoredRequest.decode(REQUEST.encode());
    assertThat(read.headers()).isEqualTo(REQUEST.headers());
    assertThat(read.body()).isEqualTo(REQUEST.body());
    assertThat(read.header("ce-x")).hasValue("grün");
    assertThat(read.header("ce-y")).isEmpty();
    StoredRequest empty = new StoredRequest(List.of(), new byte[0]);
    assertThat(StoredRequest.decode(empty.encode()).headers()).isEmpty();
  }

  @Test
  void refusesAnythingElse() {
    byte[] stored = REQUEST.encode();
    for (int length = 0; length < stored.length - REQUEST.body().length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> StoredRequest.decode(cut)).isInstanceOf(DecodeException.class);
    }
    stored[0] = 2;
    assertThatThrownBy(() -> StoredRequest.decode(stored)).hasMessageContaining("version 2");
    stored[0] = 1;
    stored[3] = -1;
    assertThatThrownBy(() -> StoredRequest.decode(stored)).isInstanceOf(DecodeException.class);
  }
}
