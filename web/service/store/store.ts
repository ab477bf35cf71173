/**
 * Where the service keeps everything. Coarse on purpose: each method is one transaction, so that whatever dies, nothing is
 * half done. Methods that take a tenant or an integration see that tenant's rows only.
 */
import type { Act, Suppression } from "@penguinmails/crm-sync";
import type { Crm, CrmWrite, Cursor } from "../crm/client.js";
import type { Subject, Wake } from "../jobs/jobs.js";
import type {
  Alert,
  ApiKey,
  AuditEntry,
  Brakes,
  Caller,
  Connecting,
  Contact,
  Effects,
  Erasure,
  Figures,
  FoundItem,
  Integration,
  IntegrationRef,
  IntegrationSettings,
  IntegrationState,
  Intent,
  IntentState,
  Link,
  MappingDraft,
  MappingHistory,
  MappingVersion,
  MatchReport,
  Pair,
  Pause,
  Quota,
  Reverts,
  ReviewAnswer,
  Role,
  Run,
  RunItem,
  RunKind,
  RunProgress,
  Session,
  StoredReview,
} from "./model.js";
import type { Retention } from "./retention.js";

export interface SyncStore {
  /** Creates or migrates the tables. */
  migrate(): Promise<void>;
  /** The same store, whose wake-ups carry a trace where they have none. */
  within(trace: string): SyncStore;
  /** Whether processes of the version before may still work on what is kept. */
  isUpgrading(): Promise<boolean>;
  /** None of them does any more, and none will. */
  finishUpgrade(): Promise<void>;
  close(): Promise<void>;

  // Tenants and integrations

  addTenant(tenant: string): Promise<void>;
  /** `hash`: SHA-256 of the key, in hex. */
  addApiKey(tenant: string, hash: string, actor: string, roles: readonly Role[]): Promise<void>;
  hasApiKey(tenant: string): Promise<boolean>;
  callerOf(hash: string): Promise<Caller | null>;
  apiKeys(tenant: string): Promise<ApiKey[]>;
  /** False where the tenant has no such key. */
  removeApiKey(tenant: string, id: string): Promise<boolean>;
  addSession(session: Session): Promise<void>;
  /** Null where it has ended, or its API key was taken back. */
  callerOfSession(hash: string, now: Date): Promise<Caller | null>;
  endSession(hash: string): Promise<void>;
  /** Of sessions, and of whoever connects, those whose time is over go. */
  pruneCallers(): Promise<void>;
  /** Throws `AccountTaken` where the account belongs to another tenant or integration. Version 1 of the mapping. */
  addIntegration(ref: IntegrationRef, given: NewIntegration): Promise<Integration>;
  integration(ref: IntegrationRef): Promise<Integration | null>;
  /** Of one tenant; null: of all, for the service's own work. */
  integrations(tenant: string | null): Promise<Integration[]>;
  /** Whose webhooks come from this portal or organisation; null: nobody's here. */
  integrationOfAccount(crm: Crm, account: string): Promise<Integration | null>;
  setState(ref: IntegrationRef, state: IntegrationState): Promise<void>;
  /** When a webhook last came. */
  heardAt(ref: IntegrationRef): Promise<string | null>;
  changeSettings(ref: IntegrationRef, settings: Pick<IntegrationSettings, "brakes" | "approval">): Promise<void>;
  /** A new version, in force at once; null where another than `expected` is in force. */
  addMapping(ref: IntegrationRef, file: string, how?: NewMapping): Promise<MappingVersion | null>;
  mapping(ref: IntegrationRef, version: number): Promise<MappingVersion | null>;
  /** All versions, the one in force first. */
  mappings(ref: IntegrationRef): Promise<MappingHistory[]>;
  addDraft(ref: IntegrationRef, file: string, by: string): Promise<MappingDraft>;
  /** The latest hundred. */
  drafts(ref: IntegrationRef): Promise<MappingDraft[]>;
  draft(ref: IntegrationRef, draft: string): Promise<MappingDraft | null>;
  /** With a report that is being made. False where there is none. */
  removeDraft(ref: IntegrationRef, draft: string): Promise<boolean>;
  /** Finds out what a draft would do; one at a time, so that the run that is given may be another draft's. */
  startImpact(ref: IntegrationRef, draft: string, by: string): Promise<Run>;
  /**
   * It is in force, and of an active integration everything is compared under it: what its report has shown no brake
   * counts. "no_report": none is done. "report_outdated": another version has come into force since it was begun.
   */
  approveDraft(
    ref: IntegrationRef,
    draft: string,
    by: string,
  ): Promise<DraftApproved | "gone" | "approved" | "no_report" | "report_outdated">;
  /** The sealed credentials as they were last saved; `version` is for `saveCredentials`. */
  credentials(ref: IntegrationRef): Promise<{ sealed: string; version: number } | null>;
  /** False where somebody has saved others since that version: read them again. */
  saveCredentials(ref: IntegrationRef, sealed: string, version: number): Promise<boolean>;
  removeCredentials(ref: IntegrationRef): Promise<void>;
  /** A person is on their way to the CRM, to let the app in. */
  addConnecting(connecting: Connecting): Promise<void>;
  /** Once: whoever comes back with both, in time. Their hashes are those of `Connecting`. */
  takeConnecting(stateHash: string, cookieHash: string, now: Date): Promise<Connecting | null>;
  /** Runs the work while nobody else does, in any process; waits for its turn. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;

  // Pauses

  /** Of one that is not whole, what it held back is looked for once its time is over (`heldBack`). */
  pause(tenant: string, given: NewPause): Promise<Pause>;
  /** The latest hundred, those that stand first. */
  pauses(tenant: string): Promise<Pause[]>;
  /** Those that stand now and say something of this integration. */
  pausesOf(ref: IntegrationRef): Promise<Pause[]>;
  /** Null: there is none that stands. */
  endPause(tenant: string, id: string, by: string): Promise<Pause | null>;
  /** Whether anything may be written to the CRM at this moment. */
  mayWrite(ref: IntegrationRef): Promise<boolean>;
  /**
   * A field that is left alone since somebody in the CRM keeps undoing it is written again: of one contact, or of all.
   * Gives how many they were.
   */
  releaseField(ref: IntegrationRef, field: string, contact: string | null): Promise<number>;

