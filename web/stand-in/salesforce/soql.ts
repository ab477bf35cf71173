/** The part of SOQL that is understood here: SELECT … FROM … WHERE … AND … ORDER BY … LIMIT …; the rest is refused. */
import { refuse } from "./errors.js";

export interface Condition {
  field: string;
  operator: "=" | ">" | "IN";
  values: (string | number | boolean | null)[];
}

export interface Select {
  fields: string[];
  object: string;
  conditions: Condition[];
  orderBy: string | null;
  limit: number | null;
}

const token =
  /\s*(?:('(?:[^'\\]|\\.)*')|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)|(<=|>=|!=|<>|[=<>(),]))/y;

export const malformed = (message: string) => refuse(400, "MALFORMED_QUERY", message);

function tokens(text: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw malformed(`unexpected token at column ${at + 1}`);
    found.push(match[0].trim());
  }
  return found;
}

const escaped: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "'": "'", '"': '"', "\\": "\\" };

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, sign: string) => {
    const meant = escaped[sign.toLowerCase()] ?? escaped[sign];
    if (meant === undefined) throw malformed(`invalid escape \\${sign}`);
    return meant;
  });
}

export function parseSelect(text: string): Select {
  const words = tokens(text);
  let at = 0;
  const peek = () => words[at]?.toUpperCase();
  const next = () => {
    const word = words[at++];
    if (word === undefined) throw malformed("unexpected end of query");
    return word;
  };
  const expect = (wanted: string) => {
    const word = next();
    if (word.toUpperCase() !== wanted) throw malformed(`expecting ${wanted}, found '${word}'`);
  };
  const name = () => {
    const word = next();
    if (!/^[A-Za-z]/.test(word) || /^(?:select|from|where|and|order|by|limit|in)$/i.test(word)) {
      throw malformed(`unexpected token: '${word}'`);
    }
    return word;
  };
  const value = () => {
    const word = next();
    if (word.startsWith("'")) return unquoted(word);
    if (/^-?\d/.test(word)) return Number(word);
    if (/^(?:true|false)$/i.test(word)) return word.toLowerCase() === "true";
    if (/^null$/i.test(word)) return null;
    throw malformed(`unexpected token: '${word}'`);
  };
  const list = <T>(one: () => T): T[] => {
    const items = [one()];
    while (peek() === ",") {
      at++;
      items.push(one());
    }
    return items;
  };
  const condition = (): Condition => {
    const field = name();
    const operator = next().toUpperCase();
    if (operator === "=" || operator === ">") return { field, operator, values: [value()] };
    if (operator !== "IN") throw malformed(`unexpected token: '${operator}'`);
    expect("(");
    const values = list(value);
    expect(")");
    return { field, operator, values };
  };

  expect("SELECT");
  const fields = list(name);
  expect("FROM");
  const select: Select = { fields, object: name(), conditions: [], orderBy: null, limit: null };
  for (let joins = "WHERE"; peek() === joins; joins = "AND") {
    at++;
    select.conditions.push(condition());
  }
  if (peek() === "ORDER") {
    at++;
    expect("BY");
    select.orderBy = name();
  }
  if (peek() === "LIMIT") {
    at++;
    const limit = value();
    if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0) throw malformed("LIMIT is no number");
    select.limit = limit;
  }
  if (at < words.length) throw malformed(`unexpected token: '${words[at]}'`);
  return select;
}
