/** The fields of a simulated contact: what they are called, how they are compared, and what the CRM makes of them. */

export type SideName = "local" | "crm";
export const otherSide = (side: SideName): SideName => (side === "local" ? "crm" : "local");

export type Strategy = "crm_wins" | "penguinmails_wins" | "newest_wins" | "manual" | "union";
type Kind = "email" | "text" | "tags" | "number" | "suppression";

export interface Field {
  /** PenguinMails' path, which also names the field here. */
  name: string;
  crm: string;
  kind: Kind;
}

/** What wins or loses as one: a field, or the fields of a group. */
export interface Unit {
  name: string;
  fields: readonly Field[];
  strategy: Strategy;
}

const text = (name: string, crm: string): Field => ({ name, crm, kind: "text" });
const alone = (field: Field, strategy: Strategy): Unit => ({ name: field.name, fields: [field], strategy });

export const units: readonly Unit[] = [
  alone({ name: "email", crm: "Email", kind: "email" }, "crm_wins"),
  alone(text("first_name", "First__c"), "crm_wins"),
  alone(text("company", "Company__c"), "newest_wins"),
  alone(text("job_title", "Job__c"), "penguinmails_wins"),
  alone(text("custom_fields.note", "Note__c"), "manual"),
  alone(text("custom_fields.plan", "Plan__c"), "manual"),
  {
    name: "address",
    fields: [text("address.street", "Street__c"), text("address.city", "City__c"), text("address.code", "Code__c")],
    strategy: "newest_wins",
  },
  alone({ name: "tags", crm: "Tags__c", kind: "tags" }, "union"),
];

export const score: Field = { name: "lead_score", crm: "Score__c", kind: "number" };
export const optOut: Field = { name: "unsubscribed", crm: "HasOptedOutOfEmail", kind: "suppression" };
export const fields: readonly Field[] = [...units.flatMap((unit) => unit.fields), score, optOut];
const byName = new Map(fields.map((field) => [field.name, field]));

export function field(name: string): Field {
  const found = byName.get(name);
  if (!found) throw new Error(`there is no field ${name}`);
  return found;
}

/** The CRM cuts texts to this many characters. */
const longest = 24;

/** What the CRM stores of a value that is written or typed in there. */
export function spelledByCrm({ kind }: Field, value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  const trimmed = value.trim();
  const spelled =
    kind === "email" ? trimmed.toLowerCase() : kind === "text" ? trimmed.slice(0, longest).trim() : trimmed;
  return spelled === "" ? null : spelled;
}

/** PenguinMails' value as it is written to the CRM, and back. */
export const toWire = ({ kind }: Field, value: unknown) =>
  kind === "tags" && Array.isArray(value) ? (value.length === 0 ? null : value.join(";")) : value;
export const fromWire = ({ kind }: Field, value: unknown) =>
  kind === "tags" && typeof value === "string" ? value.split(";") : value;

/** What a value means, whichever side holds it. */
export function meaning({ kind }: Field, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (kind === "tags") {
    return (Array.isArray(value) ? value : String(value).split(";"))
      .filter((tag) => tag !== "")
      .sort()
      .join(";");
  }
  return kind === "email" ? String(value).toLowerCase() : String(value);
}

export type Values = Record<string, unknown>;

/** What a unit means in the values of one side. */
export const unitMeaning = (unit: Unit, values: Values) =>
  unit.fields.map((one) => meaning(one, values[one.name])).join("\n");

/** Whether both sides agree on a unit, as far as the CRM's spelling lets them. */
export const agrees = (unit: Unit, local: Values, crm: Values) =>
  unit.fields.every(
    (one) =>
      meaning(one, local[one.name]) === meaning(one, crm[one.name]) ||
      meaning(one, spelledByCrm(one, toWire(one, local[one.name]))) === meaning(one, crm[one.name]),
  );
