package io.penstock.source.tasks.registry;

import io.penstock.connector.RouteDefiner.Check;
import io.penstock.connector.RouteDefiner.Definition;
import io.penstock.connector.SourceVerdict;
import io.penstock.source.tasks.desk.Routing;
import io.penstock.source.tasks.registry.RegisteredFunction.Id;
import io.penstock.source.tasks.registry.RegisteredFunction.Phase;
import io.penstock.source.tasks.state.Origin;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.wire.RefusedException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions: those of the connector's file, which all accounts share and only the file changes,
 * and those that were registered since, each of one account. A name that stands in the file means the
 * file's. What changes them blocks until it is durable. Thread-safe.
 */
public final class Functions implements Routing {

  private static final Logger log = LoggerFactory.getLogger(Functions.class);

  private static final String VERSION = "version ";
  private static final String ALIAS = "alias ";
  private static final int MAX_VERSIONS = 20;
  private static final int MAX_ALIASES = 20;

  /**
   * What the connector's file says.
   *
   * @param names of its functions
   * @param isOwn whether there is but one, the connector's own
   * @param folder that its relative paths start from
   * @param worker what this one is called
   * @param sinks whether tasks of a route would reach any; null is the connector's own. Thread-safe
   */
  public record Declared(
      Set<String> names,
      boolean isOwn,
      Path folder,
      String worker,
      BiPredicate<@Nullable String, SourceVerdict> sinks) {
    /** Copies. */
    public Declared {
      names = Set.copyOf(names);
    }
  }

  /**
   * What a task asks for.
   *
   * @param function its name
   * @param said what is to be remembered of its version or alias; empty if it names none
   */
  public record Wanted(String function, String said) {}

  /**
   * A function to be registered.
   *
   * @param tree its definition
   * @param files digests of files that were handed over, by relative path; empty if they lie on this
   *     worker
   * @param alias that is to mean it from now on; empty for none
   */
  public record New(
      String account,
      String name,
      Map<String, Object> tree,
      Map<String, String> files,
      Optional<String> alias) {}

  private final Declared declared;
  private final RegistryStore store;
  private final FunctionFiles files;
  private final FunctionChecks checks;
  private final InstantSource clock;
  private final ConcurrentSkipListMap<String, RegisteredFunction> all =
      new ConcurrentSkipListMap<>();

  Functions(
      Declared declared,
      Accounts accounts,
      RegistryStore store,
      FunctionFiles files,
      Check check,
      InstantSource clock) {
    this.declared = declared;
    this.store = store;
    this.files = files;
    this.checks = new FunctionChecks(declared, accounts, files, check, clock);
    this.clock = clock;
  }

  /** Reads again what is kept, and lays out the files of it. */
  synchronized void load() {
    Map<String, RegisteredFunction> read = new TreeMap<>();
    store
        .all(RegistryStore.FUNCTIONS)
        .forEach((key, document) -> read.put(key, RegisteredFunction.read(Id.of(key), document)));
    read.values().forEach(this::layOut);
    all.keySet().retainAll(read.keySet());
    all.putAll(read);
  }

  /** What can't be laid out fails when it is called, and holds up nothing else. */
  private void layOut(RegisteredFunction function) {
    for (FunctionVersion version : function.versions().values()) {
      try {
        if (!version.files().isEmpty()) {
          files.layOut(version.files());
        }
      } catch (IllegalStateException | UncheckedIOException e) {
        log.error(
            "the files of version {} of function {} are missing",
            version.id(),
            function.id().key(),
            e);
      }
    }
  }

  // ---- which there are

  /** The names of the file's functions. */
  public Set<String> declared() {
    return declared.names();
  }

  /** All that an account may name. */
  public Set<String> names(String account) {
    Set<String> names = new TreeSet<>(declared.names());
    registered(account).forEach(function -> names.add(function.id().name()));
    return names;
  }

  Collection<RegisteredFunction> registered(String account) {
    return all.subMap(account + "/", account + "0").values(); // '0' is the character after '/'
  }

  Collection<RegisteredFunction> registered() {
    return all.values();
  }

