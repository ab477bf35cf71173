/** SOQL, in which names and values are checked or escaped before they stand in a query. */

const namePattern = /^[A-Za-z]\w{0,254}$/;
const pathPattern = /^[A-Za-z]\w{0,254}(?:\.[A-Za-z]\w{0,254}){0,5}$/;

/** Of an object or of a field that stands alone. */
export const isName = (name: string) => namePattern.test(name);
/** Of a field that is read, perhaps through a relationship, such as "Account.Name". */
export const isPath = (name: string) => pathPattern.test(name);

const escapes: Record<string, string> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

/** In quotes; null where no field can hold it: an empty text would find all records without a value. */
export function literal(text: string): string | null {
  if (text.trim() === "" || !text.isWellFormed()) return null;
  const escaped = text.replace(/[\\'"\n\r\t\b\f]/g, (sign) => escapes[sign] as string);
  return /\p{Cc}/u.test(escaped) ? null : `'${escaped}'`;
}

export interface Select {
  fields: readonly string[];
  object: string;
  where?: string;
  /** The literals of an `IN`, which follows `where`'s field. */
  among?: { field: string; literals: readonly string[] };
  orderBy?: string;
  limit?: number;
}

export function soql({ fields, object, where, among, orderBy, limit }: Select): string {
  const conditions = [where, among && `${among.field} IN (${among.literals.join(",")})`].filter(Boolean);
  return [
    `SELECT ${fields.join(",")} FROM ${object}`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(" AND ")}`] : []),
    ...(orderBy === undefined ? [] : [`ORDER BY ${orderBy}`]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ].join(" ");
}

/** Names once each: SOQL refuses a field that is selected twice, in whatever case. */
export function distinct(names: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const name of names) if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), name);
  return [...found.values()];
}
