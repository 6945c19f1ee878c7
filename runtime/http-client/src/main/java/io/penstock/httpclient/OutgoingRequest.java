package io.penstock.httpclient;

/**
 * A POST to an endpoint.
 *
 * @param headers beside those of the endpoint
 * @param body not copied: it must not be changed
 */
public record OutgoingRequest(RequestHeaders headers, byte[] body) {}
