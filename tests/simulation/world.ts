/** One contact on two sides, the people who edit it, and the time that passes while it is synced. */
import type { Suppression } from "@penguinmails/crm-sync";
import { drawEvents, drawWakeUps, hour, start, type UserEvent } from "./events.js";
import { optOut, otherSide, type SideName, score, unitMeaning, units, type Values } from "./fields.js";
import { knows, origin, type Version } from "./lineage.js";
import { clockError, type DeletePolicy, deletePolicies } from "./mapping-file.js";
import { Random } from "./random.js";
import { iso, Store, type Stored } from "./store.js";
import { copied, newValue, newValues, recased } from "./values.js";

/** What was last agreed on of a unit, as each side spells it. */
export interface Agreed {
  local: string;
  crm: string;
  version: Version;
}

export interface Consent {
  at: number;
  side: SideName;
  out: boolean;
  /** On record as the person's own act. */
  evidence: boolean;
  /** Whether a sync has had it before its eyes. */
  seen: boolean;
}

/** A way to sync, as the world drives it. */
export interface Syncs {
  wake(): void;
  /** A person looks at what waits for a person; what is returned hands in the answers. */
  look(choose: "crm" | "local" | "value", value: string): () => void;
}

export class World {
  now = start;
  /** While it is true, nothing fails any more: for the sweeps at the end. */
  healthy = false;
  readonly local: Store;
  readonly crm: Store;
  readonly agreed = new Map<string, Agreed>();
  readonly consents: Consent[] = [];
  /** PenguinMails' own list of whom not to mail, which outlives its records. */
  readonly suppressions: Suppression[] = [];
  readonly policies: { crm: DeletePolicy; local: DeletePolicy };
  /** Failures of a sync; its own stream, so that they do not shift what people do. */
  readonly faults: Random;
  readonly origins = new Map(units.map(({ name }) => [name, origin()]));
  edits = 0;
  readonly #wakeRandom: Random;
  readonly #events: UserEvent[];
  #wakeUps: { at: number; run: () => void }[] = [];
  #syncs: Syncs | undefined;

  constructor(
    seed: number,
    readonly contact: number,
  ) {
    const random = new Random(seed, contact, "people");
    this.#wakeRandom = new Random(seed, contact, "wake-ups");
    this.faults = new Random(seed, contact, "faults");
    this.local = new Store("local", random.between(-clockError, clockError), this.origins);
    this.crm = new Store("crm", random.between(-clockError, clockError), this.origins);
    this.policies = { crm: random.of(deletePolicies), local: random.of(deletePolicies) };
    for (const unit of units) {
      const blank = unitMeaning(unit, {});
      this.agreed.set(unit.name, { local: blank, crm: blank, version: this.origins.get(unit.name) as Version });
    }
    this.begin(random);
    this.#events = drawEvents(random);
  }

  store = (side: SideName): Store => (side === "local" ? this.local : this.crm);
  /** What PenguinMails' clock shows, which the sync runs by. */
  clock = (): number => this.now + this.local.ahead;
  /** The record that people of that side know the contact by. */
  record = (side: SideName): Stored | undefined => this.store(side).live()[0];

  /** The contact is in PenguinMails, in the CRM, or in both under one address without anybody knowing of the other. */
  private begin(random: Random): void {
    const where = random.of(["local", "crm", "both", "both"] as const);
    for (const side of ["local", "crm"] as const) {
      if (where !== "both" && where !== side) continue;
      const record = this.store(side).create({ email: "ada@x.org", [optOut.name]: false }, this.now);
      if (side === "local") this.local.put(record, { [score.name]: 1 }, this.now);
      record.versions.set("email", { side, at: this.now, knows: [] });
      for (const [index, unit] of units.entries()) {
        if (unit.name === "email" || random.chance(0.4)) continue;
        // Often both know the same, but never one side the whole of what the other has cut: see docs/simulation.md.
        const apart = random.chance(0.5) || index % 4 === 2 ? (side === "crm" ? 10 : 20) : 0;
        this.edit(side, record, unit, newValues(unit, side, 20 + index + apart));
      }
    }
  }

  run(syncs: Syncs): void {
    this.#syncs = syncs;
    this.wakeSoon();
    for (;;) {
      const event = this.#events[0]?.at ?? Number.POSITIVE_INFINITY;
      const wakeUp = this.#wakeUps[0]?.at ?? Number.POSITIVE_INFINITY;
      if (event === wakeUp && event === Number.POSITIVE_INFINITY) break;
      this.now = Math.max(this.now, Math.min(event, wakeUp));
      if (event <= wakeUp) this.happen();
      else this.#wakeUps.shift()?.run();
    }
    this.healthy = true;
  }

  /** Time passes within a sync, in which people go on. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
    while ((this.#events[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) this.happen();
  }

  /** How long a call takes: mostly little. */
  call(): void {
    if (!this.healthy)
      this.pass(this.faults.chance(0.2) ? this.faults.between(0, 60_000) : this.faults.between(20, 500));
  }

  fails = (probability: number): boolean => !this.healthy && this.faults.chance(probability);

