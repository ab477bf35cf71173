/** What the service keeps. Everything belongs to a tenant; ids are text, times RFC 3339. */
import type { Act, Decision, FieldDecision, Review, Suppression } from "@penguinmails/crm-sync";
import type { Crm, CrmWrite } from "../crm/client.js";
import type { Subject } from "../jobs/jobs.js";

export interface IntegrationRef {
  tenant: string;
  id: string;
}

/**
 * proposed: connected; a first sync is only tried out until a person approves it. paused: what comes in is kept, nothing
 * is decided or written, opt-outs excepted. revoked: the CRM refuses our credentials; as paused, until connected anew.
 */
export type IntegrationState = "proposed" | "active" | "paused" | "revoked";

export interface Integration extends IntegrationRef {
  crm: Crm;
  /** HubSpot's portal id, Salesforce's organisation id with 18 characters. Belongs to one tenant only. */
  account: string;
  state: IntegrationState;
  /** The mapping in force; versions are never changed, only followed by others. */
  mapping: MappingVersion;
  settings: IntegrationSettings;
  /** When a run or a wake-up last came to its end. */
  lastSyncAt: string | null;
  /** Null: the CRM has not told. */
  quota: Quota | null;
}

/** The CRM's calls of a day, as its answers last told; and those that comparing everything leaves to everything else. */
export interface Quota {
  limit: number;
  left: number;
  at: string;
  kept: number;
  /** When it was said how many are kept. */
  since: string;
}

/**
 * Something is held back for a while. What comes in is kept all the same, opt-outs are kept at once, and what was held
 * back is done once it ends. A person ends it, or its time does.
 */
export interface Pause {
  id: string;
  /** Null: all of the tenant's. */
  integration: string | null;
  /** What would be written there; null: both ways. */
  direction: "to_crm" | "from_crm" | null;
  /** PenguinMails' name of a field or the CRM's; null: all of them. */
  field: string | null;
  reason: string;
  since: string;
  by: string;
  until: string | null;
  endedAt: string | null;
  endedBy: string | null;
}

export interface MappingVersion {
  version: number;
  /** YAML or JSON. */
  file: string;
}

/** A mapping that is looked at before it is in force: never changed, only followed by another. */
export interface MappingDraft {
  draft: string;
  file: string;
  /** The version that was in force when it was made. */
  basedOn: number;
  since: string;
  by: string;
  /** The version that it has become. */
  version: number | null;
  /** The latest report of what it would do. */
  impact: Run | null;
}

/** A version without its file. */
export interface MappingHistory {
  version: number;
  since: string;
  /** Null: not known, as of versions from before it was kept. */
  by: string | null;
  /** The version that it put in force again. */
  restores: number | null;
}

export interface IntegrationSettings {
  /** The CRM's address: https://api.hubapi.com, or the organisation's instance. */
  baseUrl: string;
  /** The CRM's unique field for our key. */
  keyField: string;
  /** Salesforce: the object that persons are, Contact unless given; or Lead. */
  object?: string;
  /** SHA-256, in hex, of the secrets that its webhook URL may carry (Salesforce); two while they rotate. */
  webhookSecretHashes?: string[];
  /** HubSpot: the app's id, by which its history tells our own writes; Salesforce: the integration user's id. */
  ourself?: string;
  /** HubSpot: the subscription type to opt out of, by the property that says so; hs_email_optout is all of them. */
  subscriptions?: Record<string, string>;
  /** Instead of the usual ones (sync/brakes.ts). */
  brakes?: Partial<Brakes>;
  /** A mapping comes into force only as a draft that somebody approves; going back to a version stays possible. */
  approval?: boolean;
}

/** How much may come of a mapping before a person is asked. */
export interface Brakes {
  /** Of fewer pairs nothing is concluded. */
  minimum: number;
  /** Of the pairs that were looked at: more than this share stops it; 1 never does. */
  shares: Partial<Record<Effect, number>>;
}

/** What decisions do to pairs. */
export const effects = ["crm_changed", "local_changed", "cleared", "created", "deleted", "opted_in"] as const;
export type Effect = (typeof effects)[number];

/** What decisions do, or would do, in numbers. */
export interface Effects {
  pairs: Partial<Record<Effect, number>>;
  fields: FieldEffects[];
}

export interface FieldEffects {
  side: "crm" | "local";
  field: string;
  /** It held nothing, something else, or something and now nothing. */
  filled: number;
  changed: number;
  cleared: number;
  /** The ids of some contacts, or of records that are none yet. */
  examples: string[];
}

/** PenguinMails' side of a person. */
export interface Contact {
  id: string;
  record: Record<string, unknown>;
  updatedAt: string;
  fieldTimes: Record<string, string>;
  acts: Record<string, Act>;
  deleted: false | true | "privacy";
  deletedAt: string | null;
  /** Grows with every change; what a decision is conditional on. */
  version: number;
}

