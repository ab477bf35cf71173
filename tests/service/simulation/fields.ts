/** The fields that people edit, how a conflict over each is decided, and what the integrations do with deletions. */
import { type Crm, names } from "../sync/hands.js";

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
const mapped = ["email", "first_name", "last_name", "phone", "city", "note", "unsubscribed"] as const;

export const mappingFile = (crm: Crm) => `
version: 1
name: simulation-${crm}
crm: ${crm}
object: ${crm === "hubspot" ? "contacts" : "Contact"}
sync:
  direction: bidirectional
  frequency: real_time
  conflict_resolution: field_level
  create: {crm: true, penguinmails: true}
identity:
  - {penguinmails_field: email, crm_field: ${names[crm].email}, normalize: [trim, email]}
conflict_resolution:
  default: newest_wins
  fields: {${editedFields.map((field) => `${field}: ${strategies[field]}`).join(", ")}}
  tie: crm_wins
  skew: 2s
  on_crm_delete: ${deletions[crm].crm}
  on_local_delete: ${deletions[crm].local}
field_mapping:
${mapped
  .map(
    (field) =>
      `  - {crm_field: ${names[crm][field]}, penguinmails_field: ${field}${field === "email" ? ", normalize: [trim, email]" : ""}}`,
  )
  .join("\n")}
`;

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