  // Coming in

  /** False for each event whose key was there already. Opt-outs are kept, wake-ups are queued, in the same transaction. */
  receive(ref: IntegrationRef, delivery: Incoming): Promise<boolean[]>;
  /** PenguinMails' own changes. `wakes` says which integrations are to look at each contact. */
  changeContacts(
    tenant: string,
    changes: readonly ContactChange[],
    wakes: readonly IntegrationWakes[],
  ): Promise<ContactChanged[]>;
  /** Rows behind aggregations; one whose id is there already is left out. Gives the contacts that have new ones. */
  addEngagements(tenant: string, rows: readonly Engagement[], wakes: readonly IntegrationWakes[]): Promise<string[]>;
  contact(tenant: string, id: string): Promise<Contact | null>;
  /** What stands against mailing an address. */
  suppressions(tenant: string, email: string): Promise<Suppression[]>;
  /** Opt-outs of addresses whose contact is not known, or not here. */
  suppress(tenant: string, optOuts: Plan["optOuts"]): Promise<void>;
  /** Wake-ups alone. */
  wake(ref: IntegrationRef, wakes: readonly Wake[]): Promise<void>;

  // Pairs

  /**
   * Each pair once, however many of the subjects name it, with its contact's engagements under `record.engagements`.
   * A subject of which nothing is known is a pair of nulls.
   */
  loadPairs(ref: IntegrationRef, subjects: readonly Subject[]): Promise<Pair[]>;
  /** Contacts with these addresses that are not deleted, by the address as it was asked for; with their pair. */
  pairsByEmail(ref: IntegrationRef, emails: readonly string[]): Promise<Map<string, Pair[]>>;
  /**
   * Contacts with changes that no decision has seen yet (version beyond `syncedVersion`, or without a link), by id; with
   * `unseen`, a run, those that it has not seen.
   */
  changedContacts(ref: IntegrationRef, after: string | null, limit: number, unseen?: string): Promise<string[]>;
  countChangedContacts(ref: IntegrationRef, unseen: string): Promise<number>;
  /** All live links, by CRM id; with `unseen` as above. */
  links(
    ref: IntegrationRef,
    after: string | null,
    limit: number,
    unseen?: string,
  ): Promise<{ contact: string; crmId: string }[]>;
  /**
   * Carries out decisions: all of a plan or nothing of it. "stale": the contact or the link is not as the pair was
   * loaded, or the record is another's by now; nothing was done, decide anew. `others` are the tenant's integrations that
   * are to look at each contact that was changed. With a `tally` brakes count what is decided: "braked" is all of it, and
   * nothing was done but that the integration is paused, where it would be too much.
   */
  commit(
    ref: IntegrationRef,
    plans: readonly Plan[],
    others?: readonly string[],
    tally?: Tally,
  ): Promise<("committed" | "stale" | "braked")[]>;
  /** Marks them as sent, before they are; only those that were planned. Gives the ids that were. */
  sending(ref: IntegrationRef, intents: readonly string[]): Promise<string[]>;
  /** What became of intents, and of the pair once all intents of its decision are final. */
  settle(ref: IntegrationRef, settlements: readonly Settlement[]): Promise<void>;
  /** All that were erased, in the order in which they were. */
  erasures(): Promise<Erasure[]>;
  /** Erases them once more, as after a restore of a back-up that is older; whoever is not there is left out. */
  eraseAgain(erasures: readonly Erasure[]): Promise<void>;
  /** Which of these records, unknown to the CRM by now, were of persons who asked to be forgotten. */
  forgotten(ref: IntegrationRef, crmIds: readonly string[]): Promise<Set<string>>;

