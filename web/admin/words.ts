/** The service's names in words. */
import { encode } from "../../bindings/package/encode.js";
import type { Alert, Integration, Pause, Run } from "./model.js";

export const crms: Record<string, string> = { hubspot: "HubSpot", salesforce: "Salesforce" };

export const states: Record<Integration["state"], { name: string; means: string }> = {
  proposed: {
    name: "Proposed",
    means: "Nothing is written yet. Start a dry first sync, look at what it would do, and approve it.",
  },
  active: { name: "Active", means: "Both sides are kept in step." },
  paused: {
    name: "Paused",
    means: "Nothing is decided or written until it is resumed. What comes in is kept, and opt-outs go on.",
  },
  revoked: {
    name: "Credentials refused",
    means:
      "The CRM refuses the credentials, so nothing is written. PUT /api/integrations/{id}/credentials takes new ones, and it goes on by itself.",
  },
};

export const kinds: Record<string, string> = {
  incremental: "What changed on either side",
  from_crm: "What changed in the CRM",
  to_crm: "What changed in PenguinMails",
  reconcile: "Every record anew",
  first_sync: "First sync",
};

export const runStates: Record<Run["state"], string> = {
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const directions = { to_crm: "To the CRM", from_crm: "From the CRM" } as const;

/** What a pause holds back, such as "hubspot · to the CRM · city". */
export function heldInWords({
  integration,
  direction,
  field,
}: Pick<Pause, "integration" | "direction" | "field">): string {
  const parts = [
    integration ?? "All integrations",
    direction && `${direction === "to_crm" ? "to" : "from"} the CRM`,
    field,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What a dry run would do with a pair. */
export const outcomes: Record<string, string> = {
  in_sync: "Nothing to do",
  merged: "Brings both sides to agree",
  review: "Asks a person",
  create_local: "Creates a contact in PenguinMails",
  create_crm: "Creates a record in the CRM",
  delete_local: "Deletes the contact in PenguinMails",
  delete_crm: "Deletes the record in the CRM",
  unlink: "Ends the link, since one side was deleted",
  filtered: "Keeps it out, by the mapping's filter or its rules of creating",
  invalid: "Cannot be written as it is",
  ambiguous: "Asks a person who is who",
  held_by_another: "Asks a person: the address is another record's",
  merged_into_anothers: "Asks a person: it was merged into another's record",
  waits: "Waits for a person's answer",
  later: "Waits for a write that is under way",
  ended: "Left alone: the link has ended",
  nothing: "Nothing to do",
};

/** Who is who, as a dry run found it; in the order in which it is shown. */
export const matches: Record<string, string> = {
  linked: "Linked already, or known by our key",
  matched: "The same address on both sides: will be linked",
  create_crm: "Only in PenguinMails: will be created in the CRM",
  create_local: "Only in the CRM: will be created in PenguinMails",
  duplicate: "Would be created, though others of the same side have the same address",
  ambiguous: "Several could be the same person: a person is asked",
  skipped: "Left alone",
};

/** Of writes to the CRM that are not final. */
export const writes: Record<string, string> = {
  planned: "to be sent",
  sent: "sent, not answered yet",
  unknown: "without an answer, to be looked up",
};

const alerts: Record<string, string> = {
  fight: "Something else keeps undoing what is written to a field, so the field is left alone.",
  revoked: "The CRM refuses the credentials. Hand in new ones.",
  broken: "The CRM answers in a way that the service does not know.",
  consent_unreadable:
    "The CRM does not let us read a consent field, so opt-outs there are not seen. Allow the app to read it.",
  mapping_refused: "The mapping in force has mistakes. Save a new version of it.",
};

export function alertInWords({ kind, detail }: Alert): { sentence: string; details: string } {
  const details = Object.entries(detail).filter(([, value]) => value !== null);
  return {
    sentence: alerts[kind] ?? kind,
    details: details.map(([key, value]) => `${key}: ${typeof value === "string" ? value : shown(value)}`).join(" · "),
  };
}

/** A pair by one of its sides, or a run. */
export function subjectInWords(subject: string): string {
  const [side = "", ...rest] = subject.split(":");
  const name = rest.join(":");
  if (side === "crm") return `The CRM's record ${name}`;
  if (side === "local") return `PenguinMails' contact ${name}`;
  return side === "run" ? `The run ${name}` : subject;
}

/** Values are JSON, so that 80 and "80" look different. */
export const shown = (value: unknown): string => encode(value, "a value");

export const counted = (count: number, one: string, several = `${one}s`) => `${count} ${count === 1 ? one : several}`;

/** In the reader's own time zone and language. */
export const moment = (time: string) =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const spans = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Such as "5 minutes ago". */
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [unit, span] = spans.find(([, length]) => seconds >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(seconds / span), unit);
}
