/** The service at rest, as fast as it can, and beyond that. */
import type { Edit } from "./ledger.js";
import { tenantOf } from "./messages.js";
import { type Rate, type Rig, rateOf, type Settling } from "./rig.js";
import { now, type Spread, spreadOf, tenths } from "./time.js";

export interface AtRest {
  editsASecond: number;
  /** From an edit in the CRM until the contact here is committed, and from a change here until the CRM has acknowledged it. */
  fromCrm: Spread;
  toCrm: Spread;
}

/** So that what is measured is not how code is compiled. */
export async function warmUp(rig: Rig): Promise<void> {
  await rig.process.ask("start");
  await rig.pace("one", { rate: 20, seconds: 2, gather: 20 });
  await rig.settle();
  await rig.quiet();
}

/** Different people on either side. */
export async function atRest(rig: Rig, rate: number, seconds: number): Promise<AtRest> {
  const since = now();
  const between = 500 / rate;
  const paces = (["crm", "local"] as const).map(async (side, index) => {
    await new Promise((done) => setTimeout(done, index * between));
    await rig.pace("one", { rate, seconds, sides: [side] });
  });
  await Promise.all(paces);
  await rig.settle();
  const { crm, local } = rig.ledger.latency(since);
  return { editsASecond: rate, fromCrm: crm, toCrm: local };
}

export interface Backlog {
  pairs: number;
  rate: Rate;
}

/** Everybody is edited on both sides at once. */
export async function backlog(rig: Rig, pairs: number, settling?: Settling): Promise<Backlog> {
  const used = await rig.using(async () => {
    for (let index = 0; index < pairs; index++) {
      const person = rig.person("one");
      rig.edit(person, "crm");
      rig.edit(person, "local");
    }
    await rig.tell();
    await rig.settle(settling);
  });
  const done = pairs - rig.ledger.open() / 2;
  return { pairs: done, rate: rateOf(done, used) };
}

export interface Step {
  rate: number;
  holds: boolean;
  /** Edits on their way at the end. */
  left: number;
  bothSides: Spread;
  /** Of the service's processor. */
  share: number;
}

/** Of two edits that were made one after the other on the two sides of a person, until the later one had arrived. */
function bothSides(edits: readonly Edit[], since: number): Spread {
  const first = new Map<string, Edit>();
  const milliseconds: number[] = [];
  for (const edit of edits) {
    if (edit.at < since) continue;
    const other = first.get(edit.key);
    if (other === undefined) first.set(edit.key, edit);
    else {
      first.delete(edit.key);
      if (edit.arrived !== null && other.arrived !== null)
        milliseconds.push(Math.max(edit.arrived, other.arrived) - other.at);
    }
  }
  return spreadOf(milliseconds);
}

/** Both sides of so many people are edited in a second; it holds where less than a second's edits are left at the end. */
export async function step(rig: Rig, rate: number, seconds: number): Promise<Step> {
  const since = now();
  let left = 0;
  const { processor, seconds: took } = await rig.using(async () => {
    await rig.pace("one", { rate, seconds, gather: 50 });
    left = rig.ledger.open();
  });
  await rig.settle();
  await rig.quiet();
  return {
    ...{ rate, left, holds: left < 2 * rate, share: Math.round((100 * processor) / took) / 100 },
    bothSides: bothSides(rig.ledger.edits, since),
  };
}

/** Up from half of what a backlog was worked off with until it does not hold any more, or down until it does. */
export async function sustained(rig: Rig, guess: number, seconds: number): Promise<{ steps: Step[]; rate: number }> {
  const steps: Step[] = [];
  const next = async (share: number) => {
    const tried = await step(rig, Math.max(1, Math.round(guess * share)), seconds);
    steps.push(tried);
    return tried.holds;
  };
  const up = [0.65, 0.8, 0.95, 1.1, 1.3];
  const down = [0.35, 0.2, 0.1];
  if (await next(0.5)) {
    for (const share of up) if (!(await next(share))) break;
  } else {
    for (const share of down) if (await next(share)) break;
  }
  const held = steps.filter(({ holds }) => holds).map(({ rate }) => rate);
  return { steps, rate: Math.max(0, ...held) };
}

export interface Beyond {
  offeredASecond: number;
  seconds: number;
  edits: number;
  /** Of deliveries, by HTTP status, redeliveries among them. */
  answers: Record<number, number>;
  fromCrm: Spread;
  toCrm: Spread;
  /** From the last edit until all had arrived. */
  drainedAfter: number;
  lost: number;
  dead: number;
  peakMegabytes: number;
  /** The second tenant's edits in the CRM meanwhile. */
  neighbour: Spread;
}

/** Twice what it can do; a second tenant makes one edit in the CRM every half second. */
export async function beyond(rig: Rig, rate: number, seconds: number): Promise<Beyond> {
  const since = now();
  const before = { ...rig.sender.answers };
  const count = rig.ledger.edits.length;
  let calm = false;
  const neighbour = (async () => {
    while (!calm) await rig.pace("two", { rate: 2, seconds: 1, sides: ["crm"], gather: 20 });
  })();
  await rig.pace("one", { rate, seconds, gather: 50 });
  const edits = rig.ledger.edits.length - count;
  const ended = now();
  await rig.settle({ tenant: "one", patience: 30 });
  const drainedAfter = now() - ended;
  calm = true;
  await neighbour;
  await rig.settle();
  await rig.quiet();
  const of = (tenant: string) => rig.ledger.latency(since, ({ key }) => tenantOf(key) === tenant);
  const answers = Object.fromEntries(
    Object.entries(rig.sender.answers).map(([status, times]) => [status, times - (before[Number(status)] ?? 0)]),
  );
  const lost = rig.ledger.lost(await rig.process.ask("contacts"), (key) => rig.record(key)).length;
  return {
    ...{ offeredASecond: rate, seconds, edits, answers, lost },
    fromCrm: of("one").crm,
    toCrm: of("one").local,
    drainedAfter: tenths(drainedAfter / 1000),
    dead: (await rig.process.ask("depth")).dead,
    peakMegabytes: (await rig.process.ask("usage")).peak,
    neighbour: of("two").crm,
  };
}
