/** What did not happen is told, while it has not, and no longer. */
import assert from "node:assert/strict";
import { watch } from "../../../web/service/sync/alarms.js";
import { agreed, alertsOf, eachCrm, isWrite, withoutWebhooks } from "./cases.js";
import { type Crm, mappingOf } from "./hands.js";
import type { World } from "./world.js";

const minutes = (count: number) => count * 60_000;
const hours = (count: number) => minutes(60 * count);

async function alarmsOf(w: World): Promise<string[]> {
  await watch(w);
  // Once more does not raise it twice.
  await watch(w);
  return (await alertsOf(w)).map(({ kind }) => kind);
}

eachCrm("an opt-out that the CRM is not told of is an alarm until it is", async (w) => {
  const { id, contact } = await agreed(w);
  const { handle } = w.standIn;
  w.standIn.handle = async (request) => {
    const { pathname: path } = new URL(request.url);
    return isWrite({ method: request.method, path }) ? new Response(null, { status: 503 }) : handle(request);
  };
  await w.change(contact, { unsubscribed: true });
  await w.service.drain();
  assert.deepEqual(await alarmsOf(w), []);
  await w.pass(minutes(16));
  assert.ok((await alarmsOf(w)).includes("opt_out_late"), "planned, and not taken");
  w.standIn.handle = handle;
  await w.settle();
  assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  assert.deepEqual(await alarmsOf(w), []);
});

eachCrm("work that is due and nobody does is an alarm until somebody does", async (w) => {
  const { contact } = await agreed(w);
  await w.change(contact, { city: "Bonn" });
  assert.deepEqual(await alarmsOf(w), []);
  await w.pass(minutes(16));
  assert.deepEqual(await alarmsOf(w), ["work_late"]);
  await w.settle();
  assert.deepEqual(await alarmsOf(w), []);
});

const everyDay = (crm: Crm) => ({ mapping: mappingOf(crm).replace("real_time", "daily") });

eachCrm("a feed that is not read for two hours is an alarm until it is read", async (w) => {
  await w.run("incremental");
  assert.deepEqual(await alarmsOf(w), []);
  await w.pass(hours(2) + 1);
  assert.deepEqual(await alarmsOf(w), ["feed_late"]);
  await w.run("incremental");
  assert.deepEqual(await alarmsOf(w), []);
  await w.store.setState(w.ref, "paused");
  await w.pass(hours(3));
  assert.deepEqual(await alarmsOf(w), [], "of an integration that rests nothing is read");
});

eachCrm(
  "one that is read once a day, after a day",
  async (w) => {
    await w.run("incremental");
    await w.pass(hours(25));
    assert.deepEqual(await alarmsOf(w), []);
    await w.pass(hours(2));
    assert.deepEqual(await alarmsOf(w), ["feed_late"]);
  },
  everyDay,
);

eachCrm("changes that no webhook tells of for a day are an alarm until one comes", async (w) => {
  await w.run("incremental");
  const { id } = await agreed(w);
  withoutWebhooks(w);
  await w.pass(hours(20));
  w.hands.edit(id, { city: "Bonn" });
  await w.run("incremental");
  assert.deepEqual(await alarmsOf(w), []);
  // As every hour: what changed just before a reading is read by the next one too.
  await w.pass(hours(1));
  await w.run("incremental");
  await w.pass(hours(5));
  await w.run("incremental");
  assert.deepEqual(await alarmsOf(w), [], "where nothing changes none need come");
  w.hands.edit(id, { city: "Kiel" });
  // Salesforce tells of a change once it is some minutes old.
  await w.pass(minutes(10));
  await w.run("incremental");
  assert.deepEqual(await alarmsOf(w), ["webhooks_silent"]);
  await w.store.receive(w.ref, {
    events: [{ key: "one", subject: `crm:${id}`, kind: "changed", occurredAt: null }],
    optOuts: [],
    wakes: [],
  });
  assert.deepEqual(await alarmsOf(w), []);
});

eachCrm("what failed for good is an alarm until it is replayed", async (w) => {
  const { contact } = await agreed(w);
  w.standIn.faults.rate("unavailable", 0);
  await w.store.wake(w.ref, [{ subject: `local:${contact}` }]);
  const batch = await w.jobs.take(10);
  assert.ok(batch);
  for (let attempt = 0; attempt < 9; attempt++) {
    const [job] = attempt === 0 ? batch.jobs : ((await w.jobs.take(10))?.jobs ?? []);
    if (job === undefined) break;
    await w.jobs.failed(batch, job, new Error("a test"));
    await w.pass(hours(1));
  }
  assert.deepEqual(
    (await alarmsOf(w)).filter((kind) => kind === "dead_letters"),
    ["dead_letters"],
  );
  const { body } = await w.call("GET", "/api/dead-letters");
  await w.call("POST", "/api/dead-letters/replay", {
    jobs: body.jobs.map(({ id }: { id: string }) => id),
    intents: [],
  });
  await w.settle();
  assert.ok(!(await alarmsOf(w)).includes("dead_letters"));
});
