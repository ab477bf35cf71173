/** Record ids: 15 characters that differ by case, and the same with three more that make up for lost case. */

const suffixes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** With 18 characters; null where it is no id, or where its last three do not fit the others. */
export function longId(id: unknown): string | null {
  if (typeof id !== "string" || !/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(id)) return null;
  const short = id.slice(0, 15);
  let suffix = "";
  for (let group = 0; group < 15; group += 5) {
    let bits = 0;
    for (let index = 0; index < 5; index++) if (/[A-Z]/.test(short[group + index] ?? "")) bits |= 1 << index;
    suffix += suffixes[bits];
  }
  return id.length === 15 || id.slice(15).toUpperCase() === suffix ? short + suffix : null;
}

/** The first three characters say what an id is of. */
const prefixes: Record<string, string> = { "003": "Contact", "00Q": "Lead" };

/** A lead that was converted is a contact from then on, whatever the integration's own object is. */
export const objectOf = (id: string, otherwise: string) => prefixes[id.slice(0, 3)] ?? otherwise;
