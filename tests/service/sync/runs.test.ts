/** Promise 9: a run goes on where it stopped, says how far it is, and does what a dry one showed, once it is approved. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../../web/service/store/model.js";
import type { SyncRule } from "../../../web/service/sync/rule.js";
import { estimated } from "../../../web/service/sync/runs.js";
import { agreed, ann, bothHold, eachCrm, openReviews, withoutWebhooks, writesOf } from "./cases.js";
import type { Field } from "./hands.js";
import type { World } from "./world.js";

interface Item {
  subject: string;
  contact: string | null;
  crmId: string | null;
  outcome: string;
  local: Record<string, unknown>;
  crm: Record<string, unknown>;
}

const itemsOf = async (w: World, run: string): Promise<Item[]> =>
  (await w.call("GET", `/api/runs/${w.ref.id}/${run}/items`)).body.items;

/** Rows of a table of the tenant. */
async function count(w: World, table: string): Promise<number> {
  const [row] = await w.sql.query<{ n: number }>(`select count(*)::int as n from crm_sync.${table} where tenant = $1`, [
    w.tenant,
  ]);
  return row?.n ?? 0;
}

/** Begun as a person does it, and worked on without waiting for what waits for its approval. */
async function begun(w: World, kind: string, dry = false) {
  const { status, body } = await w.call("POST", "/api/runs", { integration: w.ref.id, kind, dry });
  assert.equal(status, 202, JSON.stringify(body));
  await w.service.drain();
  return (await w.call("GET", `/api/runs/${w.ref.id}/${body.run}`)).body;
}

eachCrm(
  "nothing is written before a first sync is approved, and then what it showed",
  async (w) => {
    const met = w.hands.create({ ...ann, email: "met@example.com", phone: "" });
    const theirs = w.hands.create(ann);
    const twins = w.hands.create({ ...ann, email: "twin@example.com" });
    await w.change("c1", { ...ann, email: "bob@example.com" });
    await w.change("c2", { email: "met@example.com", phone: "+49 7" });
    for (const id of ["t1", "t2"]) await w.change(id, { email: "twin@example.com" });
    await w.rounds();
    for (const kind of ["incremental", "reconcile", "to_crm", "from_crm"]) {
      assert.equal((await begun(w, kind)).dry, true, `${kind}: nobody has approved anything`);
    }
    const run = await begun(w, "first_sync");
    assert.deepEqual([run.dry, run.state, run.startedBy], [true, "done", "the test"]);
    assert.deepEqual(writesOf(w), []);
    const before = {
      contacts: await count(w, "contact"),
      links: await count(w, "link"),
      audit: await count(w, "audit"),
    };
    assert.deepEqual(before, { contacts: 4, links: 0, audit: 0 });

    const items = await itemsOf(w, run.run);
    const of = (subject: string) => items.find((item) => item.subject === subject) as Item;
    assert.deepEqual(
      [of(`crm:${theirs}`).outcome, of("local:c1").outcome, of(`crm:${met}`).contact, of(`crm:${twins}`).outcome],
      ["create_local", "create_crm", "c2", "ambiguous"],
    );
    assert.equal(of(`crm:${theirs}`).local.email, ann.email);
    assert.equal(run.progress.seen, 3 + 4 - 1, "records and contacts; who is both is looked at once");
    assert.equal(run.progress.total, run.progress.seen);
    assert.equal(items.length, 6);
    const outcomes: Record<string, number> = {};
    for (const { outcome } of items) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    assert.deepEqual(run.progress.outcomes, outcomes);

    const approve = `/api/runs/${w.ref.id}/${run.run}/approve`;
    const approved = await w.call("POST", approve);
    assert.deepEqual([approved.status, approved.body.dry], [202, false]);
    assert.equal((await w.call("POST", approve)).status, 409, "once");
    await w.settle();
    for (const { outcome, crmId, contact, local, crm } of items) {
      if (outcome === "create_local") {
        const made = (await w.contactOf(crmId as string))?.record ?? {};
        for (const [field, value] of Object.entries(local)) assert.deepEqual(made[field], value, field);
      }
      if (outcome !== "create_crm" && outcome !== "merged") continue;
      const [pair] = await w.store.loadPairs(w.ref, [`local:${contact}`]);
      const id = pair?.link?.crmId as string;
      const held: Record<string, unknown> =
        w.ref.id === "hubspot" ? (w.portal.get(id)?.properties ?? {}) : { ...w.organisation.get(id) };
      for (const [field, value] of Object.entries(crm))
        assert.equal(String(held[field] ?? ""), String(value ?? ""), field);
    }
    await bothHold(w, met, "c2", { phone: "+49 7" });
    assert.equal(w.hands.all().length, 4, "nobody of whom a person is to say who he is");
    assert.deepEqual(
      (await openReviews(w)).map(({ crmId }) => crmId),
      [twins],
    );
  },
  { state: "proposed" },
);

