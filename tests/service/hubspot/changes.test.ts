import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrmClient, Cursor } from "../../../web/service/crm/client.js";
import type { ChangesOptions } from "../../../web/service/crm/hubspot/changes.js";
import { type Body, batch, contact, given, json } from "./support.js";

interface Row {
  id: string;
  at: number;
  /** When the index comes to know it. */
  indexedAt?: number;
  merged?: string;
}

/** HubSpot's search over a handful of rows, with its cap and its lag. */
function portal(rows: Row[], options: Partial<ChangesOptions> = {}, cap = 10_000) {
  const archived: { id: string; archivedAt: string }[] = [];
  const all = given(
    {
      "/search": (body: Body) => {
        if (Number(body.after ?? 0) + body.limit > cap) return json({ category: "VALIDATION_ERROR" }, 400);
        const filters = body.filterGroups[0].filters as { propertyName: string; operator: string; value: string }[];
        const by = (row: Row, name: string) => BigInt(name === "hs_object_id" ? row.id : row.at);
        const found = rows
          .filter(({ at, indexedAt = at }) => indexedAt <= all.clock.time)
          .filter((row) =>
            filters.every(({ propertyName, operator, value }) => {
              const own = by(row, propertyName);
              if (operator === "GTE") return own >= BigInt(value);
              return operator === "GT" ? own > BigInt(value) : own === BigInt(value);
            }),
          );
        const sort = body.sorts[0].propertyName as string;
        const sorted = found.sort((one, other) => Number(by(one, sort) - by(other, sort)));
        const page = sorted.slice(0, body.limit);
        return batch(
          page.map(({ id, at, merged = "" }) =>
            contact({
              id,
              properties: { lastmodifieddate: new Date(at).toISOString(), hs_merged_object_ids: merged },
            }),
          ),
        );
      },
      "GET ": (_, { url }) => {
        assert.equal(url.searchParams.get("archived"), "true");
        const after = Number(url.searchParams.get("after") ?? 0);
        const next =
          archived.length > after + 1
            ? { paging: { next: { after: String(after + 1), link: "http://169.254.169.254/" } } }
            : {};
        return json({
          results: archived.slice(after, after + 1).map((each) => contact({ ...each, archived: true })),
          ...next,
        });
      },
    },
    { changes: { archived: false, ...options } },
  );
  return { ...all, rows, archived };
}

/** A whole pass. The cursor goes through JSON each time, as it does in a store. */
async function pass(client: CrmClient, from: Cursor | null) {
  const ids: string[] = [];
  let cursor = from;
  for (let pages = 0; ; pages++) {
    assert(pages < 200_000, "no end");
    const page = await client.changes(cursor);
    ids.push(...page.ids);
    cursor = JSON.parse(JSON.stringify(page.cursor)) as Cursor;
    if (!page.more) return { ids, cursor };
  }
}

const minute = 60_000;

for (const pageSize of [1, 2, 3, 200]) {
  test(`everything once, at ${pageSize} a page, whatever the times`, async () => {
    const { client, clock, rows } = portal([], { pageSize });
    const { cursor, ids } = await pass(client, null);
    assert.deepEqual(ids, []);
    const times = [1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3, 4, 5, 5];
    for (const [index, time] of times.entries()) rows.push({ id: String(100 - index), at: clock.time + time });
    clock.time += 10 * minute;
    const first = await pass(client, cursor);
    assert.deepEqual(first.ids.toSorted(), rows.map(({ id }) => id).toSorted());
    const second = await pass(client, first.cursor);
    assert.deepEqual(second.ids, []);
  });
}

test("what was before the first cursor is not told, but what came since is", async () => {
  const { client, clock, rows } = portal([]);
  rows.push({ id: "1", at: clock.time - 60 * minute });
  const { cursor } = await pass(client, null);
  rows.push({ id: "2", at: clock.time + 1 });
  clock.time += minute;
  assert.deepEqual((await pass(client, cursor)).ids, ["2"]);
});

test("more in one millisecond than the search can page through", async () => {
  const cap = 20; // HubSpot's 10,000
  const { client, clock, rows } = portal([], { pageSize: 5 }, cap);
  const { cursor } = await pass(client, null);
  const at = clock.time + 5;
  for (let id = 1; id <= 3 * cap; id++) rows.push({ id: String(id), at });
  rows.push({ id: "900", at: at + 1 });
  clock.time += minute;
  const { ids } = await pass(client, cursor);
  assert.equal(ids.length, 3 * cap + 1);
  assert.equal(new Set(ids).size, 3 * cap + 1);
});

test("more in all than the search can page through", async () => {
  const { client, clock, rows } = portal([], { pageSize: 5 }, 20);
  const { cursor } = await pass(client, null);
  for (let id = 1; id <= 100; id++) rows.push({ id: String(id), at: clock.time + (id >> 1) });
  clock.time += minute;
  const { ids } = await pass(client, cursor);
  assert.equal(new Set(ids).size, 100);
  assert.equal(ids.length, 100);
});

