/** The part of the store that the HTTP routes use, in memory; every row knows its tenant. */
import { createHash } from "node:crypto";
import type { Suppression } from "@penguinmails/crm-sync";
import type { HttpStore } from "../../../web/service/http/options.js";
import type {
  Alert,
  AuditEntry,
  Caller,
  Connecting,
  Contact,
  Integration,
  IntegrationRef,
  MappingDraft,
  Pause,
  ReviewAnswer,
  Run,
  RunItem,
  Session,
  StoredReview,
} from "../../../web/service/store/model.js";
import {
  AccountTaken,
  type ContactChange,
  type DeadIntent,
  type Engagement,
  type Incoming,
  type IntegrationWakes,
} from "../../../web/service/store/store.js";

type Of<T> = T & { tenant: string };

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export class FakeStore implements HttpStore {
  readonly callers = new Map<string, Caller>();
  readonly sessions = new Map<string, Session>();
  readonly connecting: Connecting[] = [];
  readonly all: Integration[] = [];
  readonly received: { ref: IntegrationRef; delivery: Incoming }[] = [];
  readonly keys = new Set<string>();
  readonly changed: { tenant: string; changes: readonly ContactChange[]; wakes: readonly IntegrationWakes[] }[] = [];
  readonly rows: { tenant: string; rows: readonly Engagement[]; wakes: readonly IntegrationWakes[] }[] = [];
  readonly contacts: Of<Contact>[] = [];
  readonly optOuts: Of<Suppression & { email: string }>[] = [];
  readonly openReviews: Of<StoredReview>[] = [];
  readonly standing: Of<Pause>[] = [];
  readonly drafted: Of<MappingDraft>[] = [];
  readonly allRuns: Run[] = [];
  readonly items: RunItem[] = [];
  readonly entries: Of<AuditEntry>[] = [];
  readonly dead: Of<DeadIntent>[] = [];
  readonly raised: Of<Alert>[] = [];
  /** What every method throws, as a driver would. */
  broken: Error | null = null;
  /** How often it was asked for anything. */
  calls = 0;

  within(): this {
    return this;
  }

  isUpgrading(): Promise<boolean> {
    return this.#work(() => false);
  }

  #work<T>(work: () => T): Promise<T> {
    this.calls++;
    return this.broken === null ? Promise.resolve(work()) : Promise.reject(this.broken);
  }

  callerOf = (hash: string) => this.#work(() => this.callers.get(hash) ?? null);

  apiKeys: HttpStore["apiKeys"] = (tenant) =>
    this.#work(() =>
      [...this.callers]
        .filter(([, caller]) => caller.tenant === tenant)
        .map(([, { actor, roles }]) => ({
          ...{ id: `key-${roles}-${tenant}`, actor, roles },
          createdAt: "2026-01-01T00:00:00Z",
        })),
    );

  addApiKey: HttpStore["addApiKey"] = (tenant, hash, actor, roles) =>
    this.#work(() => void this.callers.set(hash, { tenant, actor, roles: [...roles] }));

  removeApiKey: HttpStore["removeApiKey"] = (tenant, id) =>
    this.#work(() => {
      const found = [...this.callers].find(([, one]) => one.tenant === tenant && id === `key-${one.roles}-${tenant}`);
      return found !== undefined && this.callers.delete(found[0]);
    });

  addSession: HttpStore["addSession"] = (session) => this.#work(() => void this.sessions.set(session.hash, session));

  callerOfSession: HttpStore["callerOfSession"] = (hash, now) =>
    this.#work(() => {
      const session = this.sessions.get(hash);
      if (session === undefined || Date.parse(session.expiresAt) <= now.getTime()) return null;
      return this.callers.get(session.keyHash) ?? null;
    });

  addConnecting: HttpStore["addConnecting"] = (given) => this.#work(() => void this.connecting.push(given));

  takeConnecting: HttpStore["takeConnecting"] = (stateHash, cookieHash, now) =>
    this.#work(() => {
      const at = this.connecting.findIndex((one) => one.stateHash === stateHash && one.cookieHash === cookieHash);
      const [found] = at < 0 ? [] : this.connecting.splice(at, 1);
      return found === undefined || Date.parse(found.expiresAt) <= now.getTime() ? null : found;
    });

  endSession: HttpStore["endSession"] = (hash) => this.#work(() => void this.sessions.delete(hash));

  integration = ({ tenant, id }: IntegrationRef) =>
    this.#work(() => this.all.find((one) => one.tenant === tenant && one.id === id) ?? null);

  integrations = (tenant: string | null) =>
    this.#work(() => this.all.filter((one) => tenant === null || one.tenant === tenant));

  integrationOfAccount = (crm: string, account: string) =>
    this.#work(() => this.all.find((one) => one.crm === crm && one.account === account) ?? null);

  addIntegration: HttpStore["addIntegration"] = (ref, { crm, account, file, settings, state }) =>
    this.#work(() => {
      if (this.all.some((one) => one.crm === crm && one.account === account)) throw new AccountTaken();
      const added: Integration = {
        ...ref,
        crm,
        account,
        settings,
        state,
        mapping: { version: 1, file },
        lastSyncAt: null,
        quota: null,
      };
      this.all.push(added);
      return added;
    });

  setState: HttpStore["setState"] = (ref, state) =>
    this.#work(() => {
      this.#own(ref).state = state;
    });

  changeSettings: HttpStore["changeSettings"] = (ref, settings) =>
    this.#work(() => {
      const own = this.#own(ref);
      own.settings = { ...own.settings, ...settings };
    });

  mapping: HttpStore["mapping"] = (ref, version) =>
    this.#work(() => (this.#own(ref).mapping.version === version ? this.#own(ref).mapping : null));

  mappings: HttpStore["mappings"] = (ref) =>
    this.#work(() => [{ version: this.#own(ref).mapping.version, since: "", by: ref.tenant, restores: null }]);

  addMapping: HttpStore["addMapping"] = (ref, file, { expected } = {}) =>
    this.#work(() => {
      const own = this.#own(ref);
      if (expected !== undefined && expected !== own.mapping.version) return null;
      own.mapping = { version: own.mapping.version + 1, file };
      return own.mapping;
    });

  addDraft: HttpStore["addDraft"] = (ref, file, by) =>
    this.#work(() => ({
      ...{ draft: `new-${ref.tenant}`, file, by, basedOn: this.#own(ref).mapping.version },
      ...{ since: "2026-01-01T00:00:00Z", version: null, impact: null },
    }));

  drafts: HttpStore["drafts"] = ({ tenant }) =>
    this.#work(() => this.drafted.filter((one) => one.tenant === tenant).map((one) => without(one) as MappingDraft));

  draft: HttpStore["draft"] = ({ tenant }, draft) =>
    this.#work(() => without(this.drafted.find((one) => one.tenant === tenant && one.draft === draft) ?? null));

  removeDraft: HttpStore["removeDraft"] = ({ tenant }, draft) =>
    this.#work(() => this.drafted.some((one) => one.tenant === tenant && one.draft === draft));

  startImpact: HttpStore["startImpact"] = ({ tenant }, draft, by) =>
    this.#work(() => {
      const own = this.allRuns.find((one) => one.tenant === tenant) as Run;
      return { ...own, kind: "impact", state: "running", draft, startedBy: by };
    });

  approveDraft: HttpStore["approveDraft"] = (ref) =>
    this.#work(() => {
      const { mapping } = this.#own(ref);
      return { mapping: { ...mapping, version: mapping.version + 1 }, run: null };
    });

  receive: HttpStore["receive"] = (ref, delivery) =>
    this.#work(() => {
      this.received.push({ ref: { tenant: ref.tenant, id: ref.id }, delivery });
      return delivery.events.map(({ key }) => {
        const own = JSON.stringify([ref.tenant, ref.id, key]);
        return !this.keys.has(own) && this.keys.add(own) !== undefined;
      });
    });

  changeContacts: HttpStore["changeContacts"] = (tenant, changes, wakes) =>
    this.#work(() => {
      this.changed.push({ tenant, changes, wakes });
      return changes.map(({ id }) => ({ id, version: 1 }));
    });

  addEngagements: HttpStore["addEngagements"] = (tenant, rows, wakes) =>
    this.#work(() => {
      this.rows.push({ tenant, rows, wakes });
      return [...new Set(rows.map(({ contact }) => contact))];
    });

  contact = (tenant: string, id: string) => this.#work(() => without(this.#of(this.contacts, tenant, id)));

  suppressions = (tenant: string, email: string) =>
    this.#work(() => this.optOuts.filter((one) => one.tenant === tenant && one.email === email));

  reviews: HttpStore["reviews"] = (tenant, { integration, state }) =>
    this.#work(() =>
      this.openReviews
        .filter((one) => one.tenant === tenant)
        .filter((one) => integration === undefined || one.integration === integration)
        .filter((one) => state === undefined || one.state === state)
        .map((one) => without(one) as StoredReview),
    );

  answerReview: HttpStore["answerReview"] = (tenant, integration, id, answer: ReviewAnswer) =>
    this.#work(() => {
      const own = this.#of(this.openReviews, tenant, id);
      if (own === null || own.integration !== integration || own.state !== "open") return "gone";
      Object.assign(own, { state: "answered", answer });
      return "answered";
    });

  pause: HttpStore["pause"] = (tenant, given) =>
    this.#work(() => ({ ...given, id: `new-${tenant}`, since: given.until ?? "", endedAt: null, endedBy: null }));

  pauses: HttpStore["pauses"] = (tenant) =>
    this.#work(() => this.standing.filter((one) => one.tenant === tenant).map((one) => without(one) as Pause));

  endPause: HttpStore["endPause"] = (tenant, id, by) =>
    this.#work(() => {
      const own = without(this.#of(this.standing, tenant, id)) as Pause | null;
      return own && { ...own, endedAt: own.since, endedBy: by };
    });

  releaseField: HttpStore["releaseField"] = () => this.#work(() => 1);

  cancelRun: HttpStore["cancelRun"] = (ref, run, by) => this.#changedRun(ref, run, { state: "cancelled", endedBy: by });
  pauseRun: HttpStore["pauseRun"] = (ref, run, by) => this.#changedRun(ref, run, { state: "paused", pausedBy: by });
  resumeRun: HttpStore["resumeRun"] = (ref, run) => this.#changedRun(ref, run, { state: "running" });

  #changedRun = ({ tenant }: IntegrationRef, run: string, change: Partial<Run>) =>
    this.#work(() => {
      const own = this.allRuns.find((one) => one.tenant === tenant && one.run === run);
      return own === undefined ? null : { ...own, ...change };
    });

  run: HttpStore["run"] = ({ tenant, id }, run) =>
    this.#work(() => this.allRuns.find((one) => one.tenant === tenant && one.id === id && one.run === run) ?? null);

  runs: HttpStore["runs"] = (tenant, integration) =>
    this.#work(() =>
      this.allRuns.filter((one) => one.tenant === tenant && (integration === undefined || one.id === integration)),
    );

  wasApproved: HttpStore["wasApproved"] = ({ tenant, id }) =>
    this.#work(() =>
      this.allRuns.some((one) => one.tenant === tenant && one.id === id && one.kind === "first_sync" && !one.dry),
    );

  runItems: HttpStore["runItems"] = (_ref, _run, after, limit) =>
    this.#work(() => {
      const items = this.items.slice(after, after + limit);
      const next = after + items.length;
      return { items, next: next < this.items.length ? next : null };
    });

  matchReport: HttpStore["matchReport"] = () => this.#work(() => ({ outdated: false, groups: [] }));

  audit: HttpStore["audit"] = (tenant, { contact, integration, before, limit }) =>
    this.#work(() =>
      this.entries
        .filter((one) => one.tenant === tenant)
        .filter((one) => contact === undefined || one.contact === contact)
        .filter((one) => integration === undefined || one.integration === integration)
        .filter((one) => before === undefined || one.id < before)
        .slice(0, limit)
        .map((one) => without(one) as AuditEntry),
    );

  deadIntents = (tenant: string) =>
    this.#work(() => this.dead.filter((one) => one.tenant === tenant).map((one) => without(one) as DeadIntent));

  replayIntents = (tenant: string, ids: readonly string[]) =>
    this.#work(() => this.dead.filter((one) => one.tenant === tenant && ids.includes(one.id)).length);

  alerts = (tenant: string) =>
    this.#work(() => this.raised.filter((one) => one.tenant === tenant).map((one) => without(one) as Alert));

  clearAlert: HttpStore["clearAlert"] = ({ tenant, id }, kind) =>
    this.#work(() => {
      const other = this.raised.filter((one) => one.tenant !== tenant || one.integration !== id || one.kind !== kind);
      this.raised.splice(0, this.raised.length, ...other);
    });

  counts: HttpStore["counts"] = () => this.#work(() => ({ links: 3, intents: { planned: 1 }, reviews: 1 }));

  #own({ tenant, id }: IntegrationRef): Integration {
    const own = this.all.find((one) => one.tenant === tenant && one.id === id);
    if (own === undefined) throw new Error("no such integration");
    return own;
  }

  #of<T extends { tenant: string; id: string }>(rows: T[], tenant: string, id: string): T | null {
    return rows.find((one) => one.tenant === tenant && one.id === id) ?? null;
  }
}

function without<T extends { tenant: string }>(row: T | null): Omit<T, "tenant"> | null {
  if (row === null) return null;
  const { tenant: _, ...rest } = row;
  return rest;
}
