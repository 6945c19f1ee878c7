package io.penstock.connector.config;

/**
 * What kind of thing is wrong in a configuration. Codes are stable: a number that was given is never
 * given to anything else.
 */
public enum ProblemCode {

  /** A file or folder that can't be read. */
  UNREADABLE_FILE(
      "PEN-1001",
      "A file or folder can't be read",
      "There is nothing at the path, it may not be read, it is larger than 16 MiB, or it is a"
          + " folder without *.json files.",
      "Check the path, which starts from the current folder, and the rights of the file."),

  /** A file that isn't JSON. */
  NOT_JSON(
      "PEN-1002",
      "A file is not JSON",
      "The text breaks the rules of JSON at the place that is named: a comma or bracket is missing,"
          + " there is one too many, or a text isn't quoted. Comments are not JSON.",
      "Mend it at that place, or just before it."),

  /** Two keys of one name in an object. */
  DUPLICATE_KEY(
      "PEN-1003",
      "A key stands twice in one object",
      "JSON readers would take one of the two values and forget the other without a word.",
      "Remove one of the two."),

  /** A reference that leads nowhere. */
  UNRESOLVED_REFERENCE(
      "PEN-1004",
      "A reference leads nowhere",
      "${env:NAME} names an environment variable that isn't set, ${file:PATH} a file that can't be"
          + " read, or the word before the colon is neither env nor file.",
      "Set the variable or make the file, or give a default: ${env:NAME:-value}. Write $${ for a"
          + " literal ${."),

  /** A key that doesn't exist there. */
  UNKNOWN_KEY(
      "PEN-1101",
      "There is no such key",
      "The object has no key of that name: it is mistyped, or it belongs to another object or to"
          + " another type of source, sink or function.",
      "Take the key that is suggested, or look it up with `penstock plugins` or in the reference."),

  /** A key that is needed. */
  MISSING_KEY(
      "PEN-1102",
      "A required key is missing",
      "The object can't do without this key, and it has no default.",
      "Add the key."),

  /** A value of the wrong type. */
  WRONG_TYPE(
      "PEN-1103",
      "A value is of the wrong type",
      "A text stands where a number is needed, a list where an object is needed, and so on."
          + " Durations are texts such as \"5s\", sizes texts such as \"1MiB\". ${env:NAME} gives a"
          + " text, so it can't stand for a number or for true and false.",
      "Write the value as the message says."),

  /** A value outside its range. */
  OUT_OF_RANGE(
      "PEN-1104",
      "A value is out of its range",
      "The value is of the right type, but smaller or larger than makes sense.",
      "Choose a value in the range; both ends belong to it."),

  /** A word that is none of those there are. */
  UNKNOWN_WORD(
      "PEN-1105",
      "A word is none of those that are known",
      "The value must be one of a few words. Case matters. For a \"type\" or \"format\" the words"
          + " are those that are installed.",
      "Take the word that is suggested, or one of the list."),

  /** A name that breaks the rules for names. */
  BAD_NAME(
      "PEN-1106",
      "A name breaks the rules",
      "Names stand in metrics, paths and consumer groups: 1 to 100 letters, digits, '.', '_' and"
          + " '-', a letter or digit first.",
      "Choose another name."),

  /** A name that something else has. */
  NAME_TAKEN(
      "PEN-1107",
      "A name is taken",
      "Connectors of one worker have different names, and so have the sinks of a connector.",
      "Rename one of the two."),

  /** A connector that leads nowhere. */
  NOTHING_TO_DO(
      "PEN-1108",
      "Events have nowhere to go",
      "A connector needs a function, or sinks under onSuccess, or both.",
      "Add \"function\" or \"onSuccess\"."),

  /** A policy that gives events up, and nowhere for them to go. */
  NO_FAILURE_SINK(
      "PEN-1109",
      "Events that are given up have nowhere to go",
      "maxAttempts, maxAge and onWindowFull: deadLetter give an event up. Without onFailure it"
          + " would be lost, so this isn't allowed.",
      "Add \"onFailure\" with a sink, or with {\"type\": \"drop\"} to give such events up; or"
          + " remove the limit."),

  /** Settings that contradict each other. */
  CONFLICT(
      "PEN-1110",
      "Settings don't fit",
      "Each value is right by itself, but not beside the others, or not for this type of source,"
          + " sink or function. The message says which.",
      "Change one of those that are named."),

  /** A filter that can't be understood. */
  WRONG_PATTERN(
      "PEN-1201",
      "A filter is not a pattern",
      "A filter is an object of fields, and each field has a list of values or conditions to"
          + " match.",
      "Write it as the message says; `penstock validate --explain EVENT.json` shows what it does."),

  /** A transform that can't be understood. */
  WRONG_TRANSFORM(
      "PEN-1202",
      "A transform can't be understood",
      "A transform is an object with a \"form\" and what that form needs.",
      "Write it as the message says.");

  private final String code;
  private final String title;
  private final String meaning;
  private final String remedy;

  ProblemCode(String code, String title, String meaning, String remedy) {
    this.code = code;
    this.title = title;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** The code, for example {@code PEN-1101}. */
  public String code() {
    return code;
  }

  /** What is wrong, in a few words. */
  public String title() {
    return title;
  }

  /** What that means and how it comes about. */
  public String meaning() {
    return meaning;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
