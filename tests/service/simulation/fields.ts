/** The fields that people edit, how a conflict over each is decided, and what the integrations do with deletions. */
import { type Crm, mappingOf } from "../sync/hands.js";

export const strategies = {
  email: "crm_wins",
  first_name: "penguinmails_wins",
  phone: "newest_wins",
  city: "newest_wins",
  note: "manual",
} as const;
export type Edited = keyof typeof strategies;
export const editedFields = Object.keys(strategies) as Edited[];

/** What the other side of a deleted record meets, by where it was deleted. */
export const deletions = {
  hubspot: { crm: "propagate", local: "unlink" },
  salesforce: { crm: "unlink", local: "propagate" },
} as const;

/** `last_name` names the person; nobody edits it. */
export const mappingFile = (crm: Crm): string => mappingOf(crm, "", { strategies, deletions: deletions[crm] });

/** What a value means, however a side spells it; "" is nothing. */
export function meaning(field: Edited, value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = String(value).trim();
  if (field === "email") return text.toLowerCase();
  return field === "phone" ? text.replace(/\D/g, "") : text;
}

/** A value that nobody has typed before. */
export function newValue(field: Edited, person: string, serial: number): string {
  if (field === "email") return `${person}.${serial}@${serial % 3 === 0 ? "Example.org" : "example.com"}`;
  return field === "phone" ? `+1 202 ${String(serial).padStart(7, "0")}` : `${field} ${serial}`;
}
