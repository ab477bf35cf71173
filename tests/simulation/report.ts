/** The table of docs/simulation.md. */
import type { MissionStrategy } from "./mission.js";
import type { Totals } from "./simulate.js";

export interface Run {
  seeds: readonly number[];
  contacts: number;
  host: Totals;
  missions: ReadonlyMap<MissionStrategy, Totals>;
}

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const share = (part: number, whole: number) => (whole === 0 ? "" : ` (${((100 * part) / whole).toFixed(1)} %)`);

const rows: readonly [string, (totals: Totals) => string][] = [
  ["edits by people", ({ edits }) => grouped(edits)],
  [
    "edits lost that contradicted none",
    (totals) => grouped(lost(totals)) + (lost(totals) === 0 ? "" : share(lost(totals), totals.edits)),
  ],
  ["opt-outs lifted", (totals) => grouped(totals.of("opt-out lifted"))],
  ["fields that differ at the end, and nobody is asked", (totals) => grouped(unlike(totals))],
  ["given to a person", ({ sums }) => grouped(sums.reported)],
  ["… of these true conflicts", ({ sums }) => grouped(sums.trulyReported) + share(sums.trulyReported, sums.reported)],
  ["deleted records that came back", ({ sums }) => grouped(sums.resurrected)],
  ["duplicates made", ({ sums }) => grouped(sums.duplicates)],
  ["writes", ({ sums }) => grouped(sums.writes)],
  ["… of these that changed nothing", ({ sums }) => grouped(sums.idleWrites) + share(sums.idleWrites, sums.writes)],
  ["contacts written again when all was quiet", (totals) => grouped(totals.of("written again"))],
];

const lost = (totals: Totals) => totals.of("edit lost") + totals.of("edit lost with its record");
const unlike = (totals: Totals) => totals.of("sides differ") + totals.of("edit not delivered");

export function table({ host, missions }: Run): string {
  const columns: [string, Totals][] = [
    ["crm-sync", host],
    ...[...missions].map(([strategy, totals]): [string, Totals] => [`\`${strategy}\``, totals]),
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["", ...columns.map(([name]) => name)]),
    line(["---", ...columns.map(() => "---:")]),
    ...rows.map(([name, cell]) => line([name, ...columns.map(([, totals]) => cell(totals))])),
  ].join("\n");
}

/** What must be nothing, and how often it was not. */
export const breaches = (totals: Totals): Record<string, number> => Object.fromEntries(totals.breaches);

