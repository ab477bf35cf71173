/**
 * A host of the engine as docs/conflicts.md wants it: it keeps a base and the open reviews of a pair, writes only what
 * has not changed since it was read, and keeps a decision until it knows what became of it.
 */
import type { Decision, Mapping, Review, Side } from "@penguinmails/crm-sync";
import { optOut, otherSide, type SideName, type Values } from "./fields.js";
import { HostJudge } from "./host-judge.js";
import type { Judge, Known } from "./judge.js";
import { type Reading, read, survivorOf } from "./reading.js";
import { iso, patchedValues, type Stored, spelledRecord } from "./store.js";
import type { Syncs, World } from "./world.js";

export type Answered = Review & { answer?: { choose: string; value?: unknown } };
export type BySide<T> = Record<SideName, T>;

/** What a host may leave out; each of them must be found out. */
export const faults = [
  "keeps no base",
  "acknowledges nothing",
  "writes over changes",
  "forgets decisions",
  "reads back later",
  "relinks at once",
  "takes every act for the person's own",
] as const;
export type Fault = (typeof faults)[number];

/** A decision on its way, and what is known to stand on each side since. */
export interface Intent {
  name: string;
  decision: Decision;
  readings: BySide<Reading>;
  reviews: readonly Answered[];
  known: BySide<Known>;
}

export class Host implements Syncs {
  ended: "unlinked" | "deleted" | null = null;
  reviews: Answered[] = [];
  base: object | null = null;
  readonly ids: BySide<string | null>;
  readonly #judge: HostJudge;
  #intent: Intent | null = null;
  #intents = 0;

  constructor(
    readonly world: World,
    readonly judge: Judge,
    readonly mapping: Mapping,
    readonly fault?: Fault,
  ) {
    this.ids = { local: world.local.live()[0]?.id ?? null, crm: world.crm.live()[0]?.id ?? null };
    this.#judge = new HostJudge(world, judge);
  }

  wake(): void {
    if (this.ended || this.world.fails(0.05)) return;
    this.recover();
    for (let attempt = 0; attempt < 4 && !this.ended; attempt++) {
      const local = read(this.world, "local", this.ids.local);
      this.world.call();
      const crm = read(this.world, "crm", this.ids.crm);
      if (this.fault === "takes every act for the person's own") for (const { side } of [local, crm]) attribute(side);
      const decision = this.mapping.resolve({
        link: `contact-${this.world.contact}`,
        local: local.side,
        crm: crm.side,
        base: this.base,
        reviews: this.reviews,
        suppressions: this.world.suppressions,
        now: iso(this.world.clock()),
      });
      this.world.call();
      const intent: Intent = {
        name: `${++this.#intents}`,
        decision,
        readings: { local, crm },
        reviews: this.reviews,
        known: { local: { ...local }, crm: { ...crm } },
      };
      this.#judge.reviews(intent);
      if (this.carryOut(intent)) return;
    }
  }

  /** Whoever is asked answers what is open now; by the time the answer is handed in it may be out of date. */
  look(choose: "crm" | "local" | "value", value: string): () => void {
    const answered = this.reviews.map((review): Answered => {
      const third = choose === "value" && review.field !== null;
      return { ...review, answer: third ? { choose, value } : { choose: choose === "value" ? "crm" : choose } };
    });
    return () => {
      if (this.ended) return;
      for (const answer of answered) {
        this.reviews = [...this.reviews.filter((review) => review.field !== answer.field), answer];
      }
    };
  }

  /** False where a side has changed since it was read: then all begins anew. */
  private carryOut(intent: Intent): boolean {
    const { outcome } = intent.decision;
    if (outcome === "invalid" || outcome === "filtered") {
      this.judge.breach("refused", JSON.stringify(intent.decision.fields));
      return true;
    }
    if (outcome === "unlink") {
      this.end("unlinked", intent);
      return true;
    }
    if (outcome === "delete_local") return this.remove("local", intent);
    if (outcome === "delete_crm") return this.remove("crm", intent);

    // What is written to PenguinMails is one transaction with keeping the decision; then the CRM is called.
    if (outcome === "create_local") this.create("local", intent);
    else if (this.patches("local", intent) && !this.write("local", intent)) return false;
    if (outcome === "create_crm") this.create("crm", intent);
    else if (!this.patches("crm", intent)) return this.finish(intent);
    else if (!this.write("crm", intent)) {
      // Of the CRM's fields nothing was taken; but PenguinMails has what it got.
      this.finish(intent, false);
      return false;
    }
    this.#intent = intent;
    if (this.world.fails(0.15)) {
      if (this.fault === "forgets decisions") this.#intent = null;
      return true; // the CRM's answer is lost
    }
    return this.recover();
  }

