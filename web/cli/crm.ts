/** Which CRM's envelopes are opened, and the records that come out of them. */
import type { Mapping } from "../../bindings/package/node.js";
import { oneOf, type Values } from "./command.js";
import { type Crm, openPage, openRecord } from "./envelopes.js";
import { bytesAt } from "./json-text.js";
import type { Opened } from "./records.js";

const known: readonly Crm[] = ["hubspot", "salesforce"];

/** What `--crm` says, else the mapping's own CRM; null for one whose envelopes nobody knows. */
export function crmFor(values: Values, mapping: Mapping): Crm | null {
  const given = values.crm;
  if (typeof given === "string") return oneOf("crm", given, known);
  return known.find((crm) => crm === mapping.crm) ?? null;
}

/** The bare records that a text of the input holds. */
export function recordsIn(text: Uint8Array, crm: Crm | null): Opened[] {
  return openPage(text, crm).map((span) => {
    const opened = openRecord(text, span, crm);
    return { offset: span.start, record: "code" in opened ? opened : bytesAt(text, opened.record) };
  });
}
