/** The service's process: it may die in the middle of whatever it does, and another one goes on where it was. */
import type { Engine } from "@penguinmails/crm-sync";
import { type OpenService, openService } from "../../../web/service/node/open-service.js";
import type { SyncContext } from "../../../web/service/sync/context.js";
import { workOnce } from "../../../web/service/sync/worker.js";
import type { HandClock } from "../crm/support.js";
import { expire, hurry } from "../sync/waits.js";

export const clientSecret = "the-app's-secret";

/** What a broken service does otherwise, so that the judge has something to find. */
export interface Variant {
  /** Null: a webhook or a call that the service takes and does nothing about. */
  request?(request: Request): Promise<Request | null>;
  context?(context: SyncContext): void;
  fetch?(fetchIt: typeof fetch): typeof fetch;
  /** Nobody ever looks for what webhooks did not tell. */
  neverLooks?: boolean;
}

export interface ProcessOptions {
  engine: Engine;
  clock: HandClock;
  /** Where the embedded database keeps its files, or the address of a PostgreSQL. */
  database: { folder: string } | { databaseUrl: string };
  /** Where the CRMs are. */
  crms: string;
  publicUrl: string;
  variant: Variant;
  log(event: string, detail: Record<string, unknown>): void;
}

/** Batches at the same time. */
const loops = 4;

export class Process {
  #life: { service: OpenService; dead: boolean } | null = null;
  deaths = 0;
  /** When a death ends, whoever called meanwhile calls again. */
  #up: Promise<void> = Promise.resolve();

  constructor(readonly options: ProcessOptions) {}

  get service(): OpenService {
    if (this.#life === null) throw new Error("no process runs");
    return this.#life.service;
  }

  get up(): Promise<void> {
    return this.#up;
  }

  async start(): Promise<void> {
    const { engine, clock, database, crms, publicUrl, variant, log } = this.options;
    const life = { dead: false } as { service: OpenService; dead: boolean };
    const fetchIt = variant.fetch?.(fetch) ?? fetch;
    // Of the dead nothing goes out, and no answer reaches them.
    const alive = async (input: string | URL | Request, init?: RequestInit) => {
      if (life.dead) throw new TypeError("the process is dead");
      const response = await fetchIt(input, init);
      if (life.dead) throw new TypeError("the process is dead");
      return response;
    };
    life.service = await openService({
      ...database,
      ...{ engine, clock, log },
      fetch: alive as typeof fetch,
      keyring: { current: "one", keys: { one: new Uint8Array(32).fill(7) } },
      developmentHosts: [crms],
      apps: {
        hubspot: { clientId: "app", clientSecret, loginUrl: crms },
        salesforce: { clientId: "app", clientSecret, loginUrl: crms },
      },
      hubspot: { secrets: [clientSecret], publicUrl },
    });
    variant.context?.(life.service.context);
    this.#life = life;
  }

  /** The front door, which stays: while no process runs it says so. */
  async handle(request: Request): Promise<Response> {
    const life = this.#life;
    if (life === null || life.dead) return new Response(null, { status: 503 });
    const { variant } = this.options;
    const taken = variant.request === undefined ? request : await variant.request(request);
    // As if it were kept, in either CRM's words.
    if (taken === null) return new Response("<Ack>true</Ack>");
    const response = await life.service.app.fetch(taken);
    return life.dead ? new Response(null, { status: 503 }) : response;
  }

  /** Works until nothing is due, or until the process dies. */
  async work(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    // What waits a moment waits by the database's clock, which goes on: ours must not be slower, or it would wait again.
    let at = performance.now();
    const tick = () => {
      const now = performance.now();
      this.options.clock.time += Math.ceil(now - at);
      at = now;
    };
    const loop = async () => {
      while (!life.dead && (await workOnce(life.service.context))) tick();
    };
    const ended = await Promise.allSettled(Array.from({ length: loops }, loop));
    for (const end of ended) if (end.status === "rejected" && !life.dead) throw end.reason;
  }

  /** Its connections end at once, to the database as well; then another process is started. */
  async die(): Promise<void> {
    const life = this.#life;
    if (life === null || life.dead) return;
    this.deaths++;
    life.dead = true;
    this.#up = (async () => {
      await life.service.close();
      await this.start();
      await expire(this.service.database);
    })();
    await this.#up;
  }

  pass = (milliseconds: number) => hurry(this.service.database, milliseconds);

  async close(): Promise<void> {
    await this.#life?.service.close();
    this.#life = null;
  }
}
