/** What the service's routes answer, as far as the page shows it (docs/service-api.md). Times are RFC 3339. */
import type { Diagnostic } from "@penguinmails/crm-sync";
import type { Effects, IntegrationSettings } from "../service/store/model.js";

export interface Integration {
  id: string;
  crm: "hubspot" | "salesforce";
  account: string;
  state: "proposed" | "active" | "paused" | "revoked";
  mappingVersion: number;
  settings: Pick<IntegrationSettings, "brakes" | "approval">;
  lastSyncAt: string | null;
  /** The CRM's calls of a day, and how many of them are kept for what changes; null: the CRM has not told. */
  quota: { limit: number; left: number; at: string; kept: number } | null;
}

/** Of what the CRM has to be set up for. */
export interface Check {
  code: string;
  state: "ok" | "warning" | "failed" | "not_checked";
  fields: string[];
  hint: string;
}

export interface Alert {
  integration: string;
  kind: string;
  detail: Record<string, unknown>;
  since: string;
}

export interface IntegrationStatus extends Integration {
  counts: { links: number; intents: Record<string, number>; reviews: number };
  depth: { waiting: number; dead: number };
  alerts: Alert[];
}

/** Something is held back; null in integration, direction or field is all of them. */
export interface Pause {
  id: string;
  integration: string | null;
  direction: "to_crm" | "from_crm" | null;
  field: string | null;
  reason: string;
  stands: boolean;
  since: string;
  by: string;
  until: string | null;
}

export interface Run {
  integration: string;
  run: string;
  kind: string;
  dry: boolean;
  state: "running" | "paused" | "stopped" | "done" | "failed" | "cancelled";
  progress: { seen: number; total: number | null; outcomes: Record<string, number>; failed: number; effects?: Effects };
  startedAt: string;
  finishedAt: string | null;
  startedBy: string;
  /** An estimate. */
  endsAt: string | null;
  /** Whose decisions it takes back. */
  reverts: Reverts | null;
  error: string | null;
}

export type Reverts = { run: string } | { version: number; from: string | null; to: string | null };

export interface RunItem {
  subject: string;
  contact: string | null;
  crmId: string | null;
  outcome: string;
  /** What each side would be given. */
  local: Record<string, unknown>;
  crm: Record<string, unknown>;
  /** One for each field. */
  reasons: Record<string, string>;
}

export interface MatchReport {
  outdated: boolean;
  groups: readonly { match: string; outcome: string; count: number; examples: readonly string[] }[];
}

export interface DeadJob {
  id: string;
  integration: string;
  subject: string;
  error: string;
  since: string;
}

export interface DeadIntent {
  id: string;
  integration: string;
  contact: string;
  crmId: string | null;
  error: { code: string; fields: string[]; hint: string };
  since: string;
}

export interface DeadLetters {
  jobs: DeadJob[];
  intents: DeadIntent[];
}

export interface MappingVersion {
  version: number;
  file: string;
}

export interface MappingDraft {
  draft: string;
  /** The version that was in force when it was made. */
  basedOn: number;
  since: string;
  by: string;
  /** The version that it has become. */
  version: number | null;
  /** The latest report of what it would do. */
  impact: Run | null;
  /** Another version has come into force since the report was begun. */
  outdated: boolean;
}

export interface WholeDraft extends MappingDraft {
  file: string;
  diagnostics: readonly Diagnostic[];
}

/** A decision, of which the page takes the records that it was made of. */
export interface AuditEntry {
  id: string;
  contact: string;
  at: string;
  input: {
    local: Side | null;
    crm: Side | null;
    base: Record<string, unknown> | null;
    now?: string;
  };
}

export interface Side {
  record: Record<string, unknown>;
  updated_at?: string;
}

export type { Brakes, Effect, MappingHistory } from "../service/store/model.js";
export type { Diagnostic };