eachCrm("a run rests until it is resumed, and goes on where it stood", async (w) => {
  const { id } = await agreed(w);
  withoutWebhooks(w);
  w.hands.edit(id, { city: "Bonn" });
  const start = async () => (await w.call("POST", "/api/runs", { integration: w.ref.id, kind: "reconcile" })).body;
  const { run } = await start();
  const to = (act: string) => w.call("POST", `/api/runs/${w.ref.id}/${run}/${act}`);
  const paused = await to("pause");
  assert.deepEqual([paused.status, paused.body.state, paused.body.pausedBy], [200, "paused", "the test"]);
  assert.deepEqual([(await to("pause")).status, (await to("pause")).body.code], [409, "paused"]);
  assert.deepEqual([(await start()).run, (await start()).state], [run, "paused"], "no other begins beside it");
  await w.settle();
  assert.equal((await w.contactOf(id))?.record.city, ann.city);
  const resumed = await to("resume");
  assert.deepEqual([resumed.status, resumed.body.state, resumed.body.pausedBy], [200, "running", null]);
  await w.settle();
  assert.equal((await w.contactOf(id))?.record.city, "Bonn");
  assert.deepEqual([(await to("resume")).body.code, (await to("pause")).body.code], ["done", "done"]);
});

test("a run's end is estimated by what it has done since it began, without the time that it rested", () => {
  const began = Date.parse("2026-03-01T10:00:00.000Z");
  const progress = { seen: 100, total: 400, outcomes: {}, failed: 0 };
  const run = { state: "running", progress, startedAt: new Date(began).toISOString(), rested: 60_000 } as Run;
  const now = began + 160_000;
  assert.equal(estimated(run, now), new Date(now + 300_000).toISOString());
  for (const none of [
    { ...progress, total: null },
    { ...progress, seen: 0 },
    { ...progress, seen: 400 },
  ])
    assert.equal(estimated({ ...run, progress: none }, now), null);
  assert.equal(estimated({ ...run, state: "paused" }, now), null);
});

eachCrm(
  "a report says who is who, without a value, and is approved only while the mapping and settings are its own",
  async (w) => {
    const met = w.hands.create({ ...ann, email: "met@example.com" });
    const theirs = w.hands.create(ann);
    const twins = w.hands.create({ ...ann, email: "twin@example.com" });
    await w.change("c1", { ...ann, email: "bob@example.com" });
    await w.change("c2", { email: "met@example.com" });
    for (const id of ["t1", "t2"]) await w.change(id, { email: "twin@example.com" });
    for (const id of ["d1", "d2"]) await w.change(id, { email: "double@example.com" });
    await w.rounds();
    const first = await begun(w, "first_sync");
    const path = (run: string) => `/api/runs/${w.ref.id}/${run}`;
    const report = (await w.call("GET", `${path(first.run)}/report`)).body;
    assert.equal(report.outdated, false);
    const found: Record<string, string[]> = {};
    for (const { match, count, examples } of report.groups) {
      assert.equal(count, examples.length);
      found[match] = [...(found[match] ?? []), ...examples].sort();
    }
    assert.deepEqual(found, {
      ambiguous: [`crm:${twins}`, "local:t1", "local:t2"].sort(),
      create_crm: ["local:c1"],
      create_local: [`crm:${theirs}`],
      duplicate: ["local:d1", "local:d2"],
      matched: [`crm:${met}`],
    });
    assert.doesNotMatch(JSON.stringify(report), /example\.com/);

    const overtakes = {
      mapping: async () => {
        const now = await w.store.integration(w.ref);
        await w.store.addMapping(w.ref, now?.mapping.file ?? "", { by: "the test" });
      },
      settings: async () => {
        await w.sql.query(
          `update crm_sync.integration set settings = (settings::jsonb || '{"of":"another time"}')::json
           where tenant = $1 and id = $2`,
          [w.tenant, w.ref.id],
        );
      },
    };
    let { run } = first;
    for (const [what, change] of Object.entries(overtakes)) {
      await change();
      const refused = await w.call("POST", `${path(run)}/approve`);
      assert.deepEqual([refused.status, refused.body.code], [409, "report_outdated"], what);
      assert.equal((await w.call("GET", `${path(run)}/report`)).body.outdated, true, what);
      assert.equal((await w.store.integration(w.ref))?.state, "proposed", what);
      run = (await begun(w, "first_sync")).run;
    }
    assert.deepEqual(writesOf(w), []);
    assert.equal((await w.call("POST", `${path(run)}/approve`)).status, 202);
    await w.settle();
    const linked = await begun(w, "first_sync", true);
    const { groups } = (await w.call("GET", `${path(linked.run)}/report`)).body;
    assert.ok(groups.find((group: { match: string }) => group.match === "linked").count >= 3, "they are linked by now");
  },
  { state: "proposed" },
);

