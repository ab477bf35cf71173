/** The service as it is put together for Node, in this process: its death is that nothing reaches it or comes from it any more. */
import { type Listening, listen } from "../../../web/service/node/listen.js";
import { type OpenService, openService } from "../../../web/service/node/open-service.js";
import type { IntegrationRef } from "../../../web/service/store/model.js";
import { workOnce } from "../../../web/service/sync/worker.js";
import { keyring } from "../store/keyring.js";
import { expire, hurry } from "../sync/waits.js";
import { variantOf } from "./broken.js";
import { clientSecret, type Host, type OpenHost, type Place } from "./host.js";

/** Where the embedded database keeps its files, or the address of a PostgreSQL. */
export type Kept = { folder: string } | { databaseUrl: string };

/** Batches at the same time. */
const loops = 4;

export const onNode =
  (database: Kept): OpenHost =>
  async (place) => {
    const process = new Process(place, database, await listen(place.crm));
    await process.start();
    return process;
  };

class Process implements Host {
  #life: { service: OpenService; dead: boolean } | null = null;
  deaths = 0;
  #up: Promise<void> = Promise.resolve();

  constructor(
    readonly place: Place,
    readonly database: Kept,
    readonly crmServer: Listening,
  ) {}

  get up(): Promise<void> {
    return this.#up;
  }

  get crms() {
    const { origin } = this.crmServer;
    return { hubspot: origin, salesforce: origin };
  }

  get #service(): OpenService {
    if (this.#life === null) throw new Error("no process runs");
    return this.#life.service;
  }

  of = () => this.#service;

  async start(): Promise<void> {
    const { engine, clock, front, broken } = this.place;
    const { origin } = this.crmServer;
    const life = { dead: false } as { service: OpenService; dead: boolean };
    // Of the dead nothing goes out, and no answer reaches them.
    const alive = async (input: string | URL | Request, init?: RequestInit) => {
      if (life.dead) throw new TypeError("the process is dead");
      const response = await fetch(input, init);
      if (life.dead) throw new TypeError("the process is dead");
      return response;
    };
    life.service = await openService({
      ...this.database,
      ...{ engine, clock, keyring },
      fetch: alive as typeof fetch,
      developmentHosts: [origin],
      apps: {
        hubspot: { clientId: "app", clientSecret, loginUrl: origin },
        salesforce: { clientId: "app", clientSecret, loginUrl: origin },
      },
      hubspot: { secrets: [clientSecret], publicUrl: `${front}/webhooks/hubspot` },
    });
    variantOf(broken).context?.(life.service.context);
    this.#life = life;
  }

  async handle(request: Request): Promise<Response> {
    const life = this.#life;
    if (life === null || life.dead) return new Response(null, { status: 503 });
    const response = await life.service.app.fetch(request);
    return life.dead ? new Response(null, { status: 503 }) : response;
  }

  async work(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    // What waits a moment waits by the database's clock, which goes on: ours must not be slower, or it would wait again.
    let at = performance.now();
    const tick = () => {
      const now = performance.now();
      this.place.clock.time += Math.ceil(now - at);
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
      await expire(this.#service.database);
    })();
    await this.#up;
  }

  pass = (milliseconds: number) => hurry(this.#service.database, milliseconds);

  async waiting(integration: IntegrationRef): Promise<number> {
    return (await this.#service.jobs.depth(integration)).waiting;
  }

  async close(): Promise<void> {
    await this.#life?.service.close();
    this.#life = null;
    await this.crmServer.close();
  }
}
