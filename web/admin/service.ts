/** The service's routes, in the session of the person at the page. Throws a `Refused` where an answer is none. */
import { decode } from "../../bindings/package/decode.js";
import { encode } from "../../bindings/package/encode.js";
import { answerOf } from "../review/refusals.js";
import { accessHeaders } from "../review/source.js";
import type {
  AuditEntry,
  Brakes,
  Check,
  DeadLetters,
  Integration,
  IntegrationStatus,
  MappingDraft,
  MappingHistory,
  MappingVersion,
  MatchReport,
  Pause,
  Reverts,
  Run,
  RunItem,
  WholeDraft,
} from "./model.js";

type Method = "GET" | "POST" | "PUT" | "DELETE";

const session = "/api/session";

export class Service {
  constructor(
    readonly origin: string,
    /** Of the session, whose cookie no script can read. */
    readonly csrf: string,
    readonly roles: readonly string[],
  ) {}

  /** The key is shown this once, and kept nowhere. */
  static signIn(origin: string, key: string): Promise<Service> {
    const body = JSON.stringify({ key });
    return begun(origin, { method: "POST", headers: { "content-type": "application/json" }, body });
  }

  /** With the cookie of a session that the browser has already, as after a reload. */
  static goOn(origin: string): Promise<Service> {
    return begun(origin, {});
  }

  async signOut(): Promise<void> {
    // Also while the page is being left.
    const request = { method: "DELETE", headers: accessHeaders(this), keepalive: true };
    await answerOf(this.origin + session, request, [401]);
  }