eachCrm(
  "what changes on either side at any page of a first sync arrives",
  async (w) => {
    w.portal.limits.pageSize = 2;
    w.organisation.limits.pageSize = 2;
    const size = 7;
    const theirs = Array.from({ length: size }, (_, n) => w.hands.create({ ...ann, email: `p${n}@example.com` }));
    for (let n = 0; n < size; n++) await w.change(`c${n}`, { ...ann, email: `p${n}@example.com` });
    let edits = 0;
    const isList = ({ method, path }: { method?: string; path?: string }) =>
      method === "GET" && /\/(contacts|query\/[\w-]+|query)$/.test(path ?? "");
    // What came in waits for the approval.
    await w.service.drain();
    // No page is given yet, and changes are watched already.
    w.standIn.faults.next("no_request", isList, Number.POSITIVE_INFINITY);
    const dry = await begun(w, "first_sync");
    assert.deepEqual([dry.state, dry.progress.seen], ["running", 0]);
    assert.notEqual(await w.store.watermark(w.ref, "crm"), null);
    w.standIn.faults.clear();
    await w.pass(60_000);
    await w.service.drain();
    // No webhook helps.
    withoutWebhooks(w);
    const edited = new Map<number, string>();
    w.standIn.faults.next(
      "no_request",
      (place) => {
        if (isList(place) && edits < size) {
          // One that was listed already, or is still to come.
          const n = edits % 2 === 0 ? 0 : size - 1;
          edited.set(n, `Bonn ${edits}`);
          w.hands.edit(theirs[n] as string, { city: `Bonn ${edits++}` });
        }
        return false;
      },
      Number.POSITIVE_INFINITY,
    );
    assert.equal((await w.call("POST", `/api/runs/${w.ref.id}/${dry.run}/approve`)).status, 202);
    await w.service.drain();
    w.standIn.faults.clear();
    assert.ok(edits >= 4, `${edits} pages`);
    await w.change("c3", { ...ann, email: "p3@example.com", city: "Rome" });
    await w.pass(600_000);
    await w.run("incremental");
    await w.settle();
    for (const [n, city] of edited) await bothHold(w, theirs[n] as string, `c${n}`, { city });
    await bothHold(w, theirs[3] as string, "c3", { city: "Rome" });
    assert.equal(w.hands.all().length, size, "nobody twice");
  },
  { state: "proposed" },
);

eachCrm("a dry run of what is active changes nothing, and hides nothing from the next one", async (w) => {
  const { id, contact } = await agreed(w);
  await w.run("incremental");
  withoutWebhooks(w);
  w.hands.edit(id, { city: "Bonn" });
  await w.pass(600_000);
  const before = [await w.contact(contact), await count(w, "audit"), await count(w, "intent")];
  const dry = await begun(w, "incremental", true);
  assert.deepEqual(
    (await itemsOf(w, dry.run)).map(({ crmId, local }) => [crmId, local]),
    [[id, { city: "Bonn" }]],
  );
  assert.deepEqual([await w.contact(contact), await count(w, "audit"), await count(w, "intent")], before);
  assert.deepEqual(writesOf(w), []);
  await w.run("incremental");
  await bothHold(w, id, contact, { city: "Bonn" });
});

