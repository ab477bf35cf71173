/** The service and the design document's loop, each on a CRM of its own, with the same edits on both sides. */
import { type AtRest, atRest } from "./load.js";
import type { Rig } from "./rig.js";
import { now, pause, type Spread, tenths } from "./time.js";

export interface Contest {
  contender: string;
  atRest: AtRest;
  /** Half of the records were edited in the CRM, the other half here, all at once. */
  backlog: { records: number; recordsASecond: number; cores: number };
  /** Each person was edited on both sides, a different field on each; of some the address was changed as well. */
  together: { edits: number; lost: number; duplicated: number; fromCrm: Spread; toCrm: Spread };
}

export async function contest(rig: Rig, { seconds, records }: { seconds: number; records: number }): Promise<Contest> {
  const people = rig.customer("one").people.length;
  await rig.process.ask("start");
  await rig.quiet();
  const rest = await atRest(rig, 5, seconds);
  await rig.quiet();

  const { seconds: took, cores } = await rig.using(async () => {
    for (let index = 0; index < records; index++) rig.edit(rig.person("one"), index % 2 === 0 ? "crm" : "local");
    await rig.tell();
    await rig.settle();
  });
  const arrived = records - rig.ledger.open();
  const backlog = { records: arrived, recordsASecond: tenths(arrived / took), cores };
  await rig.quiet();

  const since = now();
  const before = rig.ledger.edits.length;
  const paced = rig.pace("one", { rate: 30, seconds, gather: 20 });
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
