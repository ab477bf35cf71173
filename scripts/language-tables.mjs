/**
 * The mapping language as its tables in C++ have it: the keys of each kind of map (src/mapping/keys.cpp) and the closed
 * lists of words (src/mapping/choices.h). What is generated from them, the JSON Schema among it, reads them here.
 */
import { readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const matches = (text, pattern) => [...text.matchAll(pattern)].map((match) => match.slice(1));

function enumerators(source, name) {
  const body = source.match(new RegExp(`enum class ${name} [^{]*\\{([^}]*)\\}`))?.[1];
  if (body === undefined) throw new Error(`src/mapping/keys.h has no enum ${name}`);
  return body
    .replace(/\/\/.*$/gm, "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

/** By list, its words. */
export function wordLists() {
  const source = read("src/mapping/choices.h");
  const tables = matches(source, /constexpr auto (\w+) =\s*choices<\w+>\(\s*\{([\s\S]*?)\}\);/g);
  const lists = Object.fromEntries(
    tables.map(([name, body]) => {
      const rows = matches(body, /\{"([^"]*)",\s*[\w:]+\}/g);
      if (rows.length !== body.split('{"').length - 1) throw new Error(`a word of ${name} has an unknown form`);
      return [name, rows.map(([word]) => word)];
    }),
  );
  lists.sync_strategies = [...lists.strategies, "field_level"];
  const lacking = enumerators(read("src/mapping/keys.h"), "ValueList").filter(
    (name) => name !== "none" && !lists[name],
  );
  if (lacking.length > 0) throw new Error(`src/mapping/choices.h has no list ${lacking.join(", ")}`);
  return lists;
}

/** `list_of(word(ValueList::normalizers))` as `{form: "word", list: "normalizers", around: "list"}`. */
function shapeOf(text) {
  const tokens = text.match(/[\w:]+|[().]/g) ?? [];
  const take = (expected) => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`src/mapping/keys.cpp: the shape ${text} has an unknown form`);
    return token;
  };
  const argument = (parse) => {
    take("(");
    const value = parse();
    take(")");
    return value;
  };
  const last = () => take().replace(/^.*::/, "");
  const arounds = { list_of: "list", lists_of: "lists" };
  const term = () => {
    const name = take();
    let shape;
    if (tokens[0] !== "(") shape = { form: name };
    else if (name === "word" || name === "suggestion") shape = { form: name, list: argument(last) };
    else if (name === "map") shape = { section: argument(last) };
    else shape = { ...argument(term), around: arounds[name] ?? name };
    while (tokens[0] === ".") {
      take(".");
      take("or_map");
      shape.section = argument(last);
    }
    return shape;
  };
  const shape = term();
  if (tokens.length > 0) throw new Error(`src/mapping/keys.cpp: the shape ${text} has an unknown form`);
  return shape;
}

/** The kinds of maps in the order of `SectionKind`, each with its keys: name, shape, sentence. */
export function sections() {
  const source = read("src/mapping/keys.cpp");
  const words = wordLists();
  const tables = Object.fromEntries(
    matches(source, /constexpr Key (\w+)_keys\[\] = \{([\s\S]*?)\n\};/g).map(([name, body]) => {
      const rows = matches(body, /\{"(\w+)",\s*([\w:().\s]*?),\s*"((?:[^"\\]|\\.)*)"\}/g);
      if (rows.length !== body.split(/\{"\w+",/).length - 1) throw new Error(`a key of ${name} has an unknown form`);
      const keys = rows.map(([key, shape, sentence]) => ({
        name: key,
        shape: shapeOf(shape),
        sentence: `${JSON.parse(`"${sentence}"`)}.`,
      }));
      return [name, keys];
    }),
  );
  // Each strategy with its description.
  tables.strategies = words.sync_strategies.map((name) => ({
    name,
    shape: { section: "strategy_description" },
    sentence: "A strategy.",
  }));
  return enumerators(read("src/mapping/keys.h"), "SectionKind")
    .filter((name) => name !== "none")
    .map((name) => {
      if (!tables[name]) throw new Error(`src/mapping/keys.cpp has no table ${name}_keys`);
      return { name, keys: tables[name] };
    });
}

/** The keys that an entry of each kind cannot be without (src/mapping/entry_kind.cpp). */
export function requiredByKind() {
  const lists = matches(read("src/mapping/entry_kind.cpp"), /\brequire\(reading, entry, kind, \{([^}]*)\}\)/g);
  if (lists.length < 4) throw new Error("src/mapping/entry_kind.cpp requires no keys");
  return lists.map(([keys]) => matches(keys, /"(\w+)"/g).flat());
}
