package io.penstock.httpclient;

import java.util.Map;

/**
 * A POST to an endpoint.
 *
 * @param headers beside those of the endpoint, names in lower case; values without line breaks
 * @param body not copied: it must not be changed
 */
public record OutgoingRequest(Map<String, String> headers, byte[] body) {}
