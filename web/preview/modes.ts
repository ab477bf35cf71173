/** What the page can be asked to show, and which panes each needs. */
import type { Mode, Pane, RecordMode } from "./protocol.js";

export const recordModes: Record<RecordMode, string> = {
  resolve: "Resolve both sides",
  to_crm: "To the CRM",
  from_crm: "From the CRM",
};
export const modes: Record<Mode, string> = { ...recordModes, many: "Many records", webhook: "Webhook payload" };

export const paneTitles: Record<Pane, string> = {
  local: "PenguinMails record",
  crm: "CRM record",
  base: "Last agreed",
  records: "Records",
  payload: "Webhook payload",
};
export const paneNotes: Record<Pane, string> = {
  local: "JSON, blank for none",
  crm: "JSON, blank for none",
  base: "blank for first contact",
  records: "one JSON object a line, or a JSON array of them",
  payload: "the body as HubSpot or Salesforce sends it",
};
export const panesOf: Record<Mode, Pane[]> = {
  resolve: ["local", "crm", "base"],
  to_crm: ["local"],
  from_crm: ["crm"],
  many: ["records"],
  webhook: ["payload"],
};

export function isRecordMode(mode: Mode): mode is RecordMode {
  return Object.hasOwn(recordModes, mode);
}
