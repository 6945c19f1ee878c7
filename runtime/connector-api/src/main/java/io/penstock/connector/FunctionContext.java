package io.penstock.connector;

import java.nio.file.Path;

/**
 * What a function's provider knows besides its settings.
 *
 * @param function the function's name, for logs and contexts
 * @param account the account it belongs to
 * @param maxConcurrency how many invocations run at a time at most
 * @param baseDirectory the folder that relative paths in the connector's file start from
 */
public record FunctionContext(
    String function, String account, int maxConcurrency, Path baseDirectory) {}