/** A contact and a CRM record that are one person. */
export interface Link {
  contact: string;
  /** Null while the record is being created. */
  crmId: string | null;
  /** ended: the two are no pair any more, and are not paired again by e-mail. */
  state: "linked" | "ended";
  /** Grows with every decision that was committed. */
  revision: number;
  /** What both last agreed on, as `resolve` gave it. */
  base: Record<string, unknown> | null;
  /** The contact's version that was last decided on. */
  syncedVersion: number;
  /** CRM fields that are left alone, since somebody there keeps undoing what we write. */
  braked: string[];
  /** Of the last writes of each CRM field: what was written (a hash), and when. */
  wrote: Record<string, { hash: string; at: string }[]>;
  /** How often in a row the CRM has not taken a field, or a write came upon another's edit: waits grow with it. */
  notTaken: number;
}

export type IntentState = "planned" | "sent" | "unknown" | "acknowledged" | "dropped" | "dead";

/** A write to the CRM that was decided on. It is final once it is acknowledged, dropped (decide anew) or dead. */
export interface Intent {
  id: string;
  contact: string;
  /** The decision that it is a part of. */
  audit: string;
  write: CrmWrite;
  state: IntentState;
  /** How often it was marked as sent, and when last. */
  attempts: number;
  sentAt: string | null;
  /** What the CRM answered: the record as the write left it; of one that was dropped, what it holds of what was sent. */
  answer: { id: string; record: Record<string, unknown> } | null;
  /** A code and a text without values. */
  error: { code: string; fields: string[]; hint: string } | null;
}

/** An intent with what is needed to acknowledge its decision. */
export interface OpenIntent extends Intent {
  decision: Decision;
  /** Of the mapping that decided it, which acknowledges it too. */
  mappingVersion: number;
  /** The run that it belongs to. */
  run: string | null;
  trace: string | null;
  /** The CRM's record as it was decided on. */
  before: Record<string, unknown>;
}

/**
 * A field that waits for a person, a deletion (`field` is null), or, with `candidates`, the question who is who.
 */
export interface StoredReview extends Review {
  integration: string;
  contact: string | null;
  crmId: string | null;
  state: "open" | "answered" | "closed";
  answer: ReviewAnswer | null;
  /** Ids of the CRM's records, or of contacts, that the subject could be. */
  candidates: Subject[] | null;
}

export type ReviewAnswer =
  | { choose: "crm" | "local"; at: string; by: string }
  | { choose: "value"; value: unknown; at: string; by: string }
  /** Of an identity: it is this one, or none of them. */
  | { choose: "link"; candidate: Subject; at: string; by: string }
  | { choose: "none"; at: string; by: string };

/** All that is kept of one person, for one integration. */
export interface Pair {
  /** What woke it. */
  subjects: Subject[];
  link: Link | null;
  contact: Contact | null;
  /** Open and answered ones. */
  reviews: StoredReview[];
  /** Those of the contact's address. */
  suppressions: Suppression[];
  /** Of a decision that is being carried out, in the order in which they are to be sent; none once all are final. */
  intents: OpenIntent[];
  /** What the CRM has refused for good (sync/refusals.ts); null: nothing. */
  refused: string | null;
}

export interface Run extends IntegrationRef {
  run: string;
  kind: RunKind;
  /** Shows what would be done, and does nothing. */
  dry: boolean;
  /** stopped: a brake holds it, until a person ends its pause. paused: a person has it rest. */
  state: "running" | "done" | "failed" | "cancelled" | "stopped" | "paused";
  /** Where to go on; the run's own. */
  checkpoint: Record<string, unknown> | null;
  progress: RunProgress;
  startedAt: string;
  finishedAt: string | null;
  startedBy: string;
  /** Who cancelled it. */
  endedBy: string | null;
  /** Who has it rest, and for how many milliseconds it has rested before. */
  pausedBy: string | null;
  rested: number;
  /** Of one that is stopped: why. */
  error: string | null;
  /** By which it began, at its first record; null of runs from before that was kept. */
  mappingVersion: number | null;
  reverts: Reverts | null;
  /** Of an impact: the draft under which it decides. */
  draft: string | null;
}

/** Whose decisions are taken back: a run's, or all that a version of the mapping has made within a time. */
export type Reverts = { run: string } | { version: number; from: string | null; to: string | null };

/**
 * incremental: what changed on either side since the last time, or with from_crm and to_crm on one. reconcile: every record
 * and every contact. first_sync: the same, the first time. revert: takes back what decisions have written. impact: as a dry
 * reconcile, under a draft of a mapping.
 */
export type RunKind = "incremental" | "from_crm" | "to_crm" | "reconcile" | "first_sync" | "revert" | "impact";

