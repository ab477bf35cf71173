/**
 * One tenant: a Durable Object that holds all that is kept of it in its SQLite, answers its callers, and does its work by
 * alarm. It is in one place at a time, so that a decision, the writes that it asks for and what brakes count are one
 * transaction, and there is one rate limit and one refresh of a token. The CRMs are called outside of transactions, from
 * the intents that these have left.
 */
import { DurableObject } from "cloudflare:workers";
import { type Engine, loadEngine } from "@penguinmails/crm-sync";
import { type Clock, systemClock } from "../clock.js";
import { createService, type Service } from "../create-service.js";
import { logged } from "../http/log.js";
import type { Caller, Integration, IntegrationRef } from "../store/model.js";
import { createPostgresStore } from "../store/postgres/postgres-store.js";
import { before, type Retention, usualRetention } from "../store/retention.js";
import type { Database } from "../store/sql.js";
import { objectDatabase } from "../store/sqlite/object-database.js";
import { migrate } from "../store/sqlite/schema.js";
import type { Incoming } from "../store/store.js";
import { watch } from "../sync/alarms.js";
import { openDirectory } from "./directory.js";
import { type Env, log, optionsOf } from "./environment.js";
import { createObjectJobs, jobTables, type ObjectJobs } from "./object-jobs.js";
import { tenantStore } from "./tenant-store.js";
import { workFor } from "./work.js";

interface Opened extends Service {
  tenant: string;
  jobs: ObjectJobs;
  database: Database;
  retention: Retention;
}

/** Whoever dies in the middle of its work is followed after this long. */
const follow = 30_000;
const watchInterval = 60_000;

export class TenantObject extends DurableObject<Env> {
  #opening: Promise<Opened> | null = null;
  #working = false;
  #watched = 0;

  protected readonly clock: Clock = systemClock;

  /** A request that the Worker has found to be one of the tenant's. */
  async fetch(request: Request): Promise<Response> {
    const { tenant } = frontOf(request);
    const { app } = await this.open(tenant);
    return app.fetch(request);
  }

  /** Keeps what the queue brings; says of each whether it is kept. */
  async receive(
    tenant: string,
    deliveries: readonly { integration: string; incoming: Incoming }[],
  ): Promise<boolean[]> {
    const { store } = await this.open(tenant);
    const kept: boolean[] = [];
    for (const { integration, incoming } of deliveries) {
      try {
        await store.receive({ tenant, id: integration }, incoming);
        kept.push(true);
      } catch (error) {
        log("delivery_not_kept", { tenant, integration, error: logged(error) });
        kept.push(false);
      }
    }
    return kept;
  }

  async integrationAt(ref: IntegrationRef): Promise<Integration | null> {
    return (await this.open(ref.tenant)).store.integration(ref);
  }

  /** Every hour: an alarm that was lost is set again, and what is too old goes. */
  async look(tenant: string): Promise<void> {
    const opened = await this.open(tenant);
    const { store, jobs, retention } = opened;
    this.#wakeAt(jobs.nextDue());
    await store.prune(retention);
    await jobs.prune(before(this.clock.now(), retention.deadLetters));
    await store.reseal();
    await watch(opened.context);
  }

  async alarm(): Promise<void> {
    const opened = await this.open();
    this.#working = true;
    try {
      // Set first: an alarm that goes off is used up, and whoever is killed sets no other.
      await this.ctx.storage.setAlarm(this.moment(this.clock.now() + follow));
      await workFor(opened.context);
      if (this.clock.now() - this.#watched >= watchInterval) {
        this.#watched = this.clock.now();
        await watch(opened.context);
      }
    } catch (error) {
      log("work_failed", { tenant: opened.tenant, error: logged(error) });
    } finally {
      this.#working = false;
      const due = opened.jobs.nextDue();
      if (due === null) await this.ctx.storage.deleteAlarm();
      else this.#wakeAt(due);
    }
  }

  /** By the clock of the service. */
  #wakeAt(due: number | null): void {
    // Whoever works looks for what is due when it has ended.
    if (due === null || this.#working) return;
    void this.ctx.storage.setAlarm(this.moment(due));
  }

  /** When that is by the platform's clock. */
  protected moment(due: number): number {
    return Date.now() + Math.max(0, Math.ceil(due - this.clock.now()));
  }

  /** `tenant`: absent where the object is known to be somebody's. */
  protected async open(tenant?: string): Promise<Opened> {
    this.#opening ??= this.#open(tenant);
    try {
      const opened = await this.#opening;
      if (tenant !== undefined && opened.tenant !== tenant) throw new Error("the object is another tenant's");
      return opened;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  async #open(given: string | undefined): Promise<Opened> {
    const { env, clock } = this;
    const { options, keyring, retention } = optionsOf(env, clock);
    const database = objectDatabase(this.ctx.storage);
    await migrate(database, jobTables);
    const [row] = await database.query<{ tenant: string }>("select tenant from tenant");
    const tenant = row?.tenant ?? given;
    if (tenant === undefined) throw new Error("the object is nobody's");
    const setAlarm = (due: number) => this.#wakeAt(due);
    const jobs = createObjectJobs({ sql: this.ctx.storage.sql, alone: database.alone, setAlarm, clock, log });
    const own = createPostgresStore(database, jobs, clock, keyring);
    if (row === undefined) await own.addTenant(tenant);
    const store = tenantStore(own, openDirectory(env.DIRECTORY, clock), (ref) =>
      ref.tenant === tenant ? own.integration(ref) : env.TENANTS.getByName(ref.tenant).integrationAt(ref),
    );
    engine ??= loadEngine();
    const authenticate = async (request: Request) => frontOf(request).caller;
    const service = createService({ store, jobs, engine: await engine }, { ...options, authenticate });
    return { ...service, jobs, database, tenant, retention: { ...usualRetention, ...retention } };
  }
}

/** One for all objects that share the isolate. */
let engine: Promise<Engine> | undefined;

/** Whose request it is, and who calls (null: nobody in particular), as the Worker in front has found out. */
interface Front {
  tenant: string;
  caller: Caller | null;
}

/** Only the Worker can reach an object, and it takes what a request brings under this name away. */
const header = "x-crm-sync-front";

export function withFront(request: Request, front: Front): Request {
  const headers = new Headers(request.headers);
  // Percent-encoded, since names of actors are anybody's, and headers hold no more than Latin-1.
  headers.set(header, encodeURIComponent(JSON.stringify(front)));
  return new Request(request, { headers });
}

const frontOf = (request: Request) => JSON.parse(decodeURIComponent(request.headers.get(header) ?? "")) as Front;
