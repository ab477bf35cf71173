/** The service's names in words. */
import { encode } from "../../bindings/package/encode.js";
import type { Alert, Check, Integration, Pause, Run } from "./model.js";

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
    name: "Not connected",
    means:
      "There are no tokens that the CRM takes, so nothing is written; what comes in is kept. Once an administrator has connected it, it goes on by itself.",
  },
};

/** Of an active one. */
export const braked = {
  name: "Stopped by a brake",
  means: "Nothing is decided or written until a person says how to go on. What comes in is kept, and opt-outs go on.",
};

export const kinds: Record<string, string> = {
  incremental: "What changed on either side",
  from_crm: "What changed in the CRM",
  to_crm: "What changed in PenguinMails",
  reconcile: "Every record anew",
  first_sync: "First sync",
  revert: "Takes back what was written",
  impact: "What a draft of the mapping would do",
};

export const runStates: Record<Run["state"], string> = {
  running: "Running",
  paused: "Paused",
  stopped: "Stopped by a brake",
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
  reverted: "Gives back what was there before",
  stands: "Left alone, since somebody has edited it since",
  gone: "Left alone: the contact or its record is not there any more",
  values_gone: "Left alone: what was there before is not kept any more",
  nothing_written: "Nothing had been written",
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

/** Why a field gets back what it held, or does not. */
export const takenBack: Record<string, string> = {
  reverted: "It still holds what was written",
  edited_since: "Somebody has edited it since",
  right_anyway: "The mapping in force would have written the same",
  consent_stays: "What was said of mailing is never taken back",
};

/** Of writes to the CRM that are not final. */
export const writes: Record<string, string> = {
  planned: "to be sent",
  sent: "sent, not answered yet",
  unknown: "without an answer, to be looked up",
};

const alerts: Record<string, string> = {
  fight: "Something else keeps undoing what is written to a field, so the field is left alone.",
  revoked: "The CRM refuses the tokens. Connect it anew.",
  broken: "The CRM answers in a way that the service does not know.",
  consent_unreadable:
    "The CRM does not let us read a consent field, so opt-outs there are not seen. Allow the app to read it.",
  brake: "A brake has stopped the mapping.",
  opt_out_late: "The CRM has not been told of an opt-out for 15 minutes. Nobody is mailed from here meanwhile.",
  work_late: "Changes have waited for 15 minutes. See whether the service's processes run.",
  feed_late: "The CRM was not asked for its changes as often as it should be.",
  webhooks_silent: "The CRM's records change, and no webhook has told of it for a day. Check the connection.",
  quota_low: "The CRM has less than a tenth of the day's calls left. See what else calls it.",
  dead_letters: "Something has failed for good. Its causes are under Dead letters.",
  mapping_refused: "The mapping in force has mistakes. Save a new version of it.",
};

export function alertInWords({ kind, detail }: Alert): { sentence: string; details: string } {
  // What a brake says is said in words.
  const details = kind === "brake" ? [] : Object.entries(detail).filter(([, value]) => value !== null);
  return {
    sentence: alerts[kind] ?? kind,
    details: details.map(([key, value]) => `${key}: ${typeof value === "string" ? value : shown(value)}`).join(" · "),
  };
}

/** What came of connecting, by what the address says after the person was at the CRM. */
export const connectings: Record<string, string> = {
  connected: "Connected.",
  denied: "Not connected: access was denied at the CRM. Start again, and allow it there.",
  expired:
    "Not connected: too much time has passed, the session has ended, or it was started in another browser. Start again.",
  refused:
    "Not connected: the CRM gave no tokens. Start again; if it stays, compare the app's settings with the service's.",
  "account-taken": "Not connected: the account that was chosen at the CRM belongs to another integration.",
  "another-account":
    "Not connected: another account was chosen at the CRM than the one that this integration is for. Sign in to that one.",
  "another-address": "Not connected: the organisation's address is another than the integration's baseUrl.",
};

export const checks: Record<string, string> = {
  ...{ mapping: "Mapping", token: "Token and account", scopes: "Scopes", fields: "Mapped fields are there" },
  ...{ writable: "Mapped fields can be written", types: "Types fit", key_field: "Field of our key" },
  ...{
    quota: "Calls of the day",
    duplicates: "Shared addresses",
    webhooks: "Webhooks",
    subscriptions: "Subscriptions",
  },
};

export const checkStates: Record<Check["state"], { name: string; sign: string; badge: string }> = {
  ok: { name: "Fine", sign: "●", badge: "good" },
  warning: { name: "Look at it", sign: "◌", badge: "warning" },
  failed: { name: "Wrong", sign: "✕", badge: "error" },
  not_checked: { name: "Not checked", sign: "‖", badge: "" },
};

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
