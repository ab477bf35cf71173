/** What is left once everything has come to its end: what a crash must not have changed, and what must not be left. */
import assert from "node:assert/strict";
import type { World } from "./world.js";

/** Both sides, and what the service remembers of them; without times, which differ from run to run. */
export async function finalState({ sql, store, tenant, ref, hands, call }: World) {
  const rows = <Column extends string>(text: string) => sql.query<Record<Column, unknown>>(text, [tenant]);
  const json = (text: unknown): unknown => (typeof text === "string" ? JSON.parse(text) : null);
  const contacts = await rows<"id" | "record" | "deleted">(
    "select id, record, deleted from crm_sync.contact where tenant = $1 order by id",
  );
  const links = await rows<"contact" | "crm_id" | "state" | "base" | "braked" | "refused">(
    `select contact, crm_id, state, base, braked, refused from crm_sync.link where tenant = $1 order by contact`,
  );
  const reviews = (await store.reviews(tenant, {})).filter(({ state }) => state !== "closed");
  const { intents } = (await call("GET", "/api/dead-letters")).body;
  return {
    crm: hands.all().sort((one, other) => one.id.localeCompare(other.id)),
    contacts: contacts.map((row) => ({ ...row, record: json(row.record) })),
    links: links.map((row) => ({ ...row, base: agreedIn(json(row.base)), braked: json(row.braked) })),
    reviews: reviews
      .map(({ opened_at: _at, answer: _answer, ...review }) => review)
      .sort((one, other) => one.id.localeCompare(other.id)),
    // Of an address there is only a hash, under each tenant's own key.
    optOuts: await rows(
      `select case when subject like 'contact:%' then subject else 'an address' end as whose, topic
       from crm_sync.suppression where tenant = $1 order by whose, topic`,
    ),
    alerts: await rows("select kind, detail from crm_sync.alert where tenant = $1 order by kind, hash"),
    runs: await rows("select kind, dry, state from crm_sync.run where tenant = $1 order by kind, dry"),
    dead: intents.map(({ contact, error }: { contact: string; error: unknown }) => ({ contact, error })),
    integration: (
      await sql.query("select state from crm_sync.integration where tenant = $1 and id = $2", [tenant, ref.id])
    )[0],
  };
}

/** That a field is empty is agreed whether it is said or not. */
const agreedIn = (base: unknown) => {
  const { local, crm } = (base ?? {}) as Record<"local" | "crm", object | undefined>;
  const said = (values: object | undefined) => Object.entries(values ?? {}).filter(([, value]) => value !== null);
  return { local: Object.fromEntries(said(local)), crm: Object.fromEntries(said(crm)) };
};

const compared = ["email", "first_name", "last_name", "phone", "city", "note", "unsubscribed"] as const;
const comparable = (value: unknown) =>
  String(value ?? "")
    .toLowerCase()
    .replace(/^false$/, "");

/** Of every pair about which nobody is asked. */
export function assertSidesAgree({ crm, contacts, links, reviews }: Awaited<ReturnType<typeof finalState>>): void {
  const asked = new Set(reviews.map(({ contact }) => contact));
  for (const { contact, crm_id, state } of links) {
    if (state !== "linked" || asked.has(contact as string)) continue;
    const record = contacts.find(({ id }) => id === contact)?.record as Record<string, unknown>;
    const person = crm.find(({ id }) => id === crm_id);
    for (const field of compared) assert.equal(comparable(record[field]), comparable(person?.[field]), field);
  }
}

/** Nothing is under way, and nothing that nobody can see. */
export async function assertAtRest({ sql, tenant, ref, jobs, store, call }: World): Promise<void> {
  const intents = await sql.query<{ id: string; state: string; audit: string | null }>(
    `select i.id, i.state, a.id as audit from crm_sync.intent i
     left join crm_sync.audit a on a.tenant = i.tenant and a.id = i.audit where i.tenant = $1`,
    [tenant],
  );
  const { jobs: deadJobs, intents: deadIntents } = (await call("GET", "/api/dead-letters")).body;
  const listed = new Set(deadIntents.map(({ id }: { id: string }) => id));
  for (const { id, state, audit } of intents) {
    assert.ok(["acknowledged", "dropped", "dead"].includes(state), `an intent is ${state}`);
    if (state === "dead") assert.ok(listed.has(id), "a dead intent is listed");
    assert.notEqual(audit, null, "an intent's decision is kept");
  }
  assert.deepEqual(deadJobs, []);
  assert.deepEqual(await jobs.depth(ref), { waiting: 0, dead: 0 });
  assert.deepEqual(await store.changedContacts(ref, null, 10), []);
}
