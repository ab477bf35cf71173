/** A contender on a CRM of its own: edits on both sides at a pace, and the ledger of what became of them. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Crm, Hands } from "../../tests/service/sync/hands.js";
import { BenchCrm, type Customer, type Person } from "./crm.js";
import { fieldOf, Ledger, type Record, type Side } from "./ledger.js";
import type { Configuration, Watched } from "./messages.js";
import { type Contender, MeasuredProcess } from "./process.js";
import { apiKeyOf } from "./secrets.js";
import { Sender } from "./sender.js";
import { now, pause, tenths, until } from "./time.js";

export interface RigOptions {
  contender?: Contender;
  crm?: Crm;
  /** Of a PostgreSQL; without it PGlite in a temporary folder. */
  databaseUrl?: string | undefined;
  lifted?: boolean;
  wakeLimit?: Configuration["wakeLimit"];
  /** By tenant: how many people both sides know. */
  people: { [tenant: string]: number };
  profile?: string | undefined;
}

export interface Pace {
  /** Edits in a second, on each of the sides. */
  rate: number;
  seconds: number;
  sides?: readonly Side[];
  /** A person's contact is edited up to so many milliseconds after the record; 0 unless given: at once. */
  apart?: number;
  /** How long events gather before they are delivered, in milliseconds; 0: each at once. */
  gather?: number;
}

export interface Used<T> {
  result: T;
  seconds: number;
  processor: number;
}

/** In a second, and in a second of the process's own processor time, which a busy machine does not shorten. */
export interface Rate {
  aSecond: number;
  aProcessorSecond: number;
}

export const rateOf = (count: number, { seconds, processor }: Omit<Used<unknown>, "result">): Rate => ({
  aSecond: tenths(count / seconds),
  aProcessorSecond: tenths(count / processor),
});

export interface Settling {
  /** All of them, unless given. */
  tenant?: string;
  patience?: number;
  limit?: number;
}

/** Between 0 and 1, evenly: the same in each run. */
const spacing = (index: number) => (index * 0.618_034) % 1;

const tick = 20;
const mostChanges = 1000;

/** Making an embedded database takes seconds, so it is made once; each rig has its copy. */
let template: Promise<string> | null = null;

async function makeTemplate(): Promise<string> {
  const folder = temporary();
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const configuration = { crm: "hubspot" as const, origin: "http://127.0.0.1:1", lifted: true, accounts: [] };
  const maker = await MeasuredProcess.start("service", { ...configuration, folder: join(folder, "store") }, () => {});
  await maker.close();
  return folder;
}

async function newFolder(): Promise<string> {
  template ??= makeTemplate();
  const folder = temporary();
  cpSync(await template, folder, { recursive: true });
  return folder;
}

const temporary = () => mkdtempSync(join(tmpdir(), "crm-sync-bench-"));

export class Rig {
  readonly ledger = new Ledger();
  readonly sender: Sender;
  /** Pairs in a second that the first synchronisation took over. */
  seeded = 0;
  #byKey: Map<string, { person: Person; hands: Hands }> | null = null;
  readonly #next = new Map<string, number>();
  readonly #unposted = new Map<string, { person: Person; field: Watched; value: string; at: number }[]>();
  #posting = new Set<string>();
  #telling: Promise<void> = Promise.resolve();

  private constructor(
    readonly crm: BenchCrm,
    readonly process: MeasuredProcess,
    readonly contender: Contender,
    private readonly folder: string | null,
  ) {
    this.sender = new Sender(process.origin);
  }

  static async open(options: RigOptions): Promise<Rig> {
    const { contender = "service", crm: kind = "hubspot", databaseUrl, lifted = true, wakeLimit, people } = options;
    const crm = await BenchCrm.open(kind, lifted);
    for (const [tenant, count] of Object.entries(people)) crm.addCustomer(tenant, count);
    await crm.forget();
    const folder = databaseUrl === undefined ? await newFolder() : null;
    const configuration: Configuration = {
      ...{ crm: kind, origin: crm.origin, lifted },
      accounts: crm.customers.map(({ hands: _, people: __, ...account }) => account),
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...(folder !== null && { folder: join(folder, "store") }),
      ...(wakeLimit !== undefined && { wakeLimit }),
    };
    let rig: Rig | undefined;
    const process = await MeasuredProcess.start(
      contender,
      configuration,
      (arrived) => rig?.ledger.arrived(arrived),
      options.profile,
    );
    rig = new Rig(crm, process, contender, folder);
    const began = now();
    for (const { tenant, people: some } of crm.customers) {
      await process.ask("seed", { tenant, crmIds: some.map(({ crmId }) => crmId) });
    }
    const count = crm.customers.reduce((sum, customer) => sum + customer.people.length, 0);
    rig.seeded = Math.round((count * 1000) / (now() - began));
    return rig;
  }

  customer(tenant: string): Customer {
    return this.crm.customers.find((one) => one.tenant === tenant) as Customer;
  }