  private @Nullable RegisteredFunction registered(String account, String name) {
    return declared.names().contains(name) ? null : all.get(account + "/" + name);
  }

  /** Whether an account has a function of that name. */
  public boolean has(String account, String name) {
    return declared.names().contains(name) || registered(account, name) != null;
  }

  /**
   * What a task asks for with {@code NAME}, {@code NAME:ALIAS} or {@code NAME@VERSION}, or with
   * nothing if there is but one function.
   */
  public Wanted wanted(String account, Optional<String> given) throws RefusedException {
    if (given.isEmpty()) {
      Set<String> names = names(account);
      if (names.size() == 1) {
        return wanted(account, Optional.of(names.iterator().next()));
      }
      throw RefusedException.badRequest("'function' is missing; there are " + some(names));
    }
    String text = given.get();
    int colon = text.indexOf(':');
    int at = text.indexOf('@');
    String name = text.substring(0, colon >= 0 ? colon : at >= 0 ? at : text.length());
    RegisteredFunction function = registered(account, name);
    if (function == null || function.phase() != Phase.ACTIVE) {
      if (function == null && name.equals(text) && declared.names().contains(name)) {
        return new Wanted(name, "");
      }
      throw unknown(text, function == null ? "" : "; it is being deleted");
    }
    String said = "";
    boolean isThere = function.byAlias(RegisteredFunction.LIVE).isPresent();
    if (colon >= 0) {
      said = ALIAS + text.substring(colon + 1);
      isThere = function.byAlias(text.substring(colon + 1)).isPresent();
    } else if (at >= 0) {
      said = VERSION + text.substring(at + 1);
      isThere = function.versions().containsKey(text.substring(at + 1));
    }
    if (!isThere) {
      throw unknown(text, "; it has the aliases " + function.aliases().keySet());
    }
    return new Wanted(name, said);
  }

  private static String some(Set<String> names) {
    List<String> first = names.stream().limit(20).toList();
    return first + (names.size() > first.size() ? " and " + (names.size() - 20) + " more" : "");
  }

  private static RefusedException unknown(String name, String more) {
    return RefusedException.of(
        404, "unknown_function", "there is no function '" + name + "'" + more);
  }

  // ---- which route a task takes

  /** The version that a task began with, else the one that it names, else that which is live. */
  @Override
  public Choice choose(StoredTask task) {
    String account = task.spec().account();
    String name = task.spec().function();
    if (declared.names().contains(name)) {
      return new Choice(declared.isOwn() ? null : name, "");
    }
    Id id = new Id(account, name);
    RegisteredFunction function = all.get(id.key());
    if (function == null || !function.versions().containsKey(version(task, function))) {
      function = look(id); // another worker may have registered it a moment ago
    }
    if (function == null) {
      return new Choice(id.key(), "");
    }
    String version = version(task, function);
    return new Choice(id.key() + "@" + version, version);
  }

  private @Nullable RegisteredFunction look(Id id) {
    try {
      Optional<Map<?, ?>> document = store.one(RegistryStore.FUNCTIONS, id.key());
      if (document.isPresent()) {
        RegisteredFunction read = RegisteredFunction.read(id, document.get());
        layOut(read);
        all.put(id.key(), read);
      }
    } catch (RuntimeException e) {
      log.warn("function {} could not be looked up", id.key(), e);
    }
    return all.get(id.key());
  }

  private static String version(StoredTask task, RegisteredFunction function) {
    List<Transition> log = task.life().log().entries();
    if (task.life().attempts() > 0 || task.startedMs() > 0) {
      for (int i = log.size() - 1; i >= 0; i--) {
        String cause = log.get(i).cause();
        if (log.get(i).action() == TaskAction.START && cause.startsWith(VERSION)) {
          return cause.substring(VERSION.length());
        }
      }
    }
    String said = Origin.of(task.life().log()).wish();
    if (said.startsWith(VERSION)) {
      return said.substring(VERSION.length());
    }
    String alias =
        said.startsWith(ALIAS) ? said.substring(ALIAS.length()) : RegisteredFunction.LIVE;
    return function.aliases().getOrDefault(alias, "none");
  }

