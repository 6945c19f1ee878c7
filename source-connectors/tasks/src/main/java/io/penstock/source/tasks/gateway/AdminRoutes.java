package io.penstock.source.tasks.gateway;

import io.penstock.connector.HttpRoute.Request;
import io.penstock.connector.HttpRoute.Response;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.AccountKey;
import io.penstock.source.tasks.registry.Functions.New;
import io.penstock.source.tasks.registry.Registry;
import io.penstock.source.tasks.registry.Registry.Rest;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Accounts and functions that are administered. Thread-safe; its methods block. */
final class AdminRoutes {

  private static final int MAX_BATCH = 1_000;
  private static final int PAGE = 1_000;
  private static final long BODY = 16 << 20;
  private static final long FILE = 64 << 20;

  /** What is done with a request. */
  @FunctionalInterface
  interface Action {
    /** Does it. */
    Response on(AdminRoutes admin, Request request) throws RefusedException;
  }

  /** A route of the administration. */
  record Entry(String method, String path, long maxBodyBytes, Action action) {
    Entry(String method, String path, Action action) {
      this(method, path, 1 << 20, action);
    }
  }

  private static final String ONE_ACCOUNT = "/admin/accounts/:account";
  private static final String ONE_FUNCTION = ONE_ACCOUNT + "/functions/:function";

  static final List<Entry> ENTRIES =
      List.of(
          new Entry("GET", "/admin/accounts", AdminRoutes::accounts),
          new Entry("POST", "/admin/accounts", BODY, AdminRoutes::setAccounts),
          new Entry("GET", ONE_ACCOUNT, AdminRoutes::account),
          new Entry("PUT", ONE_ACCOUNT, AdminRoutes::setAccount),
          new Entry("DELETE", ONE_ACCOUNT, AdminRoutes::deleteAccount),
          new Entry("POST", ONE_ACCOUNT + "/keys", AdminRoutes::addKey),
          new Entry("DELETE", ONE_ACCOUNT + "/keys/:key", AdminRoutes::revoke),
          new Entry("GET", "/admin/functions", AdminRoutes::functions),
          new Entry("POST", "/admin/functions", BODY, AdminRoutes::registerSome),
          new Entry("POST", "/admin/files", FILE, AdminRoutes::keepFile),
          new Entry("GET", ONE_FUNCTION, AdminRoutes::function),
          new Entry("PUT", ONE_FUNCTION, AdminRoutes::register),
          new Entry("DELETE", ONE_FUNCTION, AdminRoutes::deleteFunction),
          new Entry("PUT", ONE_FUNCTION + "/aliases/:alias", AdminRoutes::alias),
          new Entry("DELETE", ONE_FUNCTION + "/aliases/:alias", AdminRoutes::dropAlias),
          new Entry("DELETE", ONE_FUNCTION + "/versions/:version", AdminRoutes::deleteVersion));

  private final Registry registry;
  private final InstantSource clock;

  AdminRoutes(Registry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  private static String parameter(Request request, String name) {
    return request.pathParameter(name).orElse("");
  }

  /** The object of a body, with no other members than these. */
  private static Map<?, ?> body(Object tree, Set<String> members) throws RefusedException {
    if (!(tree instanceof Map<?, ?> map)) {
      throw RefusedException.badRequest("the body must be an object");
    }
    for (Object name : map.keySet()) {
      if (!members.contains(name)) {
        throw RefusedException.badRequest(
            "'" + name + "' is unknown; there are " + new TreeSet<>(members));
      }
    }
    return map;
  }

  private static Object tree(Request request) throws RefusedException {
    return request.body().length == 0 ? Map.of() : Json.tree(request.body());
  }

  private static List<?> batch(Request request, String name) throws RefusedException {
    Map<?, ?> body = body(tree(request), Set.of(name));
    if (body.get(name) instanceof List<?> list && !list.isEmpty() && list.size() <= MAX_BATCH) {
      return list;
    }
    throw RefusedException.badRequest("'" + name + "' must hold 1 to " + MAX_BATCH + " of them");
  }

  private static Rest rest(Request request) throws RefusedException {
    return switch (request.queryParameter("tasks").orElse("")) {
      case "drain" -> Rest.DRAIN;
      case "invalidate" -> Rest.INVALIDATE;
      default ->
          throw RefusedException.badRequest(
              "say what becomes of the tasks that wait: ?tasks=drain or ?tasks=invalidate");
    };
  }

  // ---- accounts

  static Map<String, Object> brief(Account account) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", account.name());
    tree.put("weight", account.weight());
    tree.put("maxBacklog", account.maxBacklog());
    if (account.ratePerSecond() > 0) {
      tree.put("ratePerSecond", account.ratePerSecond());
    }
    tree.put("keys", account.keys().stream().map(AdminRoutes::key).toList());
    return tree;
  }