  /** As the CRM has it. */
  record(key: string): Record {
    this.#byKey ??= new Map(
      this.crm.customers.flatMap(({ people, hands }) => people.map((person) => [person.key, { person, hands }])),
    );
    const found = this.#byKey.get(key);
    return found === undefined ? null : found.hands.get(found.person.crmId);
  }

  /** The same people again after all the others. */
  person(tenant: string): Person {
    const { people } = this.customer(tenant);
    const next = this.#next.get(tenant) ?? 0;
    this.#next.set(tenant, next + 1);
    return people[next % people.length] as Person;
  }

  edit(person: Person, side: Side): void {
    const { hands } = this.customer(person.tenant);
    const { value } = this.ledger.edit(person.key, side);
    if (side === "crm") {
      hands.edit(person.crmId, { phone: String(value) });
      return;
    }
    const unposted = this.#unposted.get(person.tenant) ?? [];
    this.#unposted.set(person.tenant, unposted);
    unposted.push({ person, field: fieldOf.local, value: String(value), at: Date.now() });
    void this.#post(person.tenant);
  }

  /** One request at a time, with all that was changed meanwhile. */
  async #post(tenant: string): Promise<void> {
    if (this.#posting.has(tenant)) return;
    this.#posting.add(tenant);
    try {
      const unposted = this.#unposted.get(tenant) ?? [];
      while (unposted.length > 0) {
        const some = unposted.slice(0, mostChanges);
        if (await this.#posted(tenant, some)) unposted.splice(0, some.length);
        else await pause(500);
      }
    } finally {
      this.#posting.delete(tenant);
    }
  }

  async #posted(tenant: string, some: { person: Person; field: Watched; value: string; at: number }[]) {
    if (this.contender === "rival") {
      await this.process.ask(
        "change",
        some.map(({ person, field, value }) => ({ tenant, id: person.contact, fields: { [field]: value } })),
      );
      return true;
    }
    const changes = some.map(({ person, field, value, at }) => ({
      ...{ id: person.contact, patch: { [field]: value }, updatedAt: new Date(at).toISOString() },
    }));
    const response = await fetch(`${this.process.origin}/contacts/changes`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKeyOf(tenant)}`, "content-type": "application/json" },
      body: JSON.stringify({ changes }),
    });
    const text = await response.text();
    if (response.status >= 400 && response.status !== 429 && response.status !== 503) throw new Error(text);
    return response.status === 202;
  }

  /** Edits on each side of one person after the other. */
  async pace(tenant: string, { rate, seconds, sides = ["crm", "local"], apart = 0, gather = 0 }: Pace): Promise<void> {
    const began = now();
    let done = 0;
    let told = began;
    const later: Promise<void>[] = [];
    for (;;) {
      const elapsed = now() - began;
      const due = Math.min(Math.floor((elapsed / 1000) * rate), Math.floor(rate * seconds));
      for (; done < due; done++) {
        const person = this.person(tenant);
        for (const side of sides) {
          if (side === "local" && apart > 0)
            later.push(pause(spacing(done) * apart).then(() => this.edit(person, side)));
          else this.edit(person, side);
        }
      }
      if (now() - told >= gather) {
        told = now();
        void this.tell();
      }
      if (elapsed >= seconds * 1000) break;
      await pause(gather === 0 ? 2 : tick);
    }
    await Promise.all(later);
    await this.tell();
  }

  /** Nobody tells the rival. */
  tell(): Promise<void> {
    this.#telling = this.#telling.then(() =>
      this.contender === "rival" ? this.crm.forget() : this.crm.tell(this.sender),
    );
    this.crm.standIn.calls.length = 0;
    return this.#telling;
  }

  /** Until all that was edited has arrived, or nothing of it arrives any more for so many seconds. */
  async settle({ tenant, patience = 15, limit = 90 }: Settling = {}): Promise<void> {
    const began = now();
    let [open, moved] = [this.ledger.open(tenant), began];
    while (open > 0 && now() - moved < patience * 1000 && now() - began < limit * 1000) {
      await this.tell();
      await pause(tick);
      if (this.ledger.open(tenant) !== open) [open, moved] = [this.ledger.open(tenant), now()];
    }
  }

  /** The queue too: echoes are looked at, and what has to be delivered again is. */
  async quiet(): Promise<void> {
    await until(
      "nothing waits any more",
      async () => {
        await this.tell();
        return this.sender.waiting === 0 && (await this.process.ask("depth")).due === 0;
      },
      120_000,
      100,
    );
  }

  /** What the process used meanwhile: seconds, and those of its processor. */
  async using<T>(work: () => Promise<T>): Promise<Used<T>> {
    const [before, began] = [await this.process.ask("usage"), now()];
    const result = await work();
    const [after, ended] = [await this.process.ask("usage"), now()];
    return { result, seconds: (ended - began) / 1000, processor: (after.cpu - before.cpu) / 1000 };
  }

  /** Where something has gone wrong. */
  kill(): void {
    this.process.kill();
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.process.close();
    await this.crm.close();
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
  }
}
