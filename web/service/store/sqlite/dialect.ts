/**
 * The store's statements for SQLite. They are written once, for PostgreSQL, in a part of its SQL that has a counterpart
 * here; what has none is refused, so that no statement goes wrong quietly. Times are texts that sort as they follow each
 * other (RFC 3339 in UTC, with milliseconds), arrays and rows are JSON.
 */

/** A value as SQLite's parameters take it. */
export type Bound = string | number | null;

export function bound(value: unknown): Bound {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}

const known = new Map<string, string>();

/** A statement of PostgreSQL's with $1, $2, … as SQLite's with ?1, ?2, … */
export function sqlite(statement: string): string {
  const text = known.get(statement) ?? translated(statement);
  known.set(statement, text);
  return text;
}

const moment = (value: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${value})`;
const elements = (parameter: string, name: string) => `(select value as ${name} from json_each(${parameter}))`;

/** In this order. Each is of one construct, and leaves everything else as it is. */
const rules: readonly ((text: string) => string)[] = [
  // One database is one tenant's: there is no schema, and no row is anybody else's. Transactions come one after the other.
  (text) => text.replace(/\bcrm_sync\./g, ""),
  (text) => text.replace(/\s+for (update|no key update|share)( of \w+)?( skip locked)?/g, ""),
  (text) => text.replace(/\bselect\s+from\b/g, "select 1 from"),
  // Rows and arrays as parameters.
  (text) =>
    text.replace(
      /json_to_recordset\((\$\d+)::text::json\) as (\w+)\s*\(([^)]*)\)/g,
      (_, parameter: string, alias: string, columns: string) =>
        `(select ${columns.split(",").map(columnOf).join(", ")} from json_each(${parameter})) as ${alias}`,
    ),
  (text) =>
    text.replace(
      /\bunnest\((\$\d+)::text\[\]\) (?:as )?(\w+)\s*\((\w+)\)/g,
      (_, p, a, c) => `${elements(p, c)} as ${a}`,
    ),
  (text) => text.replace(/\bunnest\((\$\d+)::text\[\]\) (\w+)/g, (_, p, a) => `${elements(p, a)} as ${a}`),
  (text) => text.replace(/= any\((\$\d+)::text\[\]\)/g, (_, p) => `in ${elements(p, "one")}`),
  (text) => text.replace(/\bctid\b/g, "rowid"),
  (text) => calls(text, "= any\\(array", (query) => `in (${query})`, 2),
  // One look at an index for each row of the left: SQLite joins like that anyway.
  (text) =>
    text.replace(
      /(left|cross) join lateral \(select [\w*, ]+ from (\w+) (\w+)\s+where ([^()]*?)(?: limit 1| offset 0)?\) \w+(?: on true)?/g,
      (_, side: string, table: string, alias: string, condition: string) =>
        `${side === "left" ? "left join" : "join"} ${table} as ${alias} on ${condition}`,
    ),
  // SQLite takes the rows of one statement in their order, so that the first of several of one key is inserted.
  (text) => text.replace(/\bdistinct on \([^()]*\) /g, ""),
  (text) => text.replace(/^(\s*update) (\w+) (?!set\b)(\w+)\s+set\b/, "$1 $2 as $3 set"),
  (text) =>
    text.replace(
      /^(\s*delete from \w+) (\w+)\s+using ([\s\S]*?)\s+where ([\s\S]*)$/,
      (_, from: string, alias: string, using: string, condition: string) =>
        `${from} as ${alias} where exists (select 1 from ${using} where ${condition})`,
    ),
  (text) => text.replace(/^(\s*delete from \w+) (?!where\b|as\b)(\w+)\s+where\b/, "$1 as $2 where"),
  // What is returned is the changed row's, under no other name.
  (text) => text.replace(/\breturning \w+\.(\w+)/g, "returning $1"),
  // Without a condition SQLite would take what follows for a join's.
  (text) => text.replace(/(\) as \w+)(\s+on conflict)/, "$1 where true$2"),
  // Functions.
  (text) => calls(text, "\\bmd5", (value) => `(${value})`),
  (text) => calls(text, "\\bgreatest", (both) => `coalesce(max(${both}), ${both})`),
  (text) =>
    calls(text, "\\bsplit_part", (given) => given.replace(/^(\w+), '\.', 1$/, "substr($1, 1, instr($1, '.') - 1)")),
  (text) => text.replace(/\bjson_build_object\(/g, "json_object("),
  (text) => aggregates(text, "json_agg", "json_group_array", "[]"),
  (text) => aggregates(text, "json_object_agg", "json_group_object", "{}"),
  // Types.
  (text) => text.replace(/(\$\d+)::timestamptz\b/g, (_, parameter) => moment(parameter)),
  (text) => text.replace(/::(?:text|int|bigint|json)\b/g, ""),
  (text) => text.replace(/\$(\d+)/g, "?$1"),
];

function translated(statement: string): string {
  const text = rules.reduce((before, rule) => rule(before), statement);
  const left =
    /::|\b(lateral|unnest|json_to_recordset|jsonb\w*|interval|extract|any|array|ilike|now|using)\b[^']*?[( ]/.exec(
      text,
    );
  if (left !== null) throw new Error(`SQLite has no ${left[0].trim()}: ${statement}`);
  return text;
}

/** A column of rows that come as JSON: `name type`. */
function columnOf(given: string): string {
  const [name = "", type] = given.trim().split(/\s+/);
  const value = `value ->> '${name.replaceAll('"', "")}'`;
  return `${type === "timestamptz" ? moment(value) : value} as ${name}`;
}

/** Each call of a function, which ends with so many closing brackets, becomes something else. */
function calls(text: string, name: string, made: (argument: string) => string, brackets = 1): string {
  const found = new RegExp(`${name}\\(`).exec(text);
  if (found === null) return text;
  const begin = found.index + found[0].length;
  const end = closing(text, begin);
  return (
    text.slice(0, found.index) + made(text.slice(begin, end)) + calls(text.slice(end + brackets), name, made, brackets)
  );
}

function closing(text: string, from: number): number {
  for (let at = from, depth = 1; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return at;
  }
  throw new Error(`a bracket is not closed: ${text}`);
}

/** Of no rows PostgreSQL makes null. */
function aggregates(text: string, name: string, own: string, empty: string): string {
  const found = new RegExp(`\\b${name}\\(`).exec(text);
  if (found === null) return text;
  const begin = found.index + found[0].length;
  let end = closing(text, begin) + 1;
  const filter = /^ filter \(/.exec(text.slice(end));
  if (filter !== null) end = closing(text, end + filter[0].length) + 1;
  const whole = `nullif(${own}(${text.slice(begin, end)}, '${empty}')`;
  return text.slice(0, found.index) + whole + aggregates(text.slice(end), name, own, empty);
}