export function page(run: Run): string {
  const { seeds, contacts, host } = run;
  const per = (count: number) => (count / (seeds.length * contacts)).toFixed(1);
  return `# Simulation

Two systems, people who edit in both, and a sync that is woken late, twice or not at all: what becomes of the edits? The
first column is this engine in a host that does what [conflicts.md](conflicts.md) says; the others are the sample code of
the PenguinMails design document, with each of its strategies. All meet the same people and the same failures.

${table(run)}

Seeds ${seeds.join(", ")}, ${grouped(contacts)} contacts each; ${per(host.edits)} edits and ${per(host.sums.conflicts)} true conflicts a contact.
This page is written by \`npm run simulate -- --contacts ${contacts} --seed ${seeds.join(",")} --markdown docs/simulation.md\`;
\`npm test\` runs a short one, and fails if anything in the first column that must be nothing is not.

## What is simulated

A contact starts in PenguinMails, in the CRM, or in both without anybody knowing of the other. Over three weeks people work
in one to four bursts of ten seconds, five minutes or three hours, on both sides: of their acts 72 % are edits of a field or
an address (a seventh of them clear it, a seventh copy what the other side has, a seventh change the case), 13 % opt-outs
and opt-ins of the person or of staff, with or without evidence, 4 % changes of a score that goes one way, 2 % deletions,
a quarter of them for privacy, 3 % merges in the CRM, and 6 % looks at the open reviews, whose answers come in a second, a
minute or an hour later.

- Every change wakes the sync, after up to five seconds, a minute or five hours; 20 % of the calls are lost, 20 % come
  twice. Half of the sync's own writes to the CRM come back as calls.
- Each side's clock is up to 90 seconds off; \`skew\` is five minutes. Times of fields come from one side, from both, or from
  neither, each with a quarter of the contacts; 20 % of the deletions come without their time.
- The CRM trims texts, cuts them to 24 characters, and writes addresses small. It ignores 5 % of the fields that it is
  sent; 10 % of its answers lack 40 % of the fields. 15 % of its answers to a write are lost, 5 % of all runs do not start.
- Between reading and writing people go on. Calls take up to half a second, one in five up to a minute.
- At the end nothing fails any more, and each contact is swept twice.

## What the rows mean

**Edits lost that contradicted none.** Every edit knows which edits its author had before him. A write that puts an older
value over one whose author knew of it loses an edit; so does carrying over a deletion to a record that was edited after it.
An edit that contradicts another may lose, by the strategy; that is counted as a conflict, not as a loss. A group of fields
counts as one. What this engine does to a contradiction is checked too: the strategy's winner, and of \`newest_wins\` with
times of fields the truly newer one.

**Opt-outs lifted.** Mail is allowed at the end, though the last opt-out that a sync had before its eyes was not followed by
the person's own opt-in on record.

**Given to a person.** Reviews of \`manual\` fields, or calls of \`flagForManualReview\`. A true one is a field in which both
sides contradict each other. The engine's open reviews at the end are exactly the contradictions in manual fields.

**Deleted records that came back, duplicates.** Records that the sync has made although one was deleted, or is there.
With the engine a record comes back only where the mapping says \`recreate\` or a person says so, which is not counted.

**Writes that changed nothing** are calls for nothing; what is **written again when all was quiet** never comes to rest.

## What the sample code got for free

Where it leaves something open it has the kinder reading: addresses are found without case, \`updatedAt\` moves only when a
value does, \`lastSyncAt\` is the start of the last run that got through, a write to a record that is gone does not end the
run, and its table has the simulation's fields beside its own.

## What no engine can know

- A CRM that holds the first 24 characters of a text may have cut what it was sent, or not have taken it. Where it held
  them before the write, that counts as not taken (\`not_taken\`) and is written again; where only spaces around it differ,
  as trimmed. The simulation leaves out contacts whose two sides start with the whole of a text and with what the CRM cut
  of it. A host should try a field that is not taken with growing delays.
- A field that somebody empties in a record just before or after it is merged counts as emptied by nobody, and is filled
  again: ${grouped(host.sums.undoneClears)} here.
- An opt-in whose act cannot be shown to be later than every opt-out, by more than the skew, is held back: ${grouped(host.sums.heldBack)} persons
  here opted in last and are still not mailed.

## What a host must do

Each of these was left out in a run of the tests, and was found out there:

- keep the base, and the one that \`acknowledge\` gives;
- acknowledge what the write itself left in the record, not what stands there later: an edit in between would be taken for
  a re-spelling, and stay there;
- write only while \`expect\` holds;
- keep the decision until the CRM's answer is there; if that is lost, ask the CRM's history what the write left;
- say whose act it was: staff cannot lift an opt-out, so their acts must not go for the person's;
- point the link to a merge's survivor (\`relink\`) only when nothing is left over that was not fetched or not taken: until
  then, go on saying \`merged_into\`.

The simulated host also does these:

- where the CRM's write is refused, acknowledge the decision with the CRM's record as it was read, since PenguinMails
  already has its part, and begin anew;
- keep open reviews of fields that were not fetched (\`not_fetched\`), of which a decision says nothing;
- forget \`acts\` of a side whose opt-out field it writes: what stands there is not the person's own word any more;
- keep opt-outs of PenguinMails as \`suppressions\`, since they outlive its records.
`;
}
