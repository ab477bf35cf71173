/** The feed of changes against an organisation whose transactions commit late. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CrmUnavailable, type Cursor } from "../../../web/service/crm/client.js";
import { type Asked, json } from "../crm/support.js";
import { contact, errors, salesforce } from "./support.js";

const day = 86_400_000;
const span = ({ url }: Asked) => {
  const start = url.searchParams.get("start") ?? "";
  const end = url.searchParams.get("end") ?? "";
  for (const time of [start, end]) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  return { start: Date.parse(start), end: Date.parse(end) };
};
const wire = (time: number) => new Date(time).toISOString().replace("Z", "+0000");
const isDeleted = ({ path }: Asked) => path.endsWith("/sobjects/Contact/deleted/");

function feed(
  of: (start: number, end: number) => { ids?: string[]; deleted?: string[]; covered?: number; earliest?: number },
) {
  return salesforce((asked) => {
    const { start, end } = span(asked);
    assert.ok(end - start > 60_000, "start and end are more than a minute apart");
    const { ids = [], deleted = [], covered = end, earliest = 0 } = of(start, end);
    const latestDateCovered = wire(covered);
    if (!isDeleted(asked)) return json({ ids, latestDateCovered });
    const deletedRecords = deleted.map((id) => ({ id, deletedDate: wire(start) }));
    return json({ deletedRecords, earliestDateAvailable: wire(earliest), latestDateCovered });
  });
}
const since = (cursor: Cursor) => Date.parse(String(cursor.since));

test("both lists, each id once, from where the last answer was complete", async () => {
  const { client, asked, clock } = feed(() => ({
    ids: [contact(1), contact(2).slice(0, 15)],
    deleted: [contact(2), contact(3)],
  }));
  const begun = await client.changes(null);
  assert.deepEqual([begun.ids, begun.more, since(begun.cursor)], [[], false, clock.now()]);
  clock.time += 600_500;
  const page = await client.changes(begun.cursor);
  assert.deepEqual([page.ids, page.more, page.missed], [[contact(1), contact(2), contact(3)], false, undefined]);
  assert.deepEqual(span(asked[2] as Asked), { start: since(begun.cursor), end: clock.now() - 500 });
  assert.equal(since(page.cursor), clock.now() - 500);
  assert.deepEqual(JSON.parse(JSON.stringify(page.cursor)), page.cursor);
});

test("a transaction that commits late is not skipped: the next start is what was covered, never the end", async () => {
  // One contact's change is of 10:01, but becomes visible at 10:30 only.
  const stamp = Date.UTC(2026, 2, 1, 10, 1);
  const visible = Date.UTC(2026, 2, 1, 10, 30);
  const found: string[] = [];
  const made = feed((start, end) => ({
    ids: made.clock.now() >= visible && start <= stamp && stamp <= end ? [contact(7)] : [],
    covered: made.clock.now() >= visible ? end : Math.min(end, stamp - 1_000),
  }));
  let { cursor } = await made.client.changes(null);
  for (let minute = 0; minute < 45; minute += 5) {
    made.clock.time += 300_000;
    const page = await made.client.changes(cursor);
    found.push(...page.ids);
    assert.equal(page.more, false, "it does not spin while nothing new is covered");
    assert.ok(since(page.cursor) >= since(cursor));
    cursor = page.cursor;
  }
  assert.deepEqual(found, [contact(7)]);
});

test("the two lists may be complete up to different times, and where capture begins too", async () => {
  const made = salesforce((asked) => {
    const { end } = span(asked);
    return json({ ids: [], deletedRecords: [], latestDateCovered: wire(end - (isDeleted(asked) ? 120_000 : 0)) });
  });
  const begun = await made.client.changes(null);
  assert.equal(since(begun.cursor), made.clock.now() - 120_000);
  made.clock.time += 600_000;
  const page = await made.client.changes(begun.cursor);
  assert.equal(since(page.cursor), made.clock.now() - 120_000);
});

test("asked again at once, it asks for more than a minute all the same", async () => {
  const { client, asked, clock } = feed(() => ({}));
  const { cursor } = await client.changes({ since: new Date(clock.now() - 5_000).toISOString() });
  const { start, end } = span(asked[0] as Asked);
  assert.deepEqual([end - start, end], [61_000, clock.now()]);
  assert.equal(since(cursor), clock.now());
});

test("too many ids: shorter windows until they fit, and none is left out", async () => {
  const all = Array.from({ length: 64 }, (_, index) => Date.UTC(2026, 2, 1, 9) + index * 56_000);
  const made = salesforce((asked) => {
    const { start, end } = span(asked);
    const within = all.flatMap((time, index) => (start <= time && time <= end ? [contact(index)] : []));
    if (within.length > 10 && !isDeleted(asked)) return errors(400, "EXCEEDED_ID_LIMIT");
    return json({ ids: within, deletedRecords: [], latestDateCovered: wire(end) });
  });
  const ids = new Set<string>();
  let page = { cursor: { since: "2026-03-01T09:00:00Z" } as Cursor, more: true, ids: [] as string[] };
  let pages = 0;
  for (; page.more; pages++) {
    page = await made.client.changes(page.cursor);
    for (const id of page.ids) ids.add(id);
  }
  assert.equal(ids.size, 64);
  assert.ok(pages > 4 && pages < 20, String(pages));
  assert.equal(since(page.cursor), made.clock.now());
});

test("too many ids while nothing new is covered: it waits, and keeps the window that fits", async () => {
  const start = Date.UTC(2026, 2, 1, 9);
  const made = salesforce((asked) => {
    const { start: from, end } = span(asked);
    if (end - from > 600_000) return errors(400, "EXCEEDED_ID_LIMIT");
    return json({ ids: [contact(1)], deletedRecords: [], latestDateCovered: wire(start) });
  });
  const page = await made.client.changes({ since: new Date(start).toISOString() });
  assert.deepEqual([page.ids, page.more, since(page.cursor)], [[contact(1)], false, start]);
  const before = made.asked.length;
  await made.client.changes(page.cursor);
  assert.ok(made.asked.length - before <= 3, "the window is not searched for anew");
});

test("where even a minute is too much, everything is to be looked at", async () => {
  const { client, clock } = salesforce(() => errors(400, "EXCEEDED_ID_LIMIT"));
  const start = clock.now() - 600_000;
  const page = await client.changes({ since: new Date(start).toISOString() });
  assert.deepEqual([page.missed, page.more, page.ids], [true, true, []]);
  assert.equal(since(page.cursor), start + 61_000);
});

test("thirty days back is as far as it goes; what is older, or not kept, asks for everything", async () => {
  const { client, asked, clock } = feed(() => ({ ids: [contact(1)] }));
  const within = await client.changes({ since: new Date(clock.now() - 29 * day).toISOString() });
  assert.deepEqual([within.missed, within.ids], [undefined, [contact(1)]]);
  const beyond = await client.changes({ since: new Date(clock.now() - 31 * day).toISOString() });
  assert.deepEqual([beyond.missed, beyond.ids, beyond.more], [true, [], false]);
  assert.equal(since(beyond.cursor), clock.now());
  assert.ok(asked.every((one) => span(one).start > clock.now() - 30 * day));
  const purged = feed(() => ({ earliest: Date.UTC(2026, 2, 1, 9, 50) }));
  const page = await purged.client.changes({ since: "2026-03-01T09:40:00Z" });
  assert.equal(page.missed, true);
});

test("a cursor or an answer without a time is told, instead of a time being made up", async () => {
  const broken = (error: unknown) => error instanceof CrmUnavailable && error.kind === "broken";
  await assert.rejects(feed(() => ({})).client.changes({}), broken);
  await assert.rejects(salesforce(() => json({ ids: [] })).client.changes(null), broken);
  await assert.rejects(salesforce(() => errors(404, "NOT_FOUND")).client.changes(null), broken);
});
