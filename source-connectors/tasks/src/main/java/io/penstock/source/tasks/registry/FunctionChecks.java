package io.penstock.source.tasks.registry;

import io.penstock.connector.RouteDefiner.Check;
import io.penstock.connector.RouteDefiner.Checked;
import io.penstock.connector.RouteDefiner.Definition;
import io.penstock.source.tasks.registry.Functions.Declared;
import io.penstock.source.tasks.registry.Functions.New;
import io.penstock.source.tasks.wire.RefusedException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether a function may be registered, and can be made. */
final class FunctionChecks {

  private static final int MAX_CHECKED = 10_000;
  private static final Set<String> MEMBERS =
      Set.of("function", "retry", "onSuccess", "onFailure", "onStop");

  private final Declared declared;
  private final Accounts accounts;
  private final FunctionFiles files;
  private final Check check;
  private final InstantSource clock;

  /** Versions that could be made once: many accounts may have the same function. */
  private final Set<String> checked = new HashSet<>();

  FunctionChecks(
      Declared declared, Accounts accounts, FunctionFiles files, Check check, InstantSource clock) {
    this.declared = declared;
    this.accounts = accounts;
    this.files = files;
    this.check = check;
    this.clock = clock;
  }

  private void place(String account, String name) throws RefusedException {
    Accounts.checkName("a function", name);
    if (accounts.usable(account).isEmpty()) {
      throw RefusedException.notFound("there is no account '" + account + "'");
    }
    free(name);
  }

  /** Refuses a name that stands in the file. */
  void free(String name) throws RefusedException {
    if (declared.names().contains(name)) {
      throw RefusedException.of(
          409,
          "declared",
          "function '" + name + "' stands in the connector's file: change it there");
    }
  }

  /** The version that is wanted, if it can be made. Not to be called by several threads at once. */
  FunctionVersion version(New wanted) throws RefusedException {
    place(wanted.account(), wanted.name());
    if (wanted.alias().isPresent()) {
      Accounts.checkName("an alias", wanted.alias().get());
    }
    for (String member : wanted.tree().keySet()) {
      if (!MEMBERS.contains(member)) {
        throw RefusedException.badRequest(
            "'" + member + "' is unknown; a function has " + new TreeSet<>(MEMBERS));
      }
    }
    for (Map.Entry<String, String> file : wanted.files().entrySet()) {
      if (!FunctionFiles.isDigest(file.getValue()) || !files.has(file.getValue())) {
        throw RefusedException.badRequest(
            "the file '" + file.getKey() + "' was not handed over before");
      }
      if (!Path.of(file.getKey()).normalize().equals(Path.of(file.getKey()))
          || file.getKey().startsWith("..")
          || Path.of(file.getKey()).isAbsolute()) {
        throw RefusedException.badRequest("'" + file.getKey() + "' is no relative path");
      }
    }
    Path base = declared.folder();
    if (!wanted.files().isEmpty()) {
      files.layOut(wanted.files());
      base = files.folder(wanted.files());
    }
    byte[] definition = FunctionVersion.canonical(wanted.tree());
    String known = wanted.files().isEmpty() ? "" : FunctionVersion.id(definition, wanted.files());
    Map<String, String> captured = wanted.files();
    if (known.isEmpty() || !checked.contains(known)) {
      Checked result =
          check.check(new Definition(wanted.account(), wanted.name(), wanted.tree(), base));
      if (!result.problems().isEmpty()) {
        throw RefusedException.of(
                400, "bad_function", "the function can't be made: " + result.problems().get(0))
            .with(Map.of("problems", result.problems()));
      }
      if (captured.isEmpty()) {
        captured = files.capture(declared.folder(), result.files());
        if (!captured.isEmpty()) {
          files.layOut(captured);
        }
      }
    }
    String id = FunctionVersion.id(definition, captured);
    if (checked.size() < MAX_CHECKED) {
      checked.add(id);
    }
    return new FunctionVersion(id, definition, captured, clock.millis());
  }
}
