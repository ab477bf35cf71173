/** Promise 3: whatever the feed of changes does, no change falls between two reads of it. No webhook helps here. */
import assert from "node:assert/strict";
import { agreed, bothHold, eachCrm, oneCrm, severalAgreed, withoutWebhooks } from "./cases.js";
import type { World } from "./world.js";

const minute = 60_000;
const day = 1440 * minute;

/** What an hour of schedules does. */
async function later(w: World, time = 61 * minute): Promise<void> {
  await w.pass(time);
  await w.run("incremental");
}

/** Everybody was edited in the CRM at the same moment, and every edit arrives. */
async function allArrive(w: World, count = 7): Promise<void> {
  const { ids, contacts } = await severalAgreed(w, count);
  await later(w, minute);
  withoutWebhooks(w);
  for (const [n, id] of ids.entries()) w.hands.edit(id, { city: `Bonn ${n}` });
  await later(w);
  for (const [n, id] of ids.entries()) await bothHold(w, id, contacts[n] as string, { city: `Bonn ${n}` });
}

const ofOne = { hubspot: { changes: { pageSize: 1 } } };

eachCrm("of equal times, each on a page of its own, all arrive", allArrive, { clients: ofOne });

eachCrm(
  "of more changes than the CRM tells of at once, all arrive",
  async (w) => {
    w.portal.limits.searchCap = 3;
    w.portal.limits.pageSize = 2;
    w.organisation.limits.changedIds = 3;
    w.organisation.limits.pageSize = 2;
    await allArrive(w);
  },
  { clients: { hubspot: { changes: { pageSize: 2 } } } },
);

oneCrm("hubspot", "an index that lags hides nothing", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 2);
  const [slow, quick] = ids as [string, string];
  await later(w, 6 * minute);
  withoutWebhooks(w);
  w.portal.indexLag = 4 * minute;
  w.hands.edit(slow, { city: "Bonn" });
  await w.pass(minute);
  // What is newer is seen first, and moves the watermark beyond what is not seen yet.
  w.portal.indexLag = 0;
  w.hands.edit(quick, { city: "Rome" });
  w.portal.indexLag = 4 * minute;
  await later(w, 0);
  await later(w, 4 * minute);
  await later(w, minute);
  await bothHold(w, slow, contacts[0] as string, { city: "Bonn" });
  await bothHold(w, quick, contacts[1] as string, { city: "Rome" });
});

oneCrm("salesforce", "what is committed late is not passed over", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 2);
  const [slow, quick] = ids as [string, string];
  await later(w, 2 * minute);
  withoutWebhooks(w);
  w.organisation.lateCommits = 30 * minute;
  w.hands.edit(slow, { city: "Bonn" });
  w.organisation.lateCommits = 0;
  await w.pass(minute);
  w.hands.edit(quick, { city: "Rome" });
  await later(w, 2 * minute);
  await bothHold(w, quick, contacts[1] as string, { city: "Rome" });
  assert.equal((await w.contact(contacts[0] as string))?.record.city, "Ulm", "nobody sees it yet");
  await later(w, 10 * minute);
  await later(w, 20 * minute);
  await bothHold(w, slow, contacts[0] as string, { city: "Bonn" });
});

for (const skew of [-10, -2, 2, 10]) {
  eachCrm(
    `the CRM's clock is ${skew} minutes ahead`,
    async (w) => {
      // HubSpot's signatures hold the time, and at ten minutes none is taken: nothing comes but by the feed.
      withoutWebhooks(w);
      const id = w.hands.create({ email: "ann@example.com", city: "Ulm" });
      await w.run("reconcile");
      const contact = (await w.contactOf(id))?.id as string;
      for (const city of ["Bonn", "Rome", "Kiel", "Graz"]) {
        await w.pass(2 * minute);
        w.hands.edit(id, { city });
        await later(w, 1000);
      }
      await later(w, 12 * minute);
      await bothHold(w, id, contact, { city: "Graz" });
      // Whoever types it has seen what came from the CRM, however much later the CRM says that it was made.
      w.hands.edit(id, { city: "Nice" });
      await w.run("reconcile");
      assert.equal((await w.contact(contact))?.record.city, "Nice");
      await w.change(contact, { city: "Lima" });
      await later(w, 12 * minute);
      await bothHold(w, id, contact, { city: "Lima" });
    },
    { skew: skew * minute },
  );
}

eachCrm("what is deleted arrives without a webhook", async (w) => {
  const { id, contact } = await agreed(w);
  await later(w);
  withoutWebhooks(w);
  w.hands.remove(id);
  await later(w);
  const [pair] = await w.store.loadPairs(w.ref, [`local:${contact}`]);
  assert.equal(pair?.link?.state, "ended");
});

eachCrm("after months without a read everything is compared where the feed tells no more", async (w) => {
  const { ids, contacts } = await severalAgreed(w, 3);
  await later(w);
  withoutWebhooks(w);
  w.hands.edit(ids[0] as string, { city: "Bonn" });
  w.hands.remove(ids[1] as string);
  await w.pass(70 * day);
  w.organisation.purgeDeletions();
  await later(w);
  await bothHold(w, ids[0] as string, contacts[0] as string, { city: "Bonn" });
  const [pair] = await w.store.loadPairs(w.ref, [`local:${contacts[1]}`]);
  assert.equal(pair?.link?.state, "ended");
});

eachCrm(
  "a feed that breaks off at any of its pages loses nothing",
  async (w) => {
    const { ids, contacts } = await severalAgreed(w, 3);
    await later(w, minute);
    withoutWebhooks(w);
    const feed = w.ref.id === "hubspot" ? /\/contacts\/search$|\/contacts$/ : /\/(updated|deleted)\/?$/;
    const pages = async (run: () => Promise<void>) => {
      const before = w.standIn.calls.length;
      await run();
      return w.standIn.calls.slice(before).filter(({ path }) => feed.test(path ?? "")).length;
    };
    const count = await pages(() => later(w));
    assert.ok(count >= 2);
    for (let broken = 0; broken <= count + 2; broken++) {
      for (const id of ids) w.hands.edit(id, { city: `City ${broken}` });
      let page = 0;
      w.standIn.faults.next("no_request", ({ path }) => feed.test(path ?? "") && page++ === broken);
      await later(w);
      w.standIn.faults.clear();
      for (const [n, id] of ids.entries()) await bothHold(w, id, contacts[n] as string, { city: `City ${broken}` });
    }
  },
  { clients: ofOne },
);