async function stoppedAnywhere(w: World): Promise<void> {
  w.portal.limits.pageSize = 2;
  withoutWebhooks(w);
  const size = 7;
  for (let n = 0; n < size; n++) w.hands.create({ ...ann, email: `p${n}@example.com` });
  const isList = ({ method, path }: { method?: string; path?: string }) =>
    method === "GET" && /\/(contacts|query\/[\w-]+|query)$/.test(path ?? "");
  const pagesOf = (since: number) =>
    w.standIn.calls.slice(since).filter((call) => isList(call) && call.status === 200).length;
  const whole = w.standIn.calls.length;
  const first = await begun(w, "reconcile", true);
  const pages = pagesOf(whole);
  assert.ok(pages >= 4, `${pages} pages`);
  assert.deepEqual([first.state, first.progress.seen], ["done", size]);
  for (let stop = 0; stop < pages; stop++) {
    const since = w.standIn.calls.length;
    let page = 0;
    w.standIn.faults.next("no_request", (place) => isList(place) && page++ >= stop, Number.POSITIVE_INFINITY);
    const { run } = await begun(w, "reconcile", true);
    const stopped = await w.store.run(w.ref, run);
    assert.equal(stopped?.state, "running");
    assert.ok((stopped?.progress.seen ?? 0) <= size);
    const again = await begun(w, "reconcile", true);
    assert.equal(again.run, run, "the one that is at work, no second one");
    w.standIn.faults.clear();
    await w.pass(60_000);
    await w.settle();
    const done = await w.store.run(w.ref, run);
    assert.deepEqual([done?.state, done?.progress.seen], ["done", size], `stopped at page ${stop}`);
    assert.ok(pagesOf(since) <= pages + 2, `${pagesOf(since)} requests for ${pages} pages`);
    const subjects = (await itemsOf(w, run)).map(({ subject }) => subject);
    assert.equal(new Set(subjects).size, size, "each once");
    assert.equal(subjects.length, size);
  }
}
eachCrm("a run that is stopped at any of its pages goes on there", stoppedAnywhere, {
  clients: { salesforce: { listPageSize: 2 } },
});

const ruled = (rule: Partial<SyncRule>) => async (w: World) => {
  await w.service.syncBidirectional(await w.integration(), rule);
  await w.settle();
};

/** What each frequency has scheduled. */
async function crons(w: World): Promise<Record<string, string>> {
  const rows = await w.sql.query<{ key: string; cron: string }>(
    `select s.key, s.cron from crm_sync_jobs.schedule s join crm_sync.queue q on q.name = s.name where q.tenant = $1`,
    [w.tenant],
  );
  return Object.fromEntries(rows.map(({ key, cron }) => [key, cron]));
}

eachCrm("each frequency has its schedule, and what is scheduled runs", async (w) => {
  const { id, contact } = await agreed(w);
  for (const [frequency, incremental] of [
    ["hourly", /^\d+ \* \* \* \*$/],
    ["daily", /^\d+ 3 \* \* \*$/],
    ["real_time", /^\d+ \* \* \* \*$/],
  ] as const) {
    await ruled({ frequency })(w);
    const scheduled = await crons(w);
    assert.deepEqual(Object.keys(scheduled).sort(), ["incremental", "reconcile"]);
    assert.match(scheduled.incremental as string, incremental, frequency);
    assert.match(scheduled.reconcile as string, /^\d+ 3 \* \* \*$/);
  }
  withoutWebhooks(w);
  w.hands.edit(id, { city: "Bonn" });
  await w.pass(600_000);
  // What the cron sends.
  await w.store.wake(w.ref, [{ subject: "run:incremental" }]);
  await w.settle();
  await bothHold(w, id, contact, { city: "Bonn" });
  assert.equal((await w.store.runs(w.tenant))[0]?.startedBy, "schedule");
});

async function agreedHourly(w: World): Promise<string> {
  const id = w.hands.create({ ...ann, email: "other@example.com" });
  await w.settle();
  await w.pass(600_000);
  await w.run("incremental");
  await w.pass(600_000);
  return id;
}

