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
import { limited } from "./calls.js";
import { CrmActs } from "./crm-acts.js";
import { Ledger } from "./ledger.js";
import { LocalActs } from "./local-acts.js";
import { Person } from "./person.js";
import { Process, type ProcessOptions, type Variant } from "./process.js";
import { Tenant } from "./tenant.js";

export interface WorldOptions {
  engine: Engine;
  seed: number;
  contacts: number;
  crms?: readonly Crm[];
  variant?: Variant;
  database: ProcessOptions["database"];
  /** How many tenants the database has already; none unless given. */
  tenantsBefore?: number;
  /** Told how far it is. */
  progress?(what: string): void;
}

/** Of requests to the CRM. */
const requestRates = { rate_limited: 0.02, unavailable: 0.02, failed: 0.015, no_request: 0.02, no_answer: 0.02 };
/** Of webhooks on their way. */
const webhookRates = { lost: 0.15, doubled: 0.1, late: 0.1, forged: 0.03 };
/** How many of the requests that concern somebody meet a person who is at work just then. */
const meanwhile = 0.25;
/** In requests: Salesforce's contacts, and HubSpot's. */
const recordIds = /003[A-Za-z0-9]{15}|(?<!\d)1\d{11}(?!\d)/g;
const hour = 3_600_000;
/** How often people have their turn. */
const rounds = 24;

export class World {
  readonly clock: HandClock = handClock();
  readonly ledger = new Ledger();
  readonly random: Random;
  /** Of what comes in between requests, whose order is not ours. */
  readonly #between: Random;
  readonly standIn: StandIn;
  readonly tenants: Tenant[] = [];
  quiet = false;
  #crmActs = new Map<Tenant, CrmActs>();
  #localActs = new Map<Tenant, LocalActs>();
  #passed = 0;

  private constructor(
    readonly options: WorldOptions,
    readonly process: Process,
    readonly servers: readonly Listening[],
    standIn: (clock: HandClock, random: Random) => StandIn,
  ) {
    this.random = new Random(options.seed, "world");
    this.#between = new Random(options.seed, "between");
    this.standIn = standIn(this.clock, new Random(options.seed, "faults"));
  }

  static async open(options: WorldOptions): Promise<World> {
    let world: World | undefined;
    const there = <T>(use: (w: World) => T): T => {
      if (world === undefined) throw new Error("there is no world yet");
      return use(world);
    };
    const crms = await listen((request) => there((w) => w.#answerAsCrm(request)));
    const front = await listen((request) => there((w) => w.process.handle(request)));
    const { engine, database, variant = {} } = options;
    const processOptions = {
      ...{ engine, variant, crms: crms.origin, publicUrl: `${front.origin}/webhooks/hubspot` },
      database,
      clock: { now: () => 0, sleep: async () => {} } as unknown as HandClock,
      log: () => {},
    };
    const process = new Process(processOptions);
    world = new World(options, process, [front, crms], (clock, random) =>
      createStandIn({ clock, random: () => random.next() }),
    );
    processOptions.clock = world.clock;
    await process.start();
    await world.#settleIn(front.origin, crms.origin);
    return world;
  }

  async #settleIn(front: string, crms: string): Promise<void> {
    const { standIn, process, clock, ledger, options } = this;
    const kinds = options.crms ?? ["salesforce", "hubspot"];
    for (const [index, crm] of kinds.entries()) {
      const tenant = new Tenant(crm, (options.tenantsBefore ?? 0) + index + 1, { standIn, process, front, crms });
      const acts = new CrmActs(tenant, clock, ledger, () => this.quiet);
      this.tenants.push(tenant);
      this.#crmActs.set(tenant, acts);
      this.#localActs.set(tenant, new LocalActs(tenant, clock, ledger, acts));
      await tenant.open();
    }
    for (let number = 0; number < options.contacts; number++) {
      this.tenants[number % this.tenants.length]?.people.push(new Person(options.seed, number));
    }
  }

  async close(): Promise<void> {
    await this.process.close();
    for (const server of this.servers) await server.close();
  }

  /** The CRMs' server; people go on between what the service asks. */
  async #answerAsCrm(request: Request): Promise<Response> {
    const body = await request.text();
    const { method, url, headers } = request;
    const again = new Request(url, { method, headers, ...(body !== "" && { body }) });
    const ids = `${url} ${body}`.match(recordIds) ?? [];
    if (!this.quiet && this.#between.chance(meanwhile)) this.#meanwhile(ids);
    const response = await this.standIn.handle(again).catch((error) => {
      this.#unanswered(ids, method !== "GET");
      throw error;
    });
    this.#unanswered(ids, method !== "GET" && response.status >= 500);
    return response;
  }

  /** Of a write nobody knows what became of it until the record is read again. */
  #unanswered(ids: readonly string[], isLost: boolean): void {
    for (const { byRecord } of this.tenants) {
      for (const id of ids) {
        const person = byRecord.get(id);
        if (person !== undefined) person.unanswered = isLost;
      }
    }
  }