  /** The CRM tells of changes that the sync itself has made, too. */
  echo(): void {
    if (!this.healthy && this.faults.chance(0.5))
      this.at(this.now + this.faults.between(0, hour), () => this.#syncs?.wake());
  }

  private at(time: number, run: () => void): void {
    this.#wakeUps.push({ at: time, run });
    this.#wakeUps.sort((a, b) => a.at - b.at);
  }

  private wakeSoon(): void {
    for (const time of drawWakeUps(this.#wakeRandom, this.now)) this.at(time, () => this.#syncs?.wake());
  }

  private happen(): void {
    const event = this.#events.shift() as UserEvent;
    if (event.kind === "look") {
      const handIn = this.#syncs?.look(event.choose, `${event.serial} answered`);
      const time = this.now + event.delay;
      if (handIn) this.at(time, handIn);
      this.at(time + 1, () => this.#syncs?.wake());
      return;
    }
    this.apply(event);
    this.wakeSoon();
  }

  private apply(event: Exclude<UserEvent, { kind: "look" }>): void {
    if (event.kind === "merge") {
      this.merge(event);
      return;
    }
    const record = this.record(event.side);
    if (!record) return;
    const store = this.store(event.side);
    switch (event.kind) {
      case "edit": {
        const values = this.typed(event, record);
        if (values) this.edit(event.side, record, event.unit, values);
        break;
      }
      case "score":
        store.put(record, { [score.name]: event.value }, this.now);
        break;
      case "opt":
        this.opt(event, record);
        break;
      case "delete":
        store.remove(record, this.now, event.privacy ? "privacy" : true);
    }
  }

  private typed(event: UserEvent & { kind: "edit" }, record: Stored): Values | null {
    const { side, unit, how, serial } = event;
    if (how === "clear") return Object.fromEntries(unit.fields.map(({ name }) => [name, null]));
    if (how === "recase") return recased(unit, side, record.values);
    if (how === "new") return newValues(unit, side, serial);
    const from = otherSide(side);
    const other = this.record(from);
    return other ? copied(unit, other.values, from) : null;
  }

  private edit(side: SideName, record: Stored, unit: (typeof units)[number], values: Values): void {
    const before = unitMeaning(unit, record.values);
    this.store(side).put(record, values, this.now);
    this.changed(side, record, unit, before);
  }

  private changed(side: SideName, record: Stored, unit: (typeof units)[number], before: string): void {
    const after = unitMeaning(unit, record.values);
    if (after === before) return;
    this.edits++;
    const agreed = this.agreed.get(unit.name) as Agreed;
    const held = record.versions.get(unit.name) as Version;
    const version: Version = { side, at: this.now, knows: [held] };
    if (after === agreed[side]) version.returnsTo = agreed.version;
    record.versions.set(unit.name, version);
  }

  /** Who has gone back to what is still agreed on has changed nothing. */
  meant(unit: string, version: Version): Version {
    return version.returnsTo && version.returnsTo === this.agreed.get(unit)?.version ? version.returnsTo : version;
  }

  private opt({ side, out, by, recorded }: UserEvent & { kind: "opt" }, record: Stored): void {
    const store = this.store(side);
    const changed = store.put(record, { [optOut.name]: out }, this.now);
    // Of what changes nothing and is not put on record nobody can ever know.
    if (!changed && !recorded) return;
    delete record.act;
    if (recorded) {
      record.act = { by, at: iso(this.now + store.ahead), source: "form" };
      store.touch(record, this.now);
    }
    const own = side === "local" && out;
    if (own) this.suppressions.push({ topic: optOut.name, since: iso(this.clock()), source: "form" });
    this.consents.push({ at: this.now, side, out, evidence: recorded && by === "subject", seen: own });
  }

  /** Somebody in the CRM merges the contact into another record of the CRM, that was never synced. */
  private merge({ keeps, serial }: UserEvent & { kind: "merge" }): void {
    const loser = this.record("crm");
    if (!loser) return;
    const survivor = this.crm.create({}, this.now);
    for (const one of [score, optOut]) this.crm.put(survivor, { [one.name]: loser.values[one.name] }, this.now);
    for (const [index, unit] of units.entries()) {
      const keep = unit.name === "email" ? "old" : keeps[index];
      if (keep === "nothing") {
        // What only the loser held is given up, but nobody has emptied what the other side knows of.
        const known = this.record("local")?.versions.get(unit.name);
        const old = loser.versions.get(unit.name) as Version;
        const kept = known && knows(known, old) ? old : (this.agreed.get(unit.name) as Agreed).version;
        survivor.versions.set(unit.name, kept);
        continue;
      }
      const before = unitMeaning(unit, loser.values);
      const own = Object.fromEntries(unit.fields.map((one) => [one.name, newValue(one, "crm", serial)]));
      const old = Object.fromEntries(unit.fields.map(({ name }) => [name, loser.values[name]]));
      this.crm.put(survivor, keep === "own" ? own : old, this.now);
      survivor.versions.set(unit.name, loser.versions.get(unit.name) as Version);
      if (keep === "own") this.changed("crm", survivor, unit, before);
    }
    if (loser.act) survivor.act = loser.act;
    loser.deleted = true;
    loser.mergedInto = survivor.id;
  }
}