test("ids beyond 2^53 are told apart", async () => {
  const { client, clock, rows } = portal([], { pageSize: 1 });
  const { cursor } = await pass(client, null);
  const ids = ["9007199254740992", "9007199254740993", "9007199254740994"];
  for (const id of ids) rows.push({ id, at: clock.time + 1 });
  clock.time += minute;
  assert.deepEqual((await pass(client, cursor)).ids.toSorted(), ids);
});

test("what is indexed late is found, however many passes went over its time before", async () => {
  const { client, clock, rows } = portal([]);
  let { cursor } = await pass(client, null);
  const at = clock.time + 30_000;
  rows.push({ id: "1", at, indexedAt: at + 4 * minute }, { id: "2", at: at + 1 });
  const told: string[] = [];
  for (let count = 0; count < 12; count++) {
    clock.time += minute;
    const page = await pass(client, cursor);
    told.push(...page.ids);
    cursor = page.cursor;
  }
  assert.deepEqual(told, ["2", "1"]);
});

test("a record that changes again is told again, also within the overlap", async () => {
  const { client, clock, rows } = portal([]);
  let { cursor } = await pass(client, null);
  const told: string[] = [];
  for (let count = 1; count <= 5; count++) {
    clock.time += minute;
    rows.splice(0, 1, { id: "1", at: clock.time });
    const page = await pass(client, cursor);
    told.push(...page.ids);
    cursor = page.cursor;
  }
  assert.deepEqual(told, ["1", "1", "1", "1", "1"]);
});

test("what changes while a pass is under way is not lost", async () => {
  const { client, clock, rows } = portal([], { pageSize: 2 });
  const { cursor: start } = await pass(client, null);
  for (let id = 1; id <= 9; id++) rows.push({ id: String(id), at: clock.time + id });
  clock.time += minute;
  const told: string[] = [];
  let cursor: Cursor = start;
  for (let round = 0; round < 40; round++) {
    const page = await client.changes(cursor);
    told.push(...page.ids);
    cursor = page.cursor;
    const row = rows[round % 9];
    clock.time += 1000;
    if (row !== undefined && round < 9) row.at = clock.time; // moves out of the way of the pages
  }
  for (const { id } of rows) assert(told.includes(id), id);
});

test("the cursor stays small: what cannot come again is forgotten, and never more is kept than told to", async () => {
  const { client, clock, rows } = portal([], { remembers: 10 });
  let { cursor } = await pass(client, null);
  for (let id = 1; id <= 500; id++) rows.push({ id: String(id), at: clock.time + id });
  clock.time += minute;
  ({ cursor } = await pass(client, cursor));
  assert(Object.keys(cursor.told as object).length <= 10);
  clock.time += 10 * minute;
  ({ cursor } = await pass(client, cursor));
  clock.time += 10 * minute;
  ({ cursor } = await pass(client, cursor));
  assert.deepEqual(cursor.told, {});
});

test("a merge wakes what was merged away too", async () => {
  const { client, clock, rows } = portal([]);
  const { cursor } = await pass(client, null);
  rows.push({ id: "1", at: clock.time + 1, merged: "7;8" });
  clock.time += minute;
  assert.deepEqual((await pass(client, cursor)).ids, ["1", "7", "8"]);
});

test("archived records are told once, page by page, and those from before are not", async () => {
  const { client, clock, archived } = portal([], { archived: true });
  const iso = (time: number) => new Date(time).toISOString();
  let { cursor } = await pass(client, null);
  archived.push(
    { id: "1", archivedAt: iso(clock.time - 60 * minute) },
    { id: "2", archivedAt: iso(clock.time + 1000) },
  );
  archived.push({ id: "3", archivedAt: iso(clock.time + 2000) });
  const told: string[][] = [];
  for (let count = 0; count < 8; count++) {
    clock.time += 2 * minute;
    const page = await pass(client, cursor);
    told.push(page.ids);
    cursor = page.cursor;
  }
  assert.deepEqual(told.flat(), ["2", "3"]);
});

test("HubSpot's clock counts, where it is behind ours", async () => {
  const { client, clock } = given(
    { "/search": () => json({ results: [] }, 200, { date: new Date(clock.time - 4 * minute).toUTCString() }) },
    { changes: { archived: false } },
  );
  const { cursor } = await pass(client, null);
  clock.time += 20 * minute;
  const page = await pass(client, cursor);
  assert.equal(page.cursor.watermark, clock.time - 9 * minute);
});

test("five searches a second", async () => {
  const { client, clock } = portal([]);
  const { cursor } = await pass(client, null);
  const start = clock.time;
  for (let count = 0; count < 50; count++) await client.changes(cursor);
  assert(clock.time - start >= 9_000, String(clock.time - start));
});