  /** Somebody edits a record just before the CRM deals with a request that names it. */
  #meanwhile(ids: readonly string[]): void {
    const id = ids.length === 0 ? undefined : this.#between.of(ids);
    const tenant = this.tenants.find(({ byRecord }) => byRecord.has(id ?? ""));
    const person = tenant?.byRecord.get(id ?? "");
    if (tenant === undefined || person === undefined || id === undefined || person.busy || person.acts === 0) return;
    if (person.crmId !== id || person.merged !== null) return;
    person.acts--;
    this.ledger.acts++;
    const acts = this.#crmActs.get(tenant) as CrmActs;
    if (person.random.chance(0.9)) acts.edit(person, id, true);
    else acts.optOut(person, id);
  }

  async run(): Promise<void> {
    const { faults } = this.standIn;
    for (const [fault, rate] of Object.entries({ ...requestRates, ...webhookRates })) {
      faults.rate(fault as keyof typeof requestRates, rate);
    }
    const deaths = new Set(Array.from({ length: 3 }, () => this.random.between(3, rounds - 3)));
    for (let round = 0; round < rounds; round++) {
      await this.#peopleAct(round);
      await this.deliver();
      if (this.random.chance(0.3)) this.#endTokens();
      const working = this.process.work();
      if (deaths.has(round)) {
        await this.#moment();
        await this.process.die();
      }
      await working;
      await this.#answerReviews();
      await this.pass(this.random.of([300, 3_000, 30_000, 400_000, 2 * hour]));
      await this.#operate();
      this.options.progress?.(`round ${round + 1} of ${rounds}`);
    }
    await this.rest();
    this.options.progress?.("at rest");
  }

  /** Until some more requests have been made, if any are. */
  async #moment(): Promise<void> {
    const { calls } = this.standIn;
    const wanted = calls.length + this.random.between(1, 12);
    for (let tries = 0; calls.length < wanted && tries < 200; tries++) await new Promise((done) => setTimeout(done, 2));
  }

  #endTokens(): void {
    const tenant = this.random.of(this.tenants);
    if (this.random.chance(0.5)) tenant.account.expire();
    else this.standIn.faults.next("expired", ({ account }) => account === tenant.account.id);
  }

  /** In small groups, whose changes PenguinMails hands in together. */
  async #peopleAct(round: number): Promise<void> {
    for (const tenant of this.tenants) {
      const local = this.#localActs.get(tenant) as LocalActs;
      for (let at = 0; at < tenant.people.length; ) {
        const group = tenant.people.slice(at, at + this.random.between(1, 40));
        at += group.length;
        await Promise.all(group.filter(({ busy }) => !busy).map((person) => this.#turn(tenant, person, round)));
        await local.handIn();
        if (this.random.chance(0.5)) this.clock.time += this.random.between(1, 3_000);
      }
    }
  }

  async #turn(tenant: Tenant, person: Person, round: number): Promise<void> {
    if (person.contact === null && person.crmId === null) {
      if (round >= 8 || this.random.chance(0.3)) this.#begin(tenant, person);
    } else if (person.acts > 0 && round > 1 && this.random.chance(0.35)) {
      person.acts--;
      this.ledger.acts++;
      await this.#act(tenant, person);
    }
  }

  #begin(tenant: Tenant, person: Person): void {
    const crm = this.#crmActs.get(tenant) as CrmActs;
    const local = this.#localActs.get(tenant) as LocalActs;
    if (person.where !== "local") crm.create(person);
    if (person.where !== "crm") local.create(person);
  }

  async #act(tenant: Tenant, person: Person): Promise<void> {
    const { random } = person;
    const crm = this.#crmActs.get(tenant) as CrmActs;
    const local = this.#localActs.get(tenant) as LocalActs;
    if (person.merged !== null) return;
    const draw = random.next();
    const onCrm = random.chance(0.5);
    const id = await tenant.recordOf(person);
    const linked = await tenant.isLinked(person);
    if (person.gone.crm !== undefined && !person.gone.crm.privacy && id !== null && draw < 0.15 && onCrm) {
      crm.restore(person, id);
      return;
    }
    if (draw < 0.8 || !linked) return onCrm && id !== null ? crm.edit(person, id, false) : local.act(person, "edit");
    if (draw < 0.86) return onCrm && id !== null ? crm.optOut(person, id) : local.act(person, "opt out");
    if (draw < 0.88) return local.act(person, "opt in");
    if (draw < 0.91) {
      const isKnown = person.outs.length > 0 && (await this.#isOut(tenant, person));
      if (!onCrm || id === null) return local.act(person, "allow");
      if (isKnown) crm.optIn(person, id);
      return;
    }
    const untouched = person.gone.crm === undefined && person.gone.local === undefined && !person.restored;
    if (!untouched || id === null) return;
    if (draw < 0.94) return onCrm ? crm.remove(person, id) : local.act(person, "remove");
    if (draw < 0.955) return onCrm ? crm.forget(person, id) : local.act(person, "forget");
    if (draw < 0.97) await this.#merge(tenant, person, crm);
  }

  /** Whether PenguinMails knows of the opt-out, so that nobody can say that it was never seen. */
  async #isOut(tenant: Tenant, person: Person): Promise<boolean> {
    const { body } = await tenant.call("GET", `/contacts/${tenant.contactOf(person)}`);
    return body?.record?.unsubscribed === true;
  }

  async #merge(tenant: Tenant, loser: Person, crm: CrmActs): Promise<void> {
    const winner = this.random.of(tenant.people);
    const whole = (one: Person) =>
      !one.busy && one.merged === null && !one.restored && one.gone.crm === undefined && one.gone.local === undefined;
    if (winner === loser || !whole(winner) || !(await tenant.isLinked(winner))) return;
    const isPending = this.clock.now() < Math.max(winner.pendingUntil, loser.pendingUntil);
    if (!isPending && whole(winner) && whole(loser)) crm.merge(winner, loser);
  }

  async #answerReviews(): Promise<void> {
    for (const tenant of this.tenants) {
      if (!this.random.chance(0.3)) continue;
      const { body } = await tenant.call("GET", "/api/reviews?state=open");
      for (const review of body.reviews) {
        const person = tenant.people.find(({ contact }) => contact !== null && contact === review.contact);
        if (person === undefined || !this.random.chance(0.4)) continue;
        if (review.reason === "merged_into_anothers" && person.isLoser) {
          const [candidate] = review.candidates;
          await this.#answer(tenant, review, { choose: "link", candidate });
          continue;
        }
        if (review.field !== "note") continue;
        const choose = this.random.of(["crm", "local", "value"] as const);
        const value = `note ${++this.ledger.serial} answered`;
        const [local, theirs] = [String(review.local ?? ""), String(review.crm ?? "")];
        const chosen = choose === "value" ? value : choose === "crm" ? theirs : local;
        person.history("note").answered(chosen, this.clock.now(), local, theirs);
        await this.#answer(tenant, review, choose === "value" ? { choose, value } : { choose });
      }
    }
  }

  async #answer(tenant: Tenant, { integration, id }: { integration: string; id: string }, answer: object) {
    await tenant.call("POST", `/api/reviews/${integration}/${encodeURIComponent(id)}/answer`, answer);
    this.ledger.answers++;
  }

  /** What a schedule and an operator do. */
  async #operate(): Promise<void> {
    this.standIn.calls.length = 0;
    for (const tenant of this.tenants) {
      await tenant.reconnect();
      if (this.#passed < hour || this.options.variant?.neverLooks) continue;
      await tenant.call("POST", "/api/runs", { integration: tenant.ref.id, kind: "incremental" });
    }
    if (this.#passed >= hour) this.#passed = 0;
  }

  async pass(milliseconds: number): Promise<void> {
    this.clock.time += milliseconds;
    this.#passed += milliseconds;
    await this.process.pass(milliseconds);
  }

  deliver(): Promise<number> {
    return this.standIn.deliver(limited(20, (request: Request) => fetch(request)));
  }

  /** Nothing fails any more, nobody edits, and everything is compared once. */
  async rest(): Promise<void> {
    this.quiet = true;
    this.standIn.faults.clear();
    await this.settle();
    if (this.options.variant?.neverLooks) return;
    for (const kind of ["incremental", "reconcile"]) {
      await this.pass(hour);
      for (const tenant of this.tenants) await tenant.call("POST", "/api/runs", { integration: tenant.ref.id, kind });
      await this.settle();
    }
  }

  async settle(limit = 120): Promise<void> {
    const { process, standIn } = this;
    for (let round = 0; round < limit; round++) {
      for (const tenant of this.tenants) await tenant.reconnect();
      const delivered = await this.deliver();
      await process.work();
      let waiting = 0;
      for (const { ref } of this.tenants) waiting += (await process.service.jobs.depth(ref)).waiting;
      if (delivered === 0 && waiting === 0 && standIn.waiting === 0) return;
      await this.pass(Math.min(250 * 2 ** round, 600_000));
    }
    this.ledger.breach("not at rest", `after ${limit} rounds something still waits`);
  }
}
