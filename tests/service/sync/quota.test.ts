/** What compares everything leaves half of the day's calls to what changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dailyQuota } from "../../../web/service/crm/hubspot/api.js";
import type { Quota } from "../../../web/service/store/model.js";
import { waitsForQuota, withTold } from "../../../web/service/sync/quota.js";
import { agreed, ann, bothHold, eachCrm, withoutWebhooks } from "./cases.js";
import type { World } from "./world.js";

const minute = 60_000;
const day = 24 * 60 * minute;
const began = Date.parse("2026-03-01T10:00:00.000Z");
const iso = (time: number) => new Date(time).toISOString();
const told = (left: number, after: number) => ({ limit: 1_000, left, at: began + after });
const first = withTold(null, told(800, 0)) as Quota;

test("half of the calls that are left is kept, and measured anew with each day and where more is left", () => {
  assert.deepEqual(first, { limit: 1_000, left: 800, at: iso(began), kept: 400, since: iso(began) });
  assert.equal(withTold(first, null), null);
  assert.equal(withTold(first, told(700, 0)), null, "nothing new");
  assert.deepEqual(withTold(first, told(500, minute)), { ...first, left: 500, at: iso(began + minute) });
  const more = withTold(first, told(900, minute));
  assert.deepEqual([more?.kept, more?.since], [450, iso(began + minute)]);
  const next = withTold(first, told(301, day));
  assert.deepEqual([next?.kept, next?.since], [151, iso(began + day)]);
});

test("at half it waits, until the CRM has told nothing for a quarter of an hour", () => {
  const spent = { ...first, left: 400 };
  assert.equal(waitsForQuota(null, began), 0, "who tells nothing has no share");
  assert.equal(waitsForQuota({ ...first, left: 401 }, began), 0);
  assert.equal(waitsForQuota(spent, began), 15 * minute);
  assert.equal(waitsForQuota(spent, began + 14 * minute), minute);
  assert.equal(waitsForQuota(spent, began + 15 * minute), 0);
});

test("HubSpot's headers, and what is none", () => {
  const of = (limit?: string, left?: string) =>
    dailyQuota(
      new Headers({
        ...(limit !== undefined && { "x-hubspot-ratelimit-daily": limit }),
        ...(left !== undefined && { "x-hubspot-ratelimit-daily-remaining": left }),
      }),
    );
  assert.deepEqual(
    [of("250000", "0"), of("250000", "249999")].map((quota) => quota?.left),
    [0, 249_999],
  );
  for (const [limit, left] of [[], ["250000"], ["", ""], ["Infinity", "Infinity"], ["many", "-1"], ["1e9", "5"]])
    assert.equal(of(limit, left), null, `${limit} ${left}`);
});

const allows = (w: World, calls: number) => {
  w.portal.limits.daily = calls;
  w.organisation.limits.calls = calls;
};

const lists = (w: World) => w.standIn.calls.filter(({ path }) => /contacts\?|ORDER.BY.Id.LIMIT/i.test(path)).length;

eachCrm("beyond its share a comparison waits, with what it has found, and what changes goes on", async (w) => {
  allows(w, 2_000);
  const { id } = await agreed(w);
  withoutWebhooks(w);
  const met = w.hands.create({ ...ann, email: "met@example.com" });
  const found = w.hands.create({ ...ann, email: "found@example.com" });
  const edit = async (city: string) => {
    w.hands.edit(id, { city });
    await w.store.wake(w.ref, [{ subject: `crm:${id}` }]);
    await w.service.drain();
    assert.equal((await w.contactOf(id))?.record.city, city);
  };
  await edit("Bonn");
  await w.pass(2_000);
  const { kept = 0 } = (await w.integration()).quota ?? {};
  assert.ok(kept > 900 && kept <= 1_000, String(kept));

  // Others have called the CRM meanwhile.
  allows(w, kept);
  await edit("Kiel");
  const shown = (await w.call("GET", `/api/integrations/${w.ref.id}`)).body.quota;
  assert.ok(shown.left <= shown.kept, JSON.stringify(shown));
  const { body } = await w.call("POST", "/api/runs", { integration: w.ref.id, kind: "reconcile" });
  await w.store.wake(w.ref, [{ subject: `crm:${found}`, lane: "bulk", run: body.run }]);
  const before = lists(w);
  const look = async () => (await w.call("GET", `/api/runs/${w.ref.id}/${body.run}`)).body;
  for (const city of ["Ulm", "Rom", "Oslo"]) {
    await w.service.drain();
    await w.pass(4 * minute);
    await edit(city);
  }
  assert.deepEqual([(await look()).state, (await look()).progress.seen, lists(w)], ["running", 0, before]);
  assert.deepEqual([await w.contactOf(met), await w.contactOf(found)], [null, null]);

  // The day is over.
  allows(w, 1_000_000);
  await w.pass(16 * minute);
  await w.settle();
  assert.equal((await look()).state, "done");
  for (const [record, email] of [
    [met, "met@example.com"],
    [found, "found@example.com"],
  ] as const)
    await bothHold(w, record, (await w.contactOf(record))?.id as string, { email });
});
