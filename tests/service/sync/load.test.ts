/**
 * More webhooks than the service takes: what is beyond its limit is sent back, comes again and arrives; nothing is lost, and
 * another tenant does not wait for it. Nothing here depends on how fast the machine is.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { workOnce } from "../../../web/service/sync/worker.js";
import { world } from "./world.js";

const people = 150;
const rounds = 20;

test("thousands of events beyond the limit", async () => {
  const w = await world({ wakeLimit: { rate: 5, burst: 400 } });
  const other = await world({ beside: w });
  const statuses = new Map<number, number>();
  const deliver = () =>
    w.standIn.deliver(async (request) => {
      const response = await w.app.fetch(request);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      return response;
    });
  const ids = Array.from({ length: people }, (_, index) =>
    w.hands.create({ email: `p${index}@example.com`, phone: "0", city: "0" }),
  );
  const neighbour = other.hands.create({ email: "ann@example.com", phone: "0" });
  await w.settle();
  const contacts = new Map<string, string>();
  for (const id of ids) contacts.set(id, (await w.contactOf(id))?.id as string);
  await w.pass(600_000);

  // Each field is edited on one side only, so that each side's last edit is to be on both in the end.
  for (let round = 1; round <= rounds; round++) for (const id of ids) w.hands.edit(id, { phone: `${round}` });
  const changes = ids.map((id) => ({
    ...{ id: contacts.get(id), patch: { city: "9" }, updatedAt: new Date(w.clock.now()).toISOString() },
  }));
  assert.equal((await w.call("POST", "/contacts/changes", { changes })).status, 202);
  other.hands.edit(neighbour, { phone: "1" });
  statuses.clear();
  await deliver();
  assert.deepEqual([...statuses.keys()].sort(), [202, 429], "some are taken, some are sent back, and none fails");
  assert.ok((statuses.get(429) ?? 0) > (statuses.get(202) ?? 0), "most of them are beyond the limit");

  // A hundred and fifty pairs and more wait; the other tenant's one is among the first two batches all the same.
  assert.ok((await w.jobs.depth(w.ref)).waiting > people);
  await workOnce(w.context);
  await workOnce(w.context);
  assert.equal((await other.contactOf(neighbour))?.record.phone, "1");

  for (let round = 0; round < 100; round++) {
    const delivered = await deliver();
    await w.service.drain();
    if (delivered === 0 && w.standIn.waiting === 0 && (await w.jobs.depth(w.ref)).waiting === 0) break;
    await w.pass(300_000);
  }
  assert.deepEqual([...statuses.keys()].sort(), [202, 429]);
  assert.equal(w.standIn.waiting, 0, "all deliveries were taken in the end");
  assert.deepEqual(await w.jobs.depth(w.ref), { waiting: 0, dead: 0 });
  for (const id of ids) {
    const { record } = (await w.contact(contacts.get(id) as string)) ?? {};
    const theirs = w.hands.get(id);
    assert.deepEqual([record?.phone, record?.city], [`${rounds}`, "9"]);
    assert.deepEqual([theirs?.phone, theirs?.city], [`${rounds}`, "9"]);
  }
  assert.equal(w.hands.all().length, people, "nobody was created twice");
});