  private static Map<String, Object> key(AccountKey key) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", key.id());
    if (!key.label().isEmpty()) {
      tree.put("label", key.label());
    }
    if (key.createdMs() > 0) {
      tree.put("createdAt", Instant.ofEpochMilli(key.createdMs()).toString());
    }
    if (key.expiresMs() != AccountKey.NEVER) {
      tree.put("expiresAt", Instant.ofEpochMilli(key.expiresMs()).toString());
    }
    return tree;
  }

  private Map<String, Object> described(Account account) {
    Map<String, Object> tree = brief(account);
    tree.put("declared", registry.accounts().isDeclared(account.name()));
    return tree;
  }

  private Response accounts(Request request) {
    return Answers.json(
        200, Map.of("accounts", registry.accounts().all().stream().map(this::described).toList()));
  }

  private Response account(Request request) throws RefusedException {
    return Answers.json(200, described(existing(parameter(request, "account"))));
  }

  private Account existing(String name) throws RefusedException {
    return registry
        .accounts()
        .find(name)
        .orElseThrow(() -> RefusedException.notFound("there is no account '" + name + "'"));
  }

  private static Account account(String name, Map<?, ?> body) throws RefusedException {
    return new Account(
        name,
        List.of(),
        number(body, "weight", 1, 0.01, 100),
        (long) number(body, "maxBacklog", Account.MAX_BACKLOG, 1, 1e9),
        number(body, "ratePerSecond", 0, 0, 1e6));
  }

  private static double number(
      Map<?, ?> body, String name, double otherwise, double least, double most)
      throws RefusedException {
    Object value = body.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.doubleValue();
    }
    throw RefusedException.badRequest(
        "'" + name + "' must be a number from " + least + " to " + most);
  }

  private Response setAccount(Request request) throws RefusedException {
    String name = parameter(request, "account");
    Map<?, ?> body = body(tree(request), Set.of("weight", "maxBacklog", "ratePerSecond"));
    Account made = registry.accounts().set(List.of(account(name, body))).get(0);
    return Answers.json(200, described(made));
  }

  private Response setAccounts(Request request) throws RefusedException {
    List<Account> accounts = new ArrayList<>();
    for (Object one : batch(request, "accounts")) {
      Map<?, ?> body = body(one, Set.of("name", "weight", "maxBacklog", "ratePerSecond"));
      accounts.add(account(text(body, "name"), body));
    }
    return Answers.json(
        200,
        Map.of(
            "accounts", registry.accounts().set(accounts).stream().map(this::described).toList()));
  }

  private static String text(Map<?, ?> body, String name) throws RefusedException {
    if (body.get(name) instanceof String text) {
      return text;
    }
    throw RefusedException.badRequest("'" + name + "' must be a text");
  }

  private Response deleteAccount(Request request) throws RefusedException {
    String name = parameter(request, "account");
    registry.deleteAccount(name, rest(request));
    return Answers.json(200, Map.of("deleted", name));
  }

  private Response addKey(Request request) throws RefusedException {
    Map<?, ?> body = body(tree(request), Set.of("label", "expiresIn", "expiresAt"));
    Object label = body.get("label");
    if (label != null && (!(label instanceof String text) || text.length() > 100)) {
      throw RefusedException.badRequest("'label' must be a text of at most 100 characters");
    }
    Map.Entry<String, AccountKey> made =
        registry
            .accounts()
            .addKey(
                parameter(request, "account"), label == null ? "" : label.toString(), expiry(body));
    Map<String, Object> tree = key(made.getValue());
    tree.put("key", made.getKey());
    return Answers.json(201, tree);
  }

  private long expiry(Map<?, ?> body) throws RefusedException {
    Object in = body.get("expiresIn");
    Object at = body.get("expiresAt");
    if (in != null && at != null) {
      throw RefusedException.badRequest("give either 'expiresIn' or 'expiresAt'");
    }
    if (in != null) {
      return clock.millis() + TaskReader.duration("expiresIn", in.toString()).toMillis();
    }
    return at == null
        ? AccountKey.NEVER
        : TaskReader.time("expiresAt", at.toString()).toEpochMilli();
  }

  private Response revoke(Request request) throws RefusedException {
    String id = parameter(request, "key");
    registry.accounts().revoke(parameter(request, "account"), id);
    return Answers.json(200, Map.of("revoked", id));
  }

  // ---- functions

  private Response functions(Request request) {
    String after = request.queryParameter("cursor").orElse("");
    List<Map<String, Object>> found =
        registry.functions().list(request.queryParameter("account"), after, PAGE + 1);
    List<Map<String, Object>> shown = found.subList(0, Math.min(PAGE, found.size()));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("declared", new TreeSet<>(registry.functions().declared()));
    tree.put("functions", shown);
    if (found.size() > PAGE) {
      Map<String, Object> last = shown.get(PAGE - 1);
      tree.put("cursor", last.get("account") + "/" + last.get("name"));
    }
    return Answers.json(200, tree);
  }

  private Response function(Request request) throws RefusedException {
    return Answers.json(
        200,
        registry.functions().full(parameter(request, "account"), parameter(request, "function")));
  }

  private Response keepFile(Request request) {
    return Answers.json(201, Map.of("sha256", registry.functions().keepFile(request.body())));
  }

  private static New read(String account, String name, Map<?, ?> body) throws RefusedException {
    if (!(body.get("definition") instanceof Map<?, ?> definition)) {
      throw RefusedException.badRequest(
          "'definition' must be an object: what would stand under routes in the connector's file");
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    definition.forEach((key, value) -> tree.put(String.valueOf(key), value));
    Map<String, String> files = new LinkedHashMap<>();
    if (body.get("files") instanceof Map<?, ?> given) {
      given.forEach((path, digest) -> files.put(String.valueOf(path), String.valueOf(digest)));
    }
    @Nullable Object alias = body.get("alias");
    return new New(
        account,
        name,
        tree,
        files,
        alias == null
            ? Optional.of("live")
            : Optional.of(alias.toString()).filter(a -> !a.isEmpty()));
  }

  private Response register(Request request) throws RefusedException {
    String account = parameter(request, "account");
    String name = parameter(request, "function");
    Map<?, ?> body = body(tree(request), Set.of("definition", "files", "alias"));
    String version = registry.functions().register(List.of(read(account, name, body))).get(0);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("version", version);
    tree.putAll(registry.functions().full(account, name));
    return Answers.json(200, tree);
  }

  private Response registerSome(Request request) throws RefusedException {
    List<New> all = new ArrayList<>();
    for (Object one : batch(request, "functions")) {
      Map<?, ?> body = body(one, Set.of("account", "name", "definition", "files", "alias"));
      all.add(read(text(body, "account"), text(body, "name"), body));
    }
    return Answers.json(200, Map.of("versions", registry.functions().register(all)));
  }

  private Response deleteFunction(Request request) throws RefusedException {
    String account = parameter(request, "account");
    String name = parameter(request, "function");
    Rest rest = rest(request);
    registry.deleteFunction(account, name, rest);
    boolean isGone = !registry.functions().has(account, name);
    return Answers.json(200, Map.of("name", name, isGone ? "deleted" : "draining", true));
  }

  private Response alias(Request request) throws RefusedException {
    Map<?, ?> body = body(tree(request), Set.of("version"));
    return aliased(request, Optional.of(text(body, "version")));
  }

  private Response dropAlias(Request request) throws RefusedException {
    return aliased(request, Optional.empty());
  }

  private Response aliased(Request request, Optional<String> version) throws RefusedException {
    String account = parameter(request, "account");
    String name = parameter(request, "function");
    registry.functions().alias(account, name, parameter(request, "alias"), version);
    return Answers.json(200, registry.functions().full(account, name));
  }

  private Response deleteVersion(Request request) throws RefusedException {
    String account = parameter(request, "account");
    String name = parameter(request, "function");
    registry.functions().deleteVersion(account, name, parameter(request, "version"));
    return Answers.json(200, registry.functions().full(account, name));
  }
}
