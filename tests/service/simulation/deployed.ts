/** The service as it is deployed on Cloudflare, in workerd: its death is that of workerd, which is killed; its files stay. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Listening, listen } from "../../../web/service/node/listen.js";
import type { IntegrationRef } from "../../../web/service/store/model.js";
import { Random } from "../../simulation/random.js";
import { bundled } from "../../workerd.js";
import { tenantAsked } from "../cloudflare/asked.js";
import { type Deployment, deploy, hosts } from "../cloudflare/deployment.js";
import { bringing, queueUrl } from "../cloudflare/outside-queue.js";
import { cronAt, timeHeader, workAt } from "./deployed-calls.js";
import { clientSecret, type Host, type OpenHost, type Parts, type Place } from "./host.js";
import { type Bring, WebhookQueue } from "./queue.js";

const script = "worker.js";
const ofTheConnection = ["connection", "content-length", "host", "transfer-encoding"];
/** How long a request to a CRM takes, in milliseconds. */
const requestTime = 10;
const hour = 3_600_000;
/** What the deployment says of what must not go wrong, whatever its surroundings do. */
const failed = /"event":"(failed|work_failed|object_failed|delivery_not_kept)"/;

export const onCloudflare =
  (folder: string): OpenHost =>
  async (place) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, script), await bundled("tests/service/simulation/deployed-worker.ts"));
    const queue = new WebhookQueue(place.clock, new Random(place.seed, "queue"));
    const host = new Deployed(place, folder, queue, await listen((request) => host.outside(request)));
    await host.start();
    return host;
  };

class Deployed implements Host {
  #life: { deployment: Deployment; dead: boolean } | null = null;
  deaths = 0;
  #up: Promise<void> = Promise.resolve();
  readonly #tenants = new Map<string, Parts>();
  #sinceCron = 0;

  constructor(
    readonly place: Place,
    readonly folder: string,
    readonly queue: WebhookQueue,
    /** All that the deployment reaches: the CRMs, and the queue. */
    readonly server: Listening,
  ) {}

  get up(): Promise<void> {
    return this.#up;
  }

  readonly crms = hosts;

  async start(): Promise<void> {
    const { front, broken } = this.place;
    const deployment = await deploy({
      script: join(this.folder, script),
      outsideQueue: true,
      crm: new URL(this.server.origin).host,
      folder: this.folder,
      publicUrl: front,
      bindings: { BROKEN: broken ?? "", HUBSPOT_CLIENT_SECRET: clientSecret, SALESFORCE_CLIENT_SECRET: clientSecret },
    });
    this.#life = { deployment, dead: false };
  }

  /** It is killed a moment after it was said to be dead: of what it sends by then nothing goes out, and no answer reaches it. */
  async outside(asked: Request): Promise<Response> {
    const life = this.#life;
    const alive = () => {
      if (life === null || life.dead) throw new TypeError("the deployment is dead");
    };
    alive();
    this.#hear(asked.headers);
    const response = await this.#answer(asked);
    alive();
    const headers = new Headers(response.headers);
    headers.set(timeHeader, String(this.place.clock.now()));
    return new Response(response.body, { status: response.status, headers });
  }

  async #answer(asked: Request): Promise<Response> {
    const { clock, crm } = this.place;
    if (new URL(asked.url).host !== new URL(queueUrl).host) {
      clock.time += requestTime;
      return crm(asked);
    }
    this.queue.take(await asked.json());
    return new Response();
  }

  #hear(headers: Headers): void {
    const { clock } = this.place;
    clock.time = Math.max(clock.time, Number(headers.get(timeHeader)));
  }

  async handle(request: Request): Promise<Response> {
    const life = this.#life;
    if (life === null || life.dead) return new Response(null, { status: 503 });
    const headers = new Headers(request.headers);
    for (const name of ofTheConnection) headers.delete(name);
    headers.set(timeHeader, String(this.place.clock.now()));
    const { method, url } = request;
    const body = method === "GET" ? {} : { body: await request.text() };
    const response = await life.deployment.fetch(new Request(url, { method, headers, ...body }));
    this.#hear(response.headers);
    return life.dead ? new Response(null, { status: 503 }) : response;
  }

  of(tenant: string): Parts {
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    const { store, jobs, part } = tenantAsked(tenant, (request) => this.handle(request));
    const parts = { store, jobs, clients: part<Parts["clients"]>("clients") };
    this.#tenants.set(tenant, parts);
    return parts;
  }

  async #ask(request: Request): Promise<Response> {
    const response = await this.handle(request);
    if (!response.ok) throw new Error(`${request.url}: ${response.status} ${await response.text()}`);
    return response;
  }

  #go = (path: string) => this.#ask(new Request(new URL(path, this.place.front), { method: "POST", body: "" }));

  /** The queue brings what waits while the objects work. */
  async work(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    const bring: Bring = async (queue, messages) => (await this.#ask(bringing({ queue, messages }))).json();
    try {
      for (let brought = 1; brought > 0; ) {
        const objects = [...this.#tenants.keys()].map((tenant) => this.#go(workAt + tenant));
        [brought] = await Promise.all([this.queue.deliver(bring), ...objects]);
      }
    } catch (error) {
      if (!life.dead) throw error;
    }
    const wrong = life.deployment.lines.find((line) => failed.test(line));
    if (wrong !== undefined) throw new Error(wrong);
  }

  async die(): Promise<void> {
    const life = this.#life;
    if (life === null || life.dead) return;
    this.deaths++;
    life.dead = true;
    this.#up = (async () => {
      await life.deployment.close();
      await this.start();
    })();
    await this.#up;
  }

  /** By cron every tenant is looked after once an hour. */
  async pass(milliseconds: number): Promise<void> {
    this.#sinceCron += milliseconds;
    if (this.#sinceCron < hour) return;
    this.#sinceCron = 0;
    await this.#go(cronAt);
  }

  async waiting({ tenant, id }: IntegrationRef): Promise<number> {
    return this.queue.waiting + (await this.of(tenant).jobs.depth({ tenant, id })).waiting;
  }

  async close(): Promise<void> {
    await this.#life?.deployment.close();
    this.#life = null;
    await this.server.close();
  }
}
