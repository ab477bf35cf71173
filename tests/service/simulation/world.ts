/**
 * The whole service over HTTP: two CRMs that misbehave, PenguinMails, and people who edit everywhere, also while the service
 * is at work. Time passes only here.
 */
import type { Engine } from "@penguinmails/crm-sync";
import { type Listening, listen } from "../../../web/service/node/listen.js";
import { createStandIn, type StandIn } from "../../../web/stand-in/stand-in.js";
import { Random } from "../../simulation/random.js";
import { type HandClock, handClock } from "../crm/support.js";
import type { Crm } from "../sync/hands.js";
import { type Variant, variantOf } from "./broken.js";
import { limited } from "./calls.js";
import type { Host, OpenHost } from "./host.js";
import { Ledger } from "./ledger.js";
import { People } from "./people.js";
import { Person } from "./person.js";
import { Tenant } from "./tenant.js";

export interface WorldOptions {
  engine: Engine;
  seed: number;
  contacts: number;
  crms?: readonly Crm[];
  /** Where the service runs. */
  on: OpenHost;
  /** The service's name in broken.ts; none unless given. */
  broken?: string;
  rounds?: number;
  /** The part of the service's requests in whose midst somebody edits. */
  meanwhile?: number;
  /** How many tenants the database has already; none unless given. */
  tenantsBefore?: number;
  /** Told how far it is. */
  progress?(what: string): void;
}

/** Of requests to the CRM. */
const requestRates = { rate_limited: 0.02, unavailable: 0.02, failed: 0.015, no_request: 0.02, no_answer: 0.02 };
/** Of webhooks on their way. */
const webhookRates = { lost: 0.15, doubled: 0.1, late: 0.1, forged: 0.03 };
/** In requests: Salesforce's contacts, and HubSpot's. */
const recordIds = /003[A-Za-z0-9]{15}|(?<!\d)1\d{11}(?!\d)/g;
const hour = 3_600_000;
/** How often people have their turn, unless given. */
const usualRounds = 16;

export class World {
  readonly ledger = new Ledger();
  readonly random: Random;
  readonly standIn: StandIn;
  readonly tenants: Tenant[] = [];
  readonly people: People;
  quiet = false;
  /**
   * The records that were written to since the service last went to work, or read since an answer was lost: should it die,
   * these answers die with it.
   */
  readonly #written = new Set<string>();
  #passed = 0;
  /** What becomes of tokens follows the seed alone. */
  readonly #tokens: Random;
  readonly #variant: Variant;

  private constructor(
    readonly options: WorldOptions,
    readonly clock: HandClock,
    readonly front: Listening,
    readonly host: Host,
  ) {
    this.random = new Random(options.seed, "world");
    this.#tokens = new Random(options.seed, "tokens");
    this.#variant = variantOf(options.broken);
    this.people = new People(this);
    const faults = new Random(options.seed, "faults");
    this.standIn = createStandIn({ clock, random: () => faults.next() });
  }

  static async open(options: WorldOptions): Promise<World> {
    let world: World | undefined;
    const there = <T>(use: (w: World) => T): T => {
      if (world === undefined) throw new Error("there is no world yet");
      return use(world);
    };
    const { engine, seed, on, broken } = options;
    const clock = handClock();
    const front = await listen((request) => there((w) => w.#answerAsService(request)));
    const crm = (request: Request) => there((w) => w.#answerAsCrm(request));
    const host = await on({ engine, clock, front: front.origin, crm, seed, ...(broken && { broken }) });
    world = new World(options, clock, front, host);
    await world.#settleIn();
    return world;
  }

  async #settleIn(): Promise<void> {
    const { standIn, host, options } = this;
    const front = this.front.origin;
    const kinds = options.crms ?? ["salesforce", "hubspot"];
    for (const [index, crm] of kinds.entries()) {
      const tenant = new Tenant(crm, (options.tenantsBefore ?? 0) + index + 1, { standIn, host, front });
      this.tenants.push(tenant);
      await tenant.open();
    }
    for (let number = 0; number < options.contacts; number++) {
      this.tenants[number % this.tenants.length]?.people.push(new Person(options.seed, number));
    }
  }

  async close(): Promise<void> {
    await this.host.close();
    await this.front.close();
  }

  async #answerAsService(request: Request): Promise<Response> {
    const taken = this.#variant.request === undefined ? request : this.#variant.request(request);
    // As if it were kept, in either CRM's words.
    return taken === null ? new Response("<Ack>true</Ack>") : this.host.handle(taken);
  }

  /** The CRMs' server; people go on between what the service asks. */
  async #answerAsCrm(request: Request): Promise<Response> {
    const asked = await request.text();
    const body = this.#variant.asks?.(asked) ?? asked;
    const { method, url, headers } = request;
    const again = new Request(url, { method, headers, ...(body !== "" && { body }) });
    const ids = `${url} ${body}`.match(recordIds) ?? [];
    // What is edited before it is read is nothing special; HubSpot's reads are POST as well.
    if (!this.quiet && method !== "GET") this.people.meanwhile(ids);
    for (const id of ids) if (method !== "GET" || this.people.isUnanswered(id)) this.#written.add(id);
    const { deaths } = this.host;
    const response = await this.standIn.handle(again).catch((error) => {
      this.people.unanswered(ids, method !== "GET");
      throw error;
    });
    // Of whoever has died meanwhile no answer is heard.
    this.people.unanswered(ids, method !== "GET" && (response.status >= 500 || this.host.deaths > deaths));
    return response;
  }