  // Reviews, runs, and what is shown

  reviews(tenant: string, filter: { integration?: string; state?: StoredReview["state"] }): Promise<StoredReview[]>;
  openReview(ref: IntegrationRef, review: Omit<StoredReview, "integration" | "state" | "answer">): Promise<void>;
  /**
   * "gone": there is no such review, or it is not open any more. "unfit": it is not to be answered like that, or not with
   * this candidate. Wakes what the review is about.
   */
  answerReview(
    tenant: string,
    integration: string,
    id: string,
    answer: ReviewAnswer,
  ): Promise<"answered" | "gone" | "unfit">;
  closeReview(ref: IntegrationRef, id: string): Promise<void>;

  watermark(ref: IntegrationRef, stream: string): Promise<Cursor | null>;
  /** Where a feed stands, together with the wake-ups for what was read: neither without the other. */
  advance(ref: IntegrationRef, stream: string, cursor: Cursor, wakes: readonly Wake[]): Promise<void>;

  /**
   * Begins a run and wakes it. One of each kind runs at a time: gives the one that runs, if there is one. Of a `name` one
   * is begun, however often it is asked for.
   */
  startRun(ref: IntegrationRef, kind: RunKind, dry: boolean, by: string, name?: string): Promise<Run>;
  /** Takes back what others have written; of each kind one runs at a time, as above. */
  startRevert(ref: IntegrationRef, reverts: Reverts, dry: boolean, by: string): Promise<Run>;
  /** The contacts that decisions were made of, by id, with these decisions in their order. */
  writtenBy(ref: IntegrationRef, reverts: Reverts, after: string | null, limit: number): Promise<WrittenBy[]>;
  writtenOf(ref: IntegrationRef, reverts: Reverts, contacts: readonly string[]): Promise<WrittenBy[]>;
  /**
   * A person lets it write: it is active and its first sync has begun, both or neither; null where it is not proposed, and
   * "outdated" where what the `report`, a dry run, was made of has changed. What it has shown no brake counts.
   */
  approve(ref: IntegrationRef, by: string, report: Pick<Run, "run" | "progress">): Promise<Run | "outdated" | null>;
  /** Whether a person ever has, however long ago. */
  wasApproved(ref: IntegrationRef): Promise<boolean>;
  run(ref: IntegrationRef, run: string): Promise<Run | null>;
  runs(tenant: string, integration?: string): Promise<Run[]>;
  /** A step of a run, with what it found and the wake-ups for it; "stale" where another process has taken that step. */
  stepRun(
    ref: IntegrationRef,
    run: string,
    from: Run["checkpoint"],
    step: {
      checkpoint: Run["checkpoint"];
      progress: RunProgress;
      items: FoundItem[];
      wakes: Wake[];
      /** So that `links` and `changedContacts` leave it out for this run, until it ends. */
      seen?: readonly Subject[];
      state: Run["state"];
      error?: string;
    },
  ): Promise<"stepped" | "stale">;
  runItems(
    ref: IntegrationRef,
    run: string,
    after: number,
    limit: number,
  ): Promise<{ items: RunItem[]; next: number | null }>;
  matchReport(ref: IntegrationRef, run: string): Promise<MatchReport>;
  /** Null: it is not running. */
  cancelRun(ref: IntegrationRef, run: string, by: string): Promise<Run | null>;
  /** It rests, until it is resumed. Null: it is not running. */
  pauseRun(ref: IntegrationRef, run: string, by: string): Promise<Run | null>;
  /** Null: it does not rest. */
  resumeRun(ref: IntegrationRef, run: string): Promise<Run | null>;
  setSynced(ref: IntegrationRef, at: string, quota?: Quota | null): Promise<void>;