export interface RunProgress {
  /** Records and contacts looked at. */
  seen: number;
  /** How many there are to be looked at, at most; null where the CRM does not tell. */
  total: number | null;
  /** How many came to each outcome of a decision. */
  outcomes: Record<string, number>;
  failed: number;
  /** Of a dry run, and of one that reverts. */
  effects?: Effects;
}

/** What a dry run would do with one pair. */
export interface RunItem {
  subject: Subject;
  contact: string | null;
  crmId: string | null;
  outcome: string;
  local: Record<string, unknown>;
  crm: Record<string, unknown>;
  /** One reason a field, where something would be written or waits. */
  reasons: Record<string, string>;
  /** Null: of a process from before it was kept. */
  match: Match | null;
}

/** As a run finds it: of the address only a keyed hash is kept, to know it again within the run. */
export interface FoundItem extends RunItem {
  email: string | null;
}

/**
 * linked: already, or by our key. matched: by the address, or as a person said. ambiguous: a person is asked who is who.
 * skipped: left alone; the outcome says why.
 */
export type Match = "linked" | "matched" | "create_crm" | "create_local" | "ambiguous" | "skipped";

/** What a dry run found, in figures and ids. */
export interface MatchReport {
  /** The mapping in force or the settings are others by now. */
  outdated: boolean;
  groups: {
    /** duplicate: would be created, as would others of its side with the same address. */
    match: Match | "duplicate";
    outcome: string;
    count: number;
    /** The first few. */
    examples: Subject[];
  }[];
}

export interface AuditEntry {
  id: string;
  integration: string;
  contact: string;
  crmId: string | null;
  at: string;
  /** Who caused it: "webhook", "schedule", "contacts/changes", a person. */
  actor: string;
  mappingVersion: number;
  /** The run that found the pair; null: it was looked at since something changed. */
  run: string | null;
  /** Of the request, or of what a schedule began, that it was made for. Null: of before there were any. */
  trace: string | null;
  /**
   * What `resolve` was given, as JSON text: `crm-sync replay` gives the same decision. Null once the person was erased, or
   * values of that age are not kept.
   */
  input: string | null;
  /** The decision, as JSON text; null as the input. */
  decision: string | null;
  /** The decision without its values, which stays. Null of what an older version of the service has kept. */
  codes: DecisionCodes | null;
  /** Of input and decision, under a key of the tenant's: whoever still has them can show that they are these. */
  hash: string | null;
}

export interface DecisionCodes {
  outcome: string;
  fields: Pick<FieldDecision, "id" | "status" | "winner" | "rule" | "reason">[];
}

/** Who asked to be forgotten, of which integration: kept, so that a restored back-up can be told once more. */
export interface Erasure extends IntegrationRef {
  /** The contact, or a record that never became one. */
  subject: Subject;
  at: string;
  /** What stood against mailing them, by the hash of the address and by contact. */
  suppressions: { subject: string; topic: string; since: string; source: string }[];
}

export interface Alert {
  integration: string;
  /** Such as "fight", "revoked", "consent_unreadable", "mapping_refused". */
  kind: string;
  /** Field names and ids; never a value. */
  detail: Record<string, unknown>;
  since: string;
}

/** How an integration does, in numbers and times. */
export interface Figures extends IntegrationRef {
  crm: Crm;
  state: IntegrationState;
  lastSyncAt: string | null;
  /** When a webhook last came. */
  heardAt: string | null;
  /** Since when the CRM has not been told of an opt-out, or an opt-in. */
  untoldSince: string | null;
  /** Writes that are not final, and those that are dead. */
  intents: Partial<Record<IntentState, number>>;
  reviews: number;
  quota: Quota | null;
  alerts: Record<string, number>;
  streams: Stream[];
}

/** A feed of changes. */
export interface Stream {
  name: string;
  /** When it was last read, and when it last brought something. */
  advancedAt: string | null;
  changedAt: string | null;
}

export interface Caller {
  tenant: string;
  actor: string;
  roles: Role[];
}
/**
 * reader: looks. editor: answers reviews, replays, approves, connects. host: PenguinMails itself, hands in changes. admin:
 * makes API keys and takes them back.
 */
export type Role = "reader" | "editor" | "host" | "admin";

export interface ApiKey {
  id: string;
  actor: string;
  roles: Role[];
  createdAt: string;
}

/** Of a person who connects an account by OAuth, between going to the CRM and coming back; secrets are hashes (SHA-256). */
export interface Connecting {
  /** Of what the CRM is given to hand back. */
  stateHash: string;
  /** Of what only the browser has. */
  cookieHash: string;
  sessionHash: string;
  tenant: string;
  integration: string;
  /** What the person chose to sign in at. */
  environment: "production" | "sandbox" | null;
  expiresAt: string;
}

/** Of a person at the admin page. */
export interface Session {
  /** SHA-256 of its token. */
  hash: string;
  tenant: string;
  /** Of the API key that it was begun with: its roles are the session's, and it ends with the key. */
  keyHash: string;
  expiresAt: string;
}
