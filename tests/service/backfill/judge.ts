/** What must hold once a backfill is over: everybody is there once on both sides, with what wins, and nobody is mailed who had opted out. */
import { openPglite } from "../../../web/service/node/pglite.js";
import { openPostgres } from "../../../web/service/node/postgres.js";
import type { Database } from "../../../web/service/store/sql.js";
import type { Hands, Person as Record } from "../sync/hands.js";
import type { Live } from "./live.js";
import type { Given } from "./messages.js";
import { tenant } from "./messages.js";
import { expectedOf, type Fields, peopleOf, personOf } from "./people.js";

export const breachKinds = [
  "lost",
  "doubled",
  "not linked",
  "linked wrongly",
  "wrong value",
  "opt-out lost",
  "not asked",
  "not finished",
] as const;
export type BreachKind = (typeof breachKinds)[number];

export interface Verdict {
  breaches: Map<BreachKind, number>;
  /** The first few of each kind. */
  stories: string[];
  links: number;
}

interface Contact {
  id: string;
  record: { [field: string]: unknown };
  link: string | null;
}

const told = 5;
const page = 10_000;

export async function judge(
  database: Given["database"],
  { contacts, hands, live }: { contacts: number; hands: Hands; live: Live },
): Promise<Verdict> {
  const opened = "folder" in database ? await openPglite(database.folder) : await openPostgres(database.databaseUrl);
  try {
    return await judged(opened.database, contacts, hands, live);
  } finally {
    await opened.database.close();
  }
}

async function judged(database: Database, contacts: number, hands: Hands, live: Live): Promise<Verdict> {
  const verdict: Verdict = { breaches: new Map(), stories: [], links: 0 };
  const breach = (kind: BreachKind, story: string) => {
    const count = (verdict.breaches.get(kind) ?? 0) + 1;
    verdict.breaches.set(kind, count);
    if (count <= told) verdict.stories.push(`${kind}: ${story}`);
  };
  const records = grouped(hands.all(), ({ last_name }) => numberOf(last_name));
  const here = grouped(await contactsOf(database), ({ record }) => numberOf(record.last_name));
  const asked = await count(
    database,
    "select count(*)::int as n from crm_sync.review where tenant = $1 and state = 'open'",
  );
  let ambiguous = 0;
  for (let number = 0; number < peopleOf(contacts); number++) {
    const { kind } = personOf(number);
    const theirs = records.get(number) ?? [];
    const ours = here.get(number) ?? [];
    verdict.links += ours.filter(({ link }) => link !== null).length;
    const who = `${kind} ${number}: ${theirs.length} in the CRM, ${ours.length} in PenguinMails`;
    if (kind === "ambiguous") {
      ambiguous++;
      if (theirs.length !== 1 || ours.length !== 2) breach(theirs.length + ours.length > 3 ? "doubled" : "lost", who);
      if (ours.some(({ link }) => link !== null)) breach("linked wrongly", who);
      continue;
    }
    const [record] = theirs;
    const [contact] = ours;
    if (record === undefined || contact === undefined) breach("lost", who);
    else if (theirs.length > 1 || ours.length > 1) breach("doubled", who);
    else if (contact.link === null) breach("not linked", who);
    else if (contact.link !== record.id) breach("linked wrongly", who);
    else compare(number, record, contact, live, breach);
  }
  if (asked !== ambiguous) breach("not asked", `${asked} questions, ${ambiguous} ambiguous`);
  const open =
    "select count(*)::int as n from crm_sync.intent where tenant = $1 and state not in ('acknowledged', 'dropped')";
  const unfinished = await count(database, open);
  if (unfinished > 0) breach("not finished", `${unfinished} writes`);
  return verdict;
}

function compare(
  number: number,
  record: Record,
  contact: Contact,
  live: Live,
  breach: (kind: BreachKind, story: string) => void,
): void {
  const { optedOut, edited, kind } = personOf(number);
  const expected: Fields = { ...expectedOf(number) };
  if (edited) {
    const [phone, name] = [live.lastOf(number, "crm"), live.lastOf(number, "local")];
    if (phone !== null) expected.phone = phone;
    if (name !== null) expected.first_name = name;
  }
  for (const field of ["email", "first_name", "last_name", "phone", "city"] as const) {
    const wanted = expected[field] ?? "";
    if (textOf(record[field]) !== wanted) breach("wrong value", `${kind} ${number}: ${field} in the CRM`);
    if (textOf(contact.record[field]) !== wanted) breach("wrong value", `${kind} ${number}: ${field} in PenguinMails`);
  }
  const out = optedOut.crm || optedOut.local;
  const both = [record.unsubscribed, contact.record.unsubscribed].map((value) => String(value) === "true");
  if (out && both.includes(false)) breach("opt-out lost", `${kind} ${number}: CRM ${both[0]}, PenguinMails ${both[1]}`);
  if (!out && both.includes(true)) breach("wrong value", `${kind} ${number}: opted out by nobody`);
}

const textOf = (value: unknown) => (value === null || value === undefined ? "" : String(value));
const numberOf = (name: unknown) => Number(/^L(\d+)$/.exec(String(name))?.[1] ?? -1);

function grouped<T>(list: readonly T[], key: (one: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const one of list) {
    const group = groups.get(key(one));
    if (group === undefined) groups.set(key(one), [one]);
    else group.push(one);
  }
  return groups;
}

async function count(database: Database, text: string): Promise<number> {
  const [row] = await database.query<{ n: number }>(text, [tenant]);
  return row?.n ?? 0;
}

async function contactsOf(database: Database): Promise<Contact[]> {
  const all: Contact[] = [];
  for (let after = ""; ; ) {
    const rows = await database.query<{ id: string; record: string; link: string | null }>(
      `select c.id, c.record, l.crm_id as link from crm_sync.contact c
       left join crm_sync.link l on l.tenant = c.tenant and l.contact = c.id and l.state = 'linked'
       where c.tenant = $1 and c.id > $2 order by c.id limit ${page}`,
      [tenant, after],
    );
    for (const row of rows) all.push({ ...row, record: JSON.parse(row.record) });
    const last = rows.at(-1);
    if (last === undefined) return all;
    after = last.id;
  }
}