  audit(
    tenant: string,
    filter: { contact?: string; integration?: string; trace?: string; before?: string; limit: number },
  ): Promise<AuditEntry[]>;
  deadIntents(tenant: string): Promise<DeadIntent[]>;
  /** Forgets that the CRM refused it, and wakes the pair. */
  replayIntents(tenant: string, ids: readonly string[]): Promise<number>;
  alert(ref: IntegrationRef, kind: string, detail: Record<string, unknown>): Promise<void>;
  clearAlert(ref: IntegrationRef, kind: string): Promise<void>;
  alerts(tenant: string): Promise<Alert[]>;
  /** Deletes what is older than it is kept, of all tenants, so many rows in each transaction. */
  prune(keep: Retention, atOnce?: number): Promise<void>;
  /** Seals what is sealed under an old key of the ring under the current one, so many rows in each transaction. */
  reseal(atOnce?: number): Promise<void>;
  /** Of all tenants' integrations: what is to be watched. */
  figures(): Promise<Figures[]>;
  /** For figures: rows by state. */
  counts(ref: IntegrationRef): Promise<{ links: number; intents: Record<string, number>; reviews: number }>;
}

export interface DraftApproved {
  mapping: MappingVersion;
  /** Null: the integration is not active. */
  run: Run | null;
}

export interface NewMapping {
  by?: string;
  /** The version that is to be in force still. */
  expected?: number;
  restores?: number;
}

export interface NewIntegration {
  crm: Crm;
  account: string;
  file: string;
  settings: IntegrationSettings;
  state: IntegrationState;
}

export type NewPause = Pick<Pause, "integration" | "direction" | "field" | "reason" | "by" | "until">;

/** What a pause has held back is found by comparing everything: under this name a run with the pause's id is begun. */
export const heldBack = (pause: string) => `held-back-${pause}`;

export interface IntegrationWakes {
  integration: string;
  wakes: Wake[];
}

export interface Incoming {
  events: { key: string; subject: Subject; kind: string; occurredAt: string | null }[];
  /** Opt-outs that the delivery itself tells of: kept for the contact that is linked, whatever else is broken. */
  optOuts: { crmId: string; topic: string; since: string; source: string }[];
  /** CRM ids of persons who asked to be forgotten: kept until erased, since the CRM cannot be asked any more. */
  privacy?: string[];
  wakes: Wake[];
}

