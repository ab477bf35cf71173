/** The service and the design document's loop, each on a CRM of its own, with the same edits on both sides. */
import { type AtRest, atRest, warmUp } from "./load.js";
import { type Rate, type Rig, rateOf, type Settling } from "./rig.js";
import { now, pause, type Spread } from "./time.js";

export interface Contest {
  contender: string;
  atRest: AtRest;
  backlog: Halves;
  /** Each person was edited on both sides within two seconds, a different field on each; some had a new address as well. */
  together: { edits: number; lost: number; duplicated: number; fromCrm: Spread; toCrm: Spread };
}

export interface Halves {
  records: number;
  rate: Rate;
}

/** Half of the records are edited in the CRM, the other half here, all at once; until the last of those that arrive. */
export async function halves(rig: Rig, records: number, settling?: Settling): Promise<Halves> {
  const began = now();
  const { processor } = await rig.using(async () => {
    for (let index = 0; index < records; index++) rig.edit(rig.person("one"), index % 2 === 0 ? "crm" : "local");
    await rig.tell();
    await rig.settle(settling);
  });
  const times = rig.ledger.edits.flatMap(({ at, arrived }) => (at >= began && arrived !== null ? [arrived] : []));
  const seconds = (Math.max(began, ...times) - began) / 1000;
  return { records: times.length, rate: rateOf(times.length, { seconds, processor }) };
}

export async function contest(rig: Rig, { seconds, records }: { seconds: number; records: number }): Promise<Contest> {
  const people = rig.customer("one").people.length;
  await warmUp(rig);
  rig.ledger.giveUp();
  const rest = await atRest(rig, 5, seconds);
  await rig.quiet();

  rig.ledger.giveUp();
  const backlog = await halves(rig, records);
  await rig.quiet();
  rig.ledger.giveUp();

  const since = now();
  const before = rig.ledger.edits.length;
  const paced = rig.pace("one", { rate: 30, seconds, apart: 2_000, gather: 20 });
  // Some people change their address while all this goes on.
  const { hands, people: all } = rig.customer("one");
  for (let moved = 0; moved < seconds * 2; moved++) {
    await pause(500);
    const { crmId, contact } = all[(moved * 7) % all.length] as (typeof all)[number];
    hands.edit(crmId, { email: `moved.${contact}@example.com`.toLowerCase() });
  }
  await paced;
  await rig.settle({ patience: 5 });
  await rig.quiet();
  const contacts = await rig.process.ask("contacts");
  const { crm, local } = rig.ledger.latency(since);
  const together = {
    edits: rig.ledger.edits.length - before,
    lost: rig.ledger.lost(contacts, (key) => rig.record(key), since).length,
    duplicated: contacts.length - people + hands.all().length - people,
    fromCrm: crm,
    toCrm: local,
  };
  return { contender: rig.contender, atRest: rest, backlog, together };
}