  /** Once the CRM can be asked what it made of a write whose answer was lost, the decision is finished. */
  private recover(): boolean {
    const intent = this.#intent;
    this.#intent = null;
    return intent === null || this.finish(intent);
  }

  private patches(side: SideName, { decision }: Intent): boolean {
    return Object.keys(decision[side]).length > 0;
  }

  private create(side: SideName, intent: Intent): void {
    const store = this.world.store(side);
    const record = store.create(patchedValues(side, intent.decision[side]), this.world.now);
    this.judge.writes++;
    this.ids[side] = record.id;
    this.#judge.created(side, record, intent);
    this.wrote(side, record, intent);
  }

  private write(side: SideName, intent: Intent): boolean {
    const store = this.world.store(side);
    const record = this.unchanged(side, intent);
    if (!record) return false;
    const patch = patchedValues(side, intent.decision[side]);
    const taken = { ...patch };
    for (const name of Object.keys(taken)) {
      // Now and then a CRM ignores a field.
      if (side === "crm" && name !== optOut.name && this.world.fails(0.05)) delete taken[name];
    }
    const before = { ...record.values };
    this.judge.writes++;
    if (!store.put(record, taken, this.world.now)) this.judge.idleWrites++;
    // What is said of mailing is not the person's own word any more.
    if (optOut.name in patch) delete record.act;
    this.#judge.written(side, record, before, patch, intent);
    this.wrote(side, record, intent);
    return true;
  }

  private wrote(side: SideName, record: Stored, { known }: Intent): void {
    known[side] = { values: { ...record.values }, versions: new Map(record.versions) };
    if (side === "crm") this.world.echo();
  }

  /** The record that was read, if it is still as it was read. */
  private unchanged(side: SideName, { readings }: Intent): Stored | null {
    const record = readings[side].record;
    if (!record || record.deleted !== undefined) return null;
    return record.updatedAt === readings[side].updatedAt || this.fault === "writes over changes" ? record : null;
  }

  /** Keeps what both sides agree on now. `taken` is false where the CRM refused the write. */
  private finish(intent: Intent, taken = true): boolean {
    const { decision, known, readings } = intent;
    const unread = this.unread(decision);
    const held = taken ? this.left(known.crm.values) : readings.crm.values;
    const readBack = { local: spelledRecord("local", known.local.values), crm: spelledRecord("crm", held) };
    const acknowledged = this.mapping.acknowledge(decision, readBack);
    this.base = this.fault === "acknowledges nothing" ? decision.base : acknowledged.base;
    if (this.fault === "keeps no base") this.base = null;
    // Until the survivor of a merge has got all that it is to get, it is not to be taken for the record that was linked.
    const left = acknowledged.fields.some(({ result }) => result === "not_taken") || unread.length > 0;
    if (decision.relink && (!left || this.fault === "relinks at once")) Object.assign(this.ids, decision.relink);
    // Of a field that was not fetched the decision says nothing, and its review is as open as it was.
    this.reviews = [
      ...decision.reviews,
      ...intent.reviews.filter(({ field }) => field !== null && unread.includes(field)),
    ];
    if (decision.fields.some(({ reason }) => reason === "opt_in_by_subject")) this.world.suppressions.length = 0;
    this.#judge.finished(intent, taken);
    return true;
  }

  /** What the write left in the CRM. */
  private left(values: Values): Values {
    if (this.fault !== "reads back later") return values;
    this.world.call();
    return survivorOf(this.world.crm, this.ids.crm)?.values ?? values;
  }

  private unread = ({ fields }: Decision) =>
    fields.filter(({ reason }) => reason === "not_fetched").map(({ id }) => id);

  private remove(side: SideName, intent: Intent): boolean {
    const record = this.unchanged(side, intent);
    if (!record) return false;
    const gone = intent.readings[otherSide(side)].record;
    this.#judge.removed(record, gone, intent);
    this.world.store(side).remove(record, this.world.now, gone?.deleted ?? true);
    this.judge.writes++;
    this.end("deleted", intent);
    return true;
  }

  private end(how: "unlinked" | "deleted", { decision }: Intent): void {
    this.ended = how;
    this.base = decision.base;
    this.reviews = [];
  }
}

/** Says of what staff did that the person did it. */
function attribute(side: Side | null): void {
  const acts = Object.entries(side?.acts ?? {});
  if (side) side.acts = Object.fromEntries(acts.map(([name, act]) => [name, { ...act, by: "subject" }]));
}