export interface ContactChange {
  id: string;
  /** RFC 7396 merge patch; null deletes the contact, "privacy" because the person asked for it. */
  patch: Record<string, unknown> | null | "privacy";
  updatedAt: string;
  /** By PenguinMails' own paths; a field without one has the change's. */
  fieldTimes?: Record<string, string>;
  acts?: Record<string, Act>;
  /** Kept by address, in the same transaction. */
  optOuts: { topic: string; since: string; source: string }[];
  /** The topics of opt-outs that the person's own act lifts: those of them that are older than the act. */
  optIns: { topic: string; at: string }[];
}

export interface ContactChanged {
  id: string;
  version: number;
  /** Fields that were changed later than the change says, and so keep what they hold. */
  keeps?: string[];
}

export interface Engagement {
  id: string;
  contact: string;
  row: Record<string, unknown>;
}

/** One decision, to be carried out. */
export interface Plan {
  pair: Pair;
  /** The contact's id; of a contact that is created its new one. */
  contact: string;
  /** What the link points to from now on; null: not known yet, or none. */
  crmId: string | null;
  link: Link["state"];
  /** The whole record after the local patch, to be stored; undefined: nothing is written to PenguinMails. */
  record?: Record<string, unknown>;
  /** Of the fields that the patch wrote. */
  fieldTimes?: Record<string, string>;
  /** "privacy": the person asked to be forgotten, and all that holds a value of theirs goes as well. */
  remove?: true | "privacy";
  /** undefined: not moved until the intents are settled. */
  base?: Record<string, unknown> | null;
  reviews: StoredReview[];
  /** The open and answered reviews that are no more. */
  closed: string[];
  /** The intents' ids are the writes' `ref`s, made by whoever plans. */
  intents: CrmWrite[];
  /** The CRM's fields that say what may be mailed: how long a write of one is waited for is watched. */
  consentFields?: readonly string[];
  /** Null: nothing was decided that is worth keeping; then there are no intents either. */
  audit: PlannedAudit | null;
  /** As the pair has it. */
  refused: string | null;
  optOuts: { email: string; topic: string; since: string; source: string }[];
  optIns: { email: string; topic: string }[];
  braked: string[];
  wakes: Wake[];
  effects?: Effects;
}

/** What brakes are told of pairs that were looked at together. */
export interface Tally {
  /** By which they were decided: all is stale where another one is in force by now. */
  mappingVersion: number;
  brakes: Brakes;
  /** How many there were of each run; "": of changes as they come. */
  looked: ReadonlyMap<string, number>;
}

export interface WrittenBy {
  contact: string;
  entries: {
    /** Null: not kept any more. */
    input: string | null;
    decision: string | null;
    mappingVersion: number;
    /** What the CRM said that it holds after the write; null: it did not take it. */
    held: Record<string, unknown> | null;
  }[];
}

/** With input and decision, and the decision's codes. */
export interface PlannedAudit extends Omit<AuditEntry, "integration" | "contact" | "crmId" | "hash" | "run" | "trace"> {
  run?: string | null;
  trace?: string | null;
  input: string;
  decision: string;
}

export interface Settlement {
  contact: string;
  intents: { id: string; state: IntentState; answer?: Intent["answer"]; error?: Intent["error"] }[];
  /** Once all intents of the decision are final. */
  settled?: {
    base: Record<string, unknown> | null;
    crmId: string | null;
    wrote: Link["wrote"];
    notTaken: number;
    /** What the CRM has refused for good by now. */
    refused: string | null;
    /** The link ends with it, as after a deletion. */
    link: Link["state"];
    /** The person asked for the deletion: base, reviews, decisions, intents, engagements and the contact's values go. */
    forget?: true;
  };
  wakes: Wake[];
}

export interface DeadIntent {
  id: string;
  integration: string;
  contact: string;
  crmId: string | null;
  error: NonNullable<Intent["error"]>;
  since: string;
}

/** The CRM's account is connected already, here or by another tenant. */
export class AccountTaken extends Error {
  override readonly name = "AccountTaken";
}