  async run(): Promise<void> {
    const { faults } = this.standIn;
    const { rounds = usualRounds, progress } = this.options;
    for (const [fault, rate] of Object.entries({ ...requestRates, ...webhookRates })) {
      faults.rate(fault as keyof typeof requestRates, rate);
    }
    const deaths = new Set(Array.from({ length: 3 }, () => this.random.between(3, rounds - 3)));
    for (let round = 0; round < rounds; round++) {
      await this.people.act(round);
      await this.deliver();
      if (this.#tokens.chance(0.3)) this.#endTokens();
      this.#written.clear();
      const working = this.host.work();
      if (deaths.has(round)) {
        await this.#moment();
        const dying = this.host.die();
        this.people.unanswered([...this.#written], true);
        await dying;
      }
      await working;
      await this.people.answerReviews();
      await this.pass(this.random.of([300, 3_000, 30_000, 400_000, 2 * hour]));
      await this.#operate();
      progress?.(`round ${round + 1} of ${rounds}`);
    }
    await this.rest();
    progress?.("at rest");
  }

  /** Until some more requests have been made, if any are. */
  async #moment(): Promise<void> {
    const { calls } = this.standIn;
    const wanted = calls.length + this.random.between(1, 12);
    for (let tries = 0; calls.length < wanted && tries < 200; tries++) await new Promise((done) => setTimeout(done, 2));
  }

  #endTokens(): void {
    const tenant = this.#tokens.of(this.tenants);
    if (this.#tokens.chance(0.5)) tenant.account.expire();
    else this.standIn.faults.next("expired", ({ account }) => account === tenant.account.id);
  }

  /** What a schedule and an operator do. */
  async #operate(): Promise<void> {
    this.standIn.calls.length = 0;
    for (const tenant of this.tenants) {
      await tenant.lookAfter();
      if (this.#passed < hour || this.#variant.neverLooks) continue;
      await tenant.call("POST", "/api/runs", { integration: tenant.ref.id, kind: "incremental" });
    }
    if (this.#passed >= hour) this.#passed = 0;
  }

  async pass(milliseconds: number): Promise<void> {
    this.clock.time += milliseconds;
    this.#passed += milliseconds;
    await this.host.pass(milliseconds);
  }

  deliver(): Promise<number> {
    return this.standIn.deliver(limited(20, (request: Request) => fetch(request)));
  }

  /** Nothing fails any more, nobody edits, and everything is compared once. */
  async rest(): Promise<void> {
    this.quiet = true;
    this.standIn.faults.clear();
    await this.settle();
    if (this.#variant.neverLooks) return;
    for (const kind of ["incremental", "reconcile"]) {
      await this.pass(hour);
      for (const tenant of this.tenants) await tenant.call("POST", "/api/runs", { integration: tenant.ref.id, kind });
      await this.settle();
    }
  }

  async settle(limit = 120): Promise<void> {
    const { host, standIn } = this;
    for (let round = 0; round < limit; round++) {
      for (const tenant of this.tenants) await tenant.lookAfter();
      const delivered = await this.deliver();
      await host.work();
      let waiting = 0;
      for (const { ref } of this.tenants) waiting += await host.waiting(ref);
      if (delivered === 0 && waiting === 0 && standIn.waiting === 0) return;
      await this.pass(Math.min(250 * 2 ** round, 600_000));
    }
    this.ledger.breach("not at rest", `after ${limit} rounds something still waits`);
  }
}
