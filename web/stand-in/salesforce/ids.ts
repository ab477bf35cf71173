/** Record ids: a prefix that says what they are of, a number, and three characters that make up for lost case. */
import { behaves } from "../behaviours.js";

behaves(
  "salesforce",
  "documented",
  "Ids have 15 characters that differ by case, or 18 where the last three say which of the others are capitals; answers have 18.",
  "Object Reference, ID Field Type",
);

export const prefixes = { Contact: "003", Lead: "00Q", User: "005", Account: "001" } as const;
export type ObjectName = keyof typeof prefixes;

const objects = new Map<string, ObjectName>(
  (Object.keys(prefixes) as ObjectName[]).map((name) => [prefixes[name], name]),
);
export const objectOf = (id: string): ObjectName | null => objects.get(id.slice(0, 3)) ?? null;

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** In the order of the numbers, as Salesforce's ids sort. */
export function idOf(prefix: string, number: number): string {
  let text = "";
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) text = `${digits[rest % 62]}${text}`;
  return eighteen(`${prefix}5e${text.padStart(10, "0")}`) as string;
}

/** Null where it is no id. */
export function eighteen(id: string): string | null {
  if (!/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(id)) return null;
  const groups = [id.slice(0, 5), id.slice(5, 10), id.slice(10, 15)];
  const suffix = groups.map((group) => {
    const capitals = [...group].reduce((bits, sign, at) => (/[A-Z]/.test(sign) ? bits | (1 << at) : bits), 0);
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals];
  });
  const whole = id.slice(0, 15) + suffix.join("");
  return id.length === 15 || id.toUpperCase() === whole.toUpperCase() ? whole : null;
}