  async integrations(): Promise<Integration[]> {
    return (await this.#ask<{ integrations: Integration[] }>("GET", "/api/integrations")).integrations;
  }

  /** Each with its counts, what waits, and its alerts. */
  async overview(): Promise<IntegrationStatus[]> {
    const all = await this.integrations();
    return Promise.all(all.map(({ id }) => this.integration(id)));
  }

  integration(id: string): Promise<IntegrationStatus> {
    return this.#ask("GET", `/api/integrations/${name(id)}`);
  }

  setState(id: string, act: "pause" | "resume"): Promise<Integration> {
    return this.#ask("POST", `/api/integrations/${name(id)}/${act}`);
  }

  /** Asks the CRM, and writes nothing. */
  async examine(id: string): Promise<Check[]> {
    return (await this.#ask<{ checks: Check[] }>("GET", `/api/integrations/${name(id)}/doctor`)).checks;
  }

  /** Where a link leads that connects it: to the CRM, and back to this page. Null: this is for administrators. */
  connects({ id, crm }: Integration): string | null {
    if (!this.roles.includes("admin")) return null;
    return `${this.origin}/oauth/${crm}/start?integration=${name(id)}`;
  }

  /** Throws where the service leads nobody there, such as without an app at the CRM. */
  async mayConnect(to: string): Promise<boolean> {
    // Where it does lead there, the browser tells no status.
    await answerOf(to, { redirect: "manual", headers: accessHeaders(this) }, [0]);
    return true;
  }

  /** `revoked`: the CRM has said that its token is good for nothing any more. */
  disconnect(integration: string, crm: string): Promise<{ revoked: boolean }> {
    return this.#ask("POST", `/oauth/${crm}/disconnect`, { integration });
  }

  async pauses(): Promise<Pause[]> {
    return (await this.#ask<{ pauses: Pause[] }>("GET", "/api/pauses")).pauses;
  }

  pause(given: { [name: string]: string }): Promise<Pause> {
    return this.#ask("POST", "/api/pauses", given);
  }

  endPause(id: string): Promise<Pause> {
    return this.#ask("POST", `/api/pauses/${name(id)}/end`);
  }

  /** A field that is left alone after a fight. */
  release(id: string, field: string, contact: string | undefined): Promise<{ released: number }> {
    return this.#ask("POST", `/api/integrations/${name(id)}/release`, { field, ...(contact && { contact }) });
  }

  async runs(): Promise<Run[]> {
    return (await this.#ask<{ runs: Run[] }>("GET", "/api/runs")).runs;
  }

  run(integration: string, run: string): Promise<Run> {
    return this.#ask("GET", `/api/runs/${name(integration)}/${name(run)}`);
  }

  startRun(integration: string, kind: string, dry: boolean): Promise<Run> {
    return this.#ask("POST", "/api/runs", { integration, kind, dry });
  }

  changeRun(integration: string, run: string, act: "pause" | "resume"): Promise<Run> {
    return this.#ask("POST", `/api/runs/${name(integration)}/${name(run)}/${act}`);
  }

  cancel(integration: string, run: string): Promise<Run> {
    return this.#ask("POST", `/api/runs/${name(integration)}/${name(run)}/cancel`);
  }

  approve(integration: string, run: string): Promise<Run> {
    return this.#ask("POST", `/api/runs/${name(integration)}/${name(run)}/approve`);
  }

  revert(integration: string, reverts: Reverts, dry: boolean): Promise<Run> {
    if ("run" in reverts)
      return this.#ask("POST", `/api/runs/${name(integration)}/${name(reverts.run)}/revert`, { dry });
    const { version, from, to } = reverts;
    const within = { ...(from !== null && { from }), ...(to !== null && { to }) };
    return this.#ask("POST", `${versionsOf(integration)}/${version}/revert`, { dry, ...within });
  }

  matchReport(integration: string, run: string): Promise<MatchReport> {
    return this.#ask("GET", `/api/runs/${name(integration)}/${name(run)}/report`);
  }

  items(integration: string, run: string, after: number): Promise<{ items: RunItem[]; next: number | null }> {
    return this.#ask("GET", `/api/runs/${name(integration)}/${name(run)}/items?after=${after}&limit=50`);
  }

  deadLetters(): Promise<DeadLetters> {
    return this.#ask("GET", "/api/dead-letters");
  }

  /** How many of each were dead, and are tried again. */
  replay(letters: { jobs: string[]; intents: string[] }): Promise<{ jobs: number; intents: number }> {
    return this.#ask("POST", "/api/dead-letters/replay", letters);
  }

  mapping(id: string): Promise<MappingVersion> {
    return this.#ask("GET", `/api/integrations/${name(id)}/mapping`);
  }

  /** In place of the version that the person was asked about, and of no other. */
  saveMapping(id: string, file: string, { version }: MappingVersion): Promise<MappingVersion> {
    return this.#ask("PUT", `/api/integrations/${name(id)}/mapping`, { file }, inPlaceOf(version));
  }

  /** The one in force first. */
  async versions(id: string): Promise<MappingHistory[]> {
    return (await this.#ask<{ versions: MappingHistory[] }>("GET", versionsOf(id))).versions;
  }

  version(id: string, version: number): Promise<MappingVersion> {
    return this.#ask("GET", `${versionsOf(id)}/${version}`);
  }

  /** In place of the version that the person was asked about, and of no other. */
  goBack(id: string, version: number, inForce: number): Promise<MappingVersion> {
    return this.#ask("POST", `${versionsOf(id)}/${version}/activate`, undefined, inPlaceOf(inForce));
  }

  /** The latest first. */
  async drafts(id: string): Promise<MappingDraft[]> {
    return (await this.#ask<{ drafts: MappingDraft[] }>("GET", draftsOf(id))).drafts;
  }

  draft(id: string, draft: string): Promise<WholeDraft> {
    return this.#ask("GET", `${draftsOf(id)}/${name(draft)}`);
  }

  saveDraft(id: string, file: string): Promise<WholeDraft> {
    return this.#ask("POST", draftsOf(id), { file });
  }

  /** Finds out what it would do. */
  startImpact(id: string, draft: string): Promise<Run> {
    return this.#ask("POST", `${draftsOf(id)}/${name(draft)}/impact`);
  }

  /** `run` compares everybody under it; null: the integration is not active. */
  approveDraft(id: string, draft: string): Promise<MappingVersion & { run: Run | null }> {
    return this.#ask("POST", `${draftsOf(id)}/${name(draft)}/approve`);
  }

  /** True: it is gone. */
  async removeDraft(id: string, draft: string): Promise<true> {
    await this.#answer("DELETE", `${draftsOf(id)}/${name(draft)}`);
    return true;
  }

  setBrakes(id: string, brakes: Partial<Brakes>): Promise<Integration> {
    return this.#ask("PUT", `/api/integrations/${name(id)}/brakes`, brakes);
  }

  setApproval(id: string, required: boolean): Promise<Integration> {
    return this.#ask("PUT", `/api/integrations/${name(id)}/approval`, { required });
  }

  /** The latest decisions, with the records that they were made of. */
  async decisions(integration: string): Promise<AuditEntry[]> {
    const query = `integration=${name(integration)}&limit=20`;
    const { entries } = await this.#ask<{ entries: AuditEntry[] }>("GET", `/api/audit?${query}`);
    // Of those who were erased there are none.
    return entries.filter(({ input }) => input !== null);
  }

  async #ask<T>(method: Method, path: string, body?: unknown, more?: Record<string, string>): Promise<T> {
    // With every digit of long integers.
    return decode(await (await this.#answer(method, path, body, more)).text()) as T;
  }

  #answer(method: Method, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
    const request = {
      method,
      headers: { ...accessHeaders(this), ...more },
      ...(body !== undefined && { body: encode(body, "the request") }),
    };
    return answerOf(this.origin + path, request);
  }
}

async function begun(origin: string, request: RequestInit): Promise<Service> {
  const answer = await answerOf(origin + session, request);
  const { csrf, roles } = (await answer.json()) as { csrf: string; roles: string[] };
  return new Service(origin, csrf, roles);
}

const name = encodeURIComponent;
const versionsOf = (id: string) => `/api/integrations/${name(id)}/mapping/versions`;
const draftsOf = (id: string) => `/api/integrations/${name(id)}/mapping/drafts`;
const inPlaceOf = (version: number) => ({ "if-match": `"${version}"` });