eachCrm("under an hourly rule nothing but an opt-out goes at once", async (w) => {
  const { id, contact } = await agreed(w);
  await ruled({ frequency: "hourly" })(w);
  await w.pass(60_000);
  await w.change(contact, { phone: "+49 2" });
  w.hands.edit(id, { city: "Bonn" });
  await w.settle();
  assert.deepEqual([w.hands.get(id)?.phone, (await w.contact(contact))?.record.city], ["+49 1", "Ulm"]);
  await w.pass(600_000);
  await w.run("incremental");
  await bothHold(w, id, contact, { phone: "+49 2", city: "Bonn" });
  await w.change(contact, { unsubscribed: true });
  await w.settle();
  assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  const other = await agreedHourly(w);
  w.hands.optOut(other);
  await w.settle();
  assert.equal((await w.contactOf(other))?.record.unsubscribed, true);
});

for (const [direction, reaches] of [
  ["to_crm", { crm: true, local: false }],
  ["from_crm", { crm: false, local: true }],
  ["bidirectional", { crm: true, local: true }],
] as const) {
  eachCrm(`${direction}: edits and creates go that way only`, async (w) => {
    const { id, contact } = await agreed(w);
    await ruled({ direction })(w);
    await w.pass(60_000);
    await w.change(contact, { phone: "+49 2" });
    w.hands.edit(id, { city: "Bonn" });
    await w.change("c1", { ...ann, email: "ours@example.com" });
    const theirs = w.hands.create({ ...ann, email: "theirs@example.com" });
    await w.settle();
    await w.pass(600_000);
    await ruled({})(w);
    await w.run("reconcile");
    assert.equal(w.hands.get(id)?.phone, reaches.crm ? "+49 2" : "+49 1");
    assert.equal((await w.contact(contact))?.record.city, reaches.local ? "Bonn" : "Ulm");
    assert.equal(
      w.hands.all().some(({ email }) => email === "ours@example.com"),
      reaches.crm,
    );
    assert.equal((await w.contactOf(theirs)) !== null, reaches.local);
  });
}

eachCrm("a filter says who is created and linked, and lets go of nobody", async (w) => {
  const city: Field = "city";
  const field = w.ref.id === "hubspot" ? "city" : "MailingCity";
  const { id, contact } = await agreed(w, { city: "Ulm" });
  await ruled({ filters: { from_crm: `${field} == "Ulm"`, to_crm: `${city} == "Ulm"` } })(w);
  const inside = w.hands.create({ ...ann, email: "inside@example.com" });
  const outside = w.hands.create({ ...ann, email: "outside@example.com", city: "Bonn" });
  await w.change("c1", { ...ann, email: "ours@example.com" });
  await w.change("c2", { ...ann, email: "not@example.com", city: "Bonn" });
  await w.settle();
  await w.run("reconcile");
  assert.equal((await w.contactOf(inside))?.record.email, "inside@example.com");
  assert.equal(await w.contactOf(outside), null);
  const emails = w.hands.all().map(({ email }) => email);
  assert.deepEqual([emails.includes("ours@example.com"), emails.includes("not@example.com")], [true, false]);
  w.hands.edit(id, { city: "Bonn" });
  await w.settle();
  await bothHold(w, id, contact, { city: "Bonn" });
});

for (const [conflictResolution, winner] of [
  ["crm_wins", "+49 2"],
  ["penguinmails_wins", "+49 3"],
  ["newest_wins", "+49 3"],
  ["manual", null],
] as const) {
  eachCrm(`of a conflict under ${conflictResolution}`, async (w) => {
    const { id, contact } = await agreed(w);
    await ruled({ conflictResolution })(w);
    w.hands.edit(id, { phone: "+49 2" });
    await w.pass(60_000);
    await w.change(contact, { phone: "+49 3" });
    await w.settle();
    if (winner !== null) return bothHold(w, id, contact, { phone: winner });
    assert.deepEqual([w.hands.get(id)?.phone, (await w.contact(contact))?.record.phone], ["+49 2", "+49 3"]);
    assert.deepEqual(
      (await openReviews(w)).map(({ contact, field }) => [contact, field]),
      [[contact, "phone"]],
    );
  });
}