  @Override
  public @Nullable String route(String account, String name) {
    RegisteredFunction function = registered(account, name);
    if (function == null) {
      return declared.isOwn() && declared.names().contains(name) ? null : name;
    }
    return function.id().key() + "@" + function.aliases().get(RegisteredFunction.LIVE);
  }

  @Override
  public boolean hasSinks(StoredTask task, SourceVerdict verdict) {
    String name = task.spec().function();
    if (declared.names().contains(name)) {
      return declared.sinks().test(declared.isOwn() ? null : name, verdict);
    }
    RegisteredFunction function = all.get(new Id(task.spec().account(), name).key());
    FunctionVersion version =
        function == null ? null : function.versions().get(version(task, function));
    String sinks = verdict instanceof SourceVerdict.Stopped ? "onStop" : "onFailure";
    // Another worker may know it; if none does, the engine settles it without a word.
    return version == null || version.tree().containsKey(sinks);
  }

  @Override
  public String worker() {
    return declared.worker();
  }

  @Override
  public String line(String account, String name) {
    return registered(account, name) == null ? name : account + "/" + name;
  }

  /** The definition of a route that {@link #choose} has named. */
  public Optional<Definition> definition(String route) {
    int at = route.indexOf('@');
    RegisteredFunction function = at < 0 ? null : all.get(route.substring(0, at));
    FunctionVersion version =
        function == null ? null : function.versions().get(route.substring(at + 1));
    return version == null || function == null
        ? Optional.empty()
        : Optional.of(
            new Definition(
                function.id().account(),
                function.id().name(),
                version.tree(),
                folder(version.files())));
  }

  private Path folder(Map<String, String> of) {
    return of.isEmpty() ? declared.folder() : files.folder(of);
  }

  // ---- changes

  /** Keeps a file that a function is to be made of; answers its digest. */
  public String keepFile(byte[] bytes) {
    return files.put(bytes);
  }

