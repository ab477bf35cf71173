/** Direct entries say which field of PenguinMails' contact they are about, and not all that Segment reads is one. */
import { Inexpressible } from "./inexpressible.js";
import { derivedEntry, type Entry } from "./segment-entry.js";

/** The common fields of Segment's events. Others at the top could be fields of PenguinMails' contact, which have types. */
const eventFields = new Set(
  "anonymousId category channel context event groupId integrations messageId name originalTimestamp previousId properties receivedAt sentAt timestamp traits type userId version".split(
    " ",
  ),
);

/** The path that an entry is about: the first of those that it reads. */
function pathOf({ penguinmails_field: field }: Entry): string | undefined {
  return Array.isArray(field) ? field[0] : typeof field === "string" ? field : undefined;
}

const isPartOf = (part: string, whole: string) => part.startsWith(`${whole}.`);
const overlap = (a: string, b: string) => isPartOf(a, b) || isPartOf(b, a);

/** Where direct entries would be about a field as a whole and in parts, or about a typed one, formulas take their place. */
export function withoutConflicts(
  entries: ReadonlyMap<string, Entry>,
  valueGiven: (field: string) => unknown,
  refuse: (field: string, error: Inexpressible) => void,
): Map<string, Entry> {
  const taken: string[] = [];
  const kept = new Map(entries);
  // Lists of fields first, since no formula can say all of them; of others the parts, of which there are more.
  const order = [...entries].sort(([, a], [, b]) => rank(b) - rank(a));
  for (const [field, entry] of order) {
    const path = pathOf(entry);
    if (path === undefined) continue;
    const [root = ""] = path.split(".");
    const mayHaveType = !eventFields.has(root);
    if (!mayHaveType && !taken.some((other) => overlap(path, other))) {
      taken.push(path);
      continue;
    }
    const derived = derivedEntry(field, valueGiven(field));
    if (derived !== undefined) kept.set(field, derived);
    else {
      kept.delete(field);
      const reason = mayHaveType
        ? `it reads ${path}, which may be a typed field of PenguinMails' contact`
        : `it reads ${path}, which another entry reads as a whole or in parts`;
      refuse(field, new Inexpressible("@if", reason));
    }
  }
  return kept;
}

const rank = (entry: Entry) =>
  (Array.isArray(entry.penguinmails_field) ? 1000 : 0) + (pathOf(entry) ?? "").split(".").length;
