/** The mission's `CRMSyncService`: its operations, and the worker that carries them out. */
import type { Integration, IntegrationRef, Run, RunKind } from "../store/model.js";
import type { SyncContext, Work } from "./context.js";
import { ruleOf, type SyncRule, withRule } from "./rule.js";
import { approve } from "./runs.js";
import { Worker, workOf, workOnce } from "./worker.js";

/** When schedules run, in UTC, spread over the hour by integration so that they do not all begin at once. */
export function cronOf(frequency: SyncRule["frequency"], { tenant, id }: IntegrationRef): string {
  const minute = [...`${tenant}/${id}`].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 60, 7);
  // What webhooks bring at once is looked for every hour all the same, since some never come.
  return frequency === "daily" ? `${minute} 3 * * *` : `${minute} * * * *`;
}

export class CRMSyncService {
  #worker: Worker | null = null;

  constructor(readonly context: SyncContext) {}

  /** Begins to work on what waits; without it nothing happens but on `drain`. */
  start(loops?: number): void {
    this.#worker ??= new Worker(this.context, loops);
  }

  async stop(): Promise<void> {
    await this.#worker?.stop();
    this.#worker = null;
  }

  /** Works until nothing is due. */
  async drain(): Promise<void> {
    while (await workOnce(this.context));
  }

  /**
   * What changed on either side since the last time. Under a rule other than the mapping file's, the file gets a new
   * version with it first. A run that is at work already is given instead of a second one.
   */
  async syncBidirectional(integration: Integration, rule?: Partial<SyncRule>): Promise<Run> {
    const ruled = rule === undefined ? integration : await this.#ruled(integration, rule);
    const { direction } = ruleOf(ruled.mapping.file);
    if (direction === "from_crm") return this.syncFromCRM(ruled);
    if (direction === "to_crm") return this.syncToCRM(ruled);
    return this.run(ruled, "incremental");
  }

  syncFromCRM(integration: Integration): Promise<Run> {
    return this.run(integration, "from_crm");
  }

  syncToCRM(integration: Integration): Promise<Run> {
    return this.run(integration, "to_crm");
  }

  async run(integration: Integration, kind: RunKind, { dry = false, by = "service" } = {}): Promise<Run> {
    // What nobody has approved is only tried out.
    return this.context.store.startRun(integration, kind, dry || integration.state === "proposed", by);
  }

  async approve(integration: Integration, run: string, by: string): ReturnType<typeof approve> {
    return approve(await this.work(integration, by), run);
  }

  within(trace: string): CRMSyncService {
    return new CRMSyncService({ ...this.context, store: this.context.store.within(trace) });
  }

  /** By the mapping's frequency; every day everything is compared anew. */
  async schedule(integration: Integration): Promise<void> {
    const { jobs } = this.context;
    const { frequency } = ruleOf(integration.mapping.file);
    await jobs.schedule(integration, "incremental", cronOf(frequency, integration));
    await jobs.schedule(integration, "reconcile", cronOf("daily", integration));
  }

  work(integration: Integration, actor: string): Promise<Work> {
    return workOf(this.context, integration, actor);
  }

  async #ruled(integration: Integration, rule: Partial<SyncRule>): Promise<Integration> {
    const file = withRule(integration.mapping.file, rule);
    const wanted = JSON.stringify(ruleOf(file));
    if (wanted === JSON.stringify(ruleOf(integration.mapping.file))) return integration;
    const mapping = await this.context.store.addMapping(integration, file);
    if (mapping === null) throw new Error("the version was not kept");
    const ruled = { ...integration, mapping };
    await this.schedule(ruled);
    return ruled;
  }
}