  /** Registers versions of functions, all or none; answers the id of each version. */
  public synchronized List<String> register(List<New> wanted) throws RefusedException {
    Map<String, RegisteredFunction> changed = new LinkedHashMap<>();
    List<String> ids = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      try {
        FunctionVersion version = checks.version(wanted.get(i));
        ids.add(version.id());
        used.addAll(version.files().values());
        RegisteredFunction function = with(wanted.get(i), version, changed);
        changed.put(function.id().key(), function);
      } catch (RefusedException e) {
        throw wanted.size() == 1
            ? e
            : RefusedException.of(e.status(), e.code(), "functions[" + i + "]: " + e.getMessage())
                .with(e.members());
      }
    }
    put(changed);
    files.isSettled(used);
    return ids;
  }

  private void put(Map<String, RegisteredFunction> changed) {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    for (Map.Entry<String, RegisteredFunction> one : changed.entrySet()) {
      documents.put(one.getKey(), one.getValue().document());
    }
    store.put(RegistryStore.FUNCTIONS, documents);
    all.putAll(changed);
  }

  private RegisteredFunction with(
      New wanted, FunctionVersion version, Map<String, RegisteredFunction> changed)
      throws RefusedException {
    Id id = new Id(wanted.account(), wanted.name());
    RegisteredFunction before = changed.get(id.key());
    if (before == null) {
      before = kept(id).orElse(null);
    }
    Map<String, FunctionVersion> versions = new LinkedHashMap<>();
    Map<String, String> aliases = new TreeMap<>();
    if (before != null) {
      versions.putAll(before.versions());
      aliases.putAll(before.aliases());
    }
    versions.putIfAbsent(version.id(), version);
    if (versions.size() > MAX_VERSIONS) {
      throw RefusedException.of(
          409,
          "too_many_versions",
          "a function has at most " + MAX_VERSIONS + " versions: delete one");
    }
    wanted.alias().ifPresent(alias -> aliases.put(alias, version.id()));
    if (aliases.size() > MAX_ALIASES) {
      throw RefusedException.of(
          409, "too_many_aliases", "a function has at most " + MAX_ALIASES + " aliases");
    }
    return new RegisteredFunction(
        id, Phase.ACTIVE, versions, aliases, before == null ? clock.millis() : before.createdMs());
  }

  private RegisteredFunction existing(String account, String name) throws RefusedException {
    checks.free(name);
    return kept(new Id(account, name)).orElseThrow(() -> unknown(name, ""));
  }

  /** As it is kept now: another worker may have changed it since this one has read. */
  private Optional<RegisteredFunction> kept(Id id) {
    return store
        .one(RegistryStore.FUNCTIONS, id.key())
        .map(document -> RegisteredFunction.read(id, document));
  }

  /** Lets an alias mean a version; with no version the alias is removed. */
  public synchronized void alias(
      String account, String name, String alias, Optional<String> version) throws RefusedException {
    RegisteredFunction function = existing(account, name);
    Accounts.checkName("an alias", alias);
    Map<String, String> aliases = new TreeMap<>(function.aliases());
    if (version.isEmpty()) {
      if (aliases.remove(alias) == null) {
        throw RefusedException.notFound("'" + name + "' has no alias '" + alias + "'");
      }
    } else if (!function.versions().containsKey(version.get())) {
      throw RefusedException.notFound("'" + name + "' has no version '" + version.get() + "'");
    } else {
      aliases.put(alias, version.get());
    }
    if (aliases.size() > MAX_ALIASES) {
      throw RefusedException.of(
          409, "too_many_aliases", "a function has at most " + MAX_ALIASES + " aliases");
    }
    put(Map.of(function.id().key(), function.withAliases(aliases)));
  }

  /** Removes a version that no alias means. Tasks that began with it are invalid from then on. */
  public synchronized void deleteVersion(String account, String name, String version)
      throws RefusedException {
    RegisteredFunction function = existing(account, name);
    if (!function.versions().containsKey(version)) {
      throw RefusedException.notFound("'" + name + "' has no version '" + version + "'");
    }
    if (function.aliases().containsValue(version)) {
      throw RefusedException.of(
          409, "in_use", "an alias means version '" + version + "': move the alias first");
    }
    Map<String, FunctionVersion> versions = new LinkedHashMap<>(function.versions());
    versions.remove(version);
    put(Map.of(function.id().key(), function.withVersions(versions)));
    files.keepOnly(usedFiles());
  }

  private Set<String> usedFiles() {
    Set<String> used = new HashSet<>();
    for (RegisteredFunction function : all.values()) {
      function.versions().values().forEach(version -> used.addAll(version.files().values()));
    }
    return used;
  }

  /** From now on a function takes no tasks. */
  synchronized void drain(String account, String name) throws RefusedException {
    RegisteredFunction function = existing(account, name);
    put(Map.of(function.id().key(), function.withPhase(Phase.DRAINING)));
  }

  /** Removes a function, if it is there; what names it is unknown from now on. */
  synchronized void remove(Id id) {
    if (all.containsKey(id.key())) {
      store.delete(RegistryStore.FUNCTIONS, id.key());
      all.remove(id.key());
      files.keepOnly(usedFiles());
    }
  }

  /** What may be told of a function. */
  public Optional<Map<String, Object>> describe(String account, String name) {
    RegisteredFunction function = registered(account, name);
    return function == null ? Optional.empty() : Optional.of(function.brief());
  }

  /** Everything of a function, with its definitions; for administration. */
  public Map<String, Object> full(String account, String name) throws RefusedException {
    return existing(account, name).full();
  }

  /** The functions that were registered for an account, or for all, behind a name. */
  public List<Map<String, Object>> list(Optional<String> account, String after, int most) {
    List<Map<String, Object>> list = new ArrayList<>();
    Map<String, RegisteredFunction> some =
        account.isPresent() ? all.subMap(account.get() + "/", account.get() + "0") : all;
    for (Map.Entry<String, RegisteredFunction> one : some.entrySet()) {
      if (list.size() < most && one.getKey().compareTo(after) > 0) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("account", one.getValue().id().account());
        tree.put("name", one.getValue().id().name());
        tree.putAll(one.getValue().brief());
        list.add(tree);
      }
    }
    return list;
  }
}
