// Writes what is generated from the engine's tables: docs/catalogs.md from the built-in catalogs, docs/diagnostics.md from
// the registry of codes, docs/reasons.md and web/cli/reasons.ts from the list of reasons, docs/functions.md from what
// stands with each function, bindings/package/language.ts from those and from the tables of keys, docs/stand-in.md from
// what the stand-in says of itself.
// A test fails when a file and its table differ.
//
//   node scripts/generate-docs.mjs           writes the files
//   node scripts/generate-docs.mjs --check   names those that differ; exit code 1 if any does
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sections } from "./language-tables.mjs";
import { standInPage } from "./stand-in-page.mjs";

const root = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

/** The rows of an X macro: its name, then identifiers, then a sentence in quotes. */
function rowsOf(path, macro) {
  const body = read(path).match(new RegExp(`#define ${macro}\\(X\\)((?:.*\\\\\\n)*.*)`))?.[1];
  if (body === undefined) throw new Error(`${path} has no ${macro}`);
  const rows = [...body.matchAll(/X\(([^"]*?),\s*"((?:[^"\\]|\\.)*)"\)/g)].map(([, names, sentence]) => [
    ...names.split(",").map((name) => name.trim()),
    JSON.parse(`"${sentence}"`),
  ]);
  if (rows.length !== body.split("X(").length - 1) throw new Error(`${path}: a row of ${macro} has an unknown form`);
  return rows;
}

const cell = (text) => text.replaceAll("|", "\\|");

function diagnosticsPage() {
  const families = {
    FIL: "The mapping file as text",
    MAP: "What the mapping file says",
    EXP: "Expressions and templates",
    JSN: "The text of records",
    REC: "Mapping a record",
    CNF: "Resolving",
    API: "How a call was made",
    CLI: "The command line",
  };
  const rows = rowsOf("src/diagnostics/codes.h", "CRMSYNC_CODES");
  const unknown = rows.find(([code]) => !(code.slice(0, 3) in families));
  if (unknown) throw new Error(`the family of ${unknown[0]} has no title`);
  const sections = Object.entries(families).map(([family, title]) => {
    const lines = rows
      .filter(([code]) => code.startsWith(family))
      .map(([code, severity, sentence]) => `| ${code} | ${severity} | ${cell(sentence)} |`);
    return `## ${family}: ${title}\n\n| code | severity | what is wrong |\n|---|---|---|\n${lines.join("\n")}\n`;
  });
  return `# Diagnostics

Each mistake has a code that never changes its meaning. An error stops the thing it is about (a mapping file, a record,
a field); a warning or a note does not. Messages name fields and types, never a record's values.

This page is generated from \`src/diagnostics/codes.h\` by \`scripts/generate-docs.mjs\`.

${sections.join("\n")}`;
}

const sentenceOf = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

function reasonsPage() {
  const lines = rowsOf("src/mapping/reason.h", "CRMSYNC_REASONS").map(
    ([reason, sentence]) => `| \`${reason}\` | ${cell(sentenceOf(sentence))} |`,
  );
  return `# Reasons

Every field of a mapped record and of a decision has exactly one reason, from this closed list.

This page is generated from \`src/mapping/reason.h\` by \`scripts/generate-docs.mjs\`.

| reason | in words |
|---|---|
${lines.join("\n")}
`;
}

function reasonsModule() {
  const lines = rowsOf("src/mapping/reason.h", "CRMSYNC_REASONS").map(
    ([reason, sentence]) => `  ${reason}: ${JSON.stringify(sentenceOf(sentence))},`,
  );
  return `/** The reasons of decisions in words. Generated from src/mapping/reason.h by scripts/generate-docs.mjs. */
export const reasons: Readonly<Record<string, string>> = {
${lines.join("\n")}
};
`;
}

const functionFamilies = {
  operators: ["Operators", "language.cpp"],
  macros: ["Macros", "language.cpp"],
  strings: ["Strings", "strings.cpp"],
  matches: ["Regular expressions", "matches.cpp"],
  format: ["Formatting", "format.cpp"],
  math: ["Numbers", "math.cpp"],
  conversions: ["Conversions", "conversions.cpp"],
  collections: ["Sizes", "collections.cpp"],
  time: ["Times", "time.cpp"],
  optionals: ["Optional values", "optionals.cpp"],
  encoders: ["Encodings", "encoders.cpp"],
  aggregates: ["Aggregates, in `crm`", "language.cpp"],
  filters: ["Filters of templates", "filters.cpp"],
};
const folder = "src/expression/functions/";

/** The tables of a source: its arrays of what is documented, by name; a family with one table has its source's. */
function functionsOf(source, name) {
  const body = read(`${folder}${source}`);
  const table =
    source === "language.cpp"
      ? body.match(new RegExp(`Documentation ${name}\\[\\] = \\{([\\s\\S]*?)\\n\\};`))?.[1]
      : body;
  if (table === undefined) throw new Error(`${source} has no table ${name}`);
  const literals = '(?:"(?:[^"\\\\]|\\\\.)*"\\s*)+';
  const texts = new RegExp(`(${literals}),\\s*(${literals}),\\s*(${literals})\\)`);
  const chunks = table.split(/\bdocumented\(/).slice(1);
  return chunks.map((chunk) => {
    const found = chunk.match(texts);
    if (!found) throw new Error(`${source}: ${chunk.slice(0, 80)} is documented in an unknown form`);
    // Adjacent literals of C++ are one.
    const [signature, summary, examples] = found.slice(1).map((part) =>
      part
        .match(/"(?:[^"\\]|\\.)*"/g)
        .map((each) => JSON.parse(each))
        .join(""),
    );
    // By the name that the engine knows it by, such as `math.abs`; what is compiled has its signature's.
    const called = chunk.match(/^\s*\{"([\w.]+)"/)?.[1] ?? signature.match(/(\w+)\(/)?.[1];
    return { name: called, signature, summary, examples: examples.split("\n").map((example) => example.split(" => ")) };
  });
}

/** Every function, operator, macro, aggregate and filter: its family, signature, summary and examples. */
export function documentedFunctions() {
  const known = new Set(Object.values(functionFamilies).map(([, source]) => source));
  const strange = readdirSync(new URL(folder, root)).find(
    (file) => file.endsWith(".cpp") && file !== "registry.cpp" && !known.has(file),
  );
  if (strange) throw new Error(`the family ${strange} has no title`);
  return Object.entries(functionFamilies).flatMap(([name, [title, source]]) =>
    functionsOf(source, name).map((each) => ({ family: name, title, ...each })),
  );
}

function functionsPage() {
  const code = (text) => `\`${cell(text)}\``;
  const functions = documentedFunctions();
  const sections = Object.entries(functionFamilies).map(([name, [title]]) => {
    const rows = functions
      .filter(({ family }) => family === name)
      .map(({ signature, summary, examples }) => {
        const shown = examples.map(([expression, result]) =>
          result === "error" ? `${code(expression)} is an error` : `${code(expression)} → ${code(result)}`,
        );
        return `| ${code(signature)} | ${cell(sentenceOf(summary))} | ${shown.join("<br>")} |`;
      });
    return `## ${title}\n\n| | | examples |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Functions

All that an expression can call. What stands in square brackets may be left out. How text is compiled, and what the two
dialects \`cel\` and \`crm\` do differently, is in [expressions.md](expressions.md); in \`crm\` a double without a fraction
may stand where an int is asked for.

Positions in strings count characters (code points), from 0. A position outside of the string, an argument of another
type and whatever else is called an error here has a code: [diagnostics.md](diagnostics.md).

This page is generated from \`src/expression/functions/\` by \`scripts/generate-docs.mjs\`; its examples run as tests.

${sections.join("\n")}`;
}

/** The rows of a built-in catalog: kind of record, path, type, length and words. */
function catalogRows(name) {
  const lines = [...read(`src/mapping/builtin_${name}.cpp`).matchAll(/^ {4}"(.*)\\n";?$/gm)].map(([, line]) => line);
  if (lines.length === 0) throw new Error(`the catalog of ${name} has an unknown form`);
  let object = "";
  return lines.flatMap((line) => {
    if (line.startsWith("@")) {
      object = line.slice(1);
      return [];
    }
    const [path, type, ...rest] = line.split(" ");
    const length = /^\d+$/.test(rest[0] ?? "") ? rest.shift() : "";
    return [{ object, path, type, length, words: rest }];
  });
}

function catalogsPage() {
  const spoken = {
    read_only: "read-only",
    on_create: "written on a create only",
    required: "required",
    not_null: "never empty",
    unique: "unique",
  };
  const table = (rows, camel) => {
    const lines = rows.map(({ path, type, length, words }) => {
      const notes = words.map((word) => {
        if (!(word in spoken)) throw new Error(`${path}: ${word} is no word of a catalog`);
        return spoken[word];
      });
      const alias = path.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());
      if (camel && alias !== path && !path.includes("[]")) notes.push(`also \`${alias}\``);
      return `| \`${path}\` | ${type} | ${length} | ${notes.join(", ")} |`;
    });
    return `| field | type | length | |\n|---|---|---|---|\n${lines.join("\n")}\n`;
  };
  const salesforce = catalogRows("salesforce");
  const of = (object) => salesforce.filter((row) => row.object === object);
  return `# Built-in catalogs

What is known of fields without being told: how values are compared and spelled ([types](mapping-file.md#types)), how long
they may be in UTF-16 units, and what can be written. A file's \`catalog\` and an imported one go before it
([catalogs](mapping-file.md#catalogs)); \`engine.catalog("salesforce", "Lead")\` gives the same as data.

This page is generated from \`src/mapping/builtin_*.cpp\` by \`scripts/generate-docs.mjs\`.

## PenguinMails' contact

What PenguinMails counts itself cannot be written by a CRM: an edit there is drift. A name in camelCase is known as the
same field, and is read and written as it stands.

${table(catalogRows("penguinmails"), true)}
## HubSpot's default contact properties

A name that ends in \`*\` stands for all that begin so. Options of enumerations are not listed: an administrator may change
them, and an import knows them.

${table(catalogRows("hubspot"))}
## Salesforce: Contact and Lead

${table(of(""))}
### Contact

${table(of("Contact"))}
### Lead

${table(of("Lead"))}`;
}

/** What completions and hovers say: keys by the number of their section, functions and filters by their names. */
function languageModule() {
  const texts = (entries, indent) =>
    entries.map(([name, text]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(text)},`);
  const byName = new Map();
  for (const { family, name, signature, summary } of documentedFunctions()) {
    if (name === undefined || family === "operators") continue;
    const called = family === "filters" ? `|${name}` : name;
    const text = `${signature}\n${sentenceOf(summary)}`;
    const others = summary.match(/so also (\w+) and (\w+)/)?.slice(1) ?? [];
    for (const each of [called, ...others])
      byName.set(each, byName.has(each) ? `${byName.get(each)}\n\n${text}` : text);
  }
  const maps = sections().map(({ name, keys }) => {
    const lines = texts(
      keys.map((key) => [key.name, key.sentence]),
      "    ",
    );
    return `  // ${name}\n  {\n${lines.join("\n")}\n  },`;
  });
  return `// biome-ignore-all format: generated
/**
 * What the language's keys, functions and filters do. Generated by scripts/generate-docs.mjs from src/mapping/keys.cpp and
 * src/expression/functions/. Loaded when it is asked for: the engine's module has no such texts.
 */
export const keys: readonly Readonly<Record<string, string>>[] = [
${maps.join("\n")}
];

/** A filter stands behind its \`|\`. */
export const functions: Readonly<Record<string, string>> = {
${texts([...byName], "  ").join("\n")}
};
`;
}

const generated = {
  "docs/diagnostics.md": diagnosticsPage,
  "docs/reasons.md": reasonsPage,
  "docs/functions.md": functionsPage,
  "docs/catalogs.md": catalogsPage,
  "docs/stand-in.md": standInPage,
  "web/cli/reasons.ts": reasonsModule,
  "bindings/package/language.ts": languageModule,
};

/** The generated files whose text on disk differs from what the tables give. */
export function differing() {
  return Object.entries(generated).filter(([path, make]) => {
    try {
      return read(path) !== make();
    } catch (error) {
      if (error.code === "ENOENT" && error.path === fileURLToPath(new URL(path, root))) return true;
      throw error;
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = differing();
  if (process.argv[2] === "--check") {
    for (const [path] of files) console.error(`${path} is not what node scripts/generate-docs.mjs writes`);
    process.exitCode = files.length > 0 ? 1 : 0;
  } else {
    for (const [path, make] of files) {
      writeFileSync(new URL(path, root), make());
      console.log(`wrote ${path}`);
    }
  }
}
