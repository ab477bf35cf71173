import assert from "node:assert/strict";
import { test } from "node:test";
import { sample, skip } from "../support.js";
import { bodyOf, withoutModels } from "./models.js";
import { batch, contact, given, json, notFound, reads } from "./support.js";

test("requests are checked against HubSpot's models", { skip: withoutModels }, () => {
  const asked = { method: "POST", url: new URL("https://a.test"), headers: new Headers() };
  const body = (inputs: unknown) => ({ ...asked, path: "/batch/update", body: JSON.stringify({ inputs }) });
  bodyOf(body([{ id: "1", properties: { phone: "5" } }]));
  for (const wrong of [
    { id: 1, properties: {} },
    { id: "1", properties: { phone: null } },
    { id: "1" },
    { id: "1", properties: {}, x: 1 },
  ]) {
    assert.throws(() => bodyOf(body([wrong])), { name: "AssertionError" });
  }
});

test("a record with what was asked for, its times, and nothing else", async () => {
  const { client, asked } = given({
    "/batch/read": reads(() => [
      {
        id: "1",
        properties: { phone: null, hs_merged_object_ids: "", secret: "x" },
        history: {
          firstname: [
            ["Ada", "2026-02-01T00:00:00Z"],
            ["A", "2026-01-01T00:00:00Z"],
          ],
        },
      },
    ]),
  });
  const found = await client.read(["1", "1"], ["firstname", "phone", "unknown_here"]);
  assert.deepEqual(
    [...found],
    [
      [
        "1",
        {
          id: "1",
          record: { firstname: "Ada", phone: null },
          fetched: ["firstname", "phone"],
          updatedAt: "2026-03-01T09:00:00.000Z",
          fieldTimes: { firstname: "2026-02-01T00:00:00.000Z" },
        },
      ],
    ],
  );
  assert.equal(asked.length, 1);
});

test("the latest version is the field's time, in whatever order they come", async () => {
  const { client } = given({
    "/batch/read": reads(() => [
      {
        id: "1",
        history: {
          firstname: [
            ["A", "2026-01-01T00:00:00Z"],
            ["Ada", "2026-02-01T00:00:00Z"],
          ],
        },
      },
    ]),
  });
  const record = (await client.read(["1"], ["firstname"])).get("1");
  assert.equal(record?.fieldTimes?.firstname, "2026-02-01T00:00:00.000Z");
});

test("with histories fifty at once", async () => {
  const ids = Array.from({ length: 120 }, (_, index) => String(index + 1));
  const { client, asked } = given({ "/batch/read": reads(() => ids.map((id) => ({ id, properties: { phone: id } }))) });
  const found = await client.read(ids, ["phone"]);
  assert.deepEqual(
    asked.map(({ body }) => JSON.parse(body).inputs.length),
    [50, 50, 20],
  );
  for (const id of ids) assert.equal(found.get(id)?.record.phone, id);
});

test("archived ones are told as deleted, with their time; unknown ones are null", async () => {
  const { client, calls } = given({
    "/batch/read": reads(() => [
      { id: "1", properties: { phone: "1" } },
      { id: "2", properties: { phone: "2" }, archived: true, archivedAt: "2026-02-03T04:05:06Z" },
    ]),
    "/3": notFound,
  });
  const found = await client.read(["1", "2", "3"], ["phone"]);
  assert.equal(found.get("1")?.deleted, undefined);
  assert.equal(found.get("2")?.deleted, true);
  assert.equal(found.get("2")?.deletedAt, "2026-02-03T04:05:06.000Z");
  assert.equal(found.get("3"), null);
  assert.deepEqual(calls(), ["/batch/read", "/batch/read", "/3"]);
});

test("a merged id leads to the record that is left, whether or not both were asked for", async () => {
  const left = { id: "9", properties: { phone: "9", hs_merged_object_ids: "7;8" } };
  for (const ids of [["7"], ["7", "9"], ["9", "8", "7"]]) {
    const { client, calls } = given({ "/batch/read": () => batch([contact(left)]) });
    const found = await client.read(ids, ["phone"]);
    for (const id of ids) assert.equal(found.get(id)?.id, "9");
    assert.deepEqual(found.get("7")?.fetched, ["phone"], "the list of ids was not asked for");
    assert.equal(calls().length, 1);
  }
});

test("a merged id that the batch does not know is asked for alone", async () => {
  const { client } = given({
    "/batch/read": () => batch([]),
    "/7": () => json(contact({ id: "9", properties: { phone: "9", hs_merged_object_ids: "7" } })),
  });
  assert.equal((await client.read(["7"], ["phone"])).get("7")?.id, "9");
});

test("who asked to be forgotten is told as such", async () => {
  const { client } = given(
    { "/batch/read": () => batch([]), "/7": notFound, "/8": notFound },
    { forgotten: async (ids) => new Set(ids.filter((id) => id === "7")) },
  );
  const found = await client.read(["7", "8"], ["phone"]);
  assert.equal(found.get("7")?.deleted, "privacy");
  assert.equal(found.get("8"), null);
});

test("what is no id is nobody's, and is not sent", async () => {
  const { client, asked } = given({});
  const ids = ["", "abc", "1/../2", "1?x=1", "-1"];
  assert.deepEqual([...(await client.read(ids, ["phone"])).values()], [null, null, null, null, null]);
  assert.equal(asked.length, 0);
});

test("by our key, and in no other case than it was asked for", async () => {
  const { client, asked } = given({
    "/batch/read": reads(() => [{ id: "1", properties: { penguinmails_id: "c-1", phone: "5" } }]),
  });
  const found = await client.findByKey(["c-1", "c-2"], ["phone"]);
  assert.deepEqual([...found.keys()], ["c-1"]);
  assert.deepEqual(found.get("c-1")?.record, { phone: "5" });
  assert.equal(JSON.parse(asked[0]?.body ?? "").idProperty, "penguinmails_id");
});

test("by e-mail, additional addresses too, whatever the case; an address twice is asked for once", async () => {
  const { client, asked } = given({
    "/batch/read": () =>
      batch([
        contact({ id: "1", properties: { email: "ada@a.test", hs_additional_emails: "ada@old.test;ada@older.test" } }),
        contact({ id: "1", properties: { email: "ada@a.test", hs_additional_emails: "ada@old.test;ada@older.test" } }),
        contact({ id: "2", properties: { email: "bob@b.test", hs_additional_emails: null } }),
      ]),
  });
  const found = await client.findByEmail(
    ["Ada@A.test", "ada@a.test", "ada@OLD.test", "bob@b.test", "no@n.test"],
    ["email"],
  );
  const ids = Object.fromEntries([...found].map(([email, records]) => [email, records.map(({ id }) => id)]));
  assert.deepEqual(ids, {
    "Ada@A.test": ["1"],
    "ada@a.test": ["1"],
    "ada@OLD.test": ["1"],
    "bob@b.test": ["2"],
    "no@n.test": [],
  });
  assert.equal(JSON.parse(asked[0]?.body ?? "").inputs.length, 4);
});

for (const status of [500, 502, 503, 504, 521, 523, 524]) {
  test(`a reading that ends with ${status} can be made later`, async () => {
    const { client } = given({ "/batch/read": () => json({}, status) });
    await assert.rejects(client.read(["1"], ["phone"]), { name: "CrmUnavailable", kind: "later" });
  });
}

test("missing scopes need a person, and are named", async () => {
  const { client } = given({
    "/batch/read": () =>
      json(
        {
          category: "MISSING_SCOPES",
          message: "This app hasn't been granted all required scopes",
          errors: [{ message: "One or more …", context: { requiredGranularScopes: ["crm.objects.contacts.read"] } }],
        },
        403,
      ),
  });
  await assert.rejects(client.read(["1"], ["phone"]), {
    kind: "broken",
    message: "HTTP 403 MISSING_SCOPES crm.objects.contacts.read",
  });
});

test("hs-429.json: the daily limit holds everything for an hour", { skip }, async () => {
  const { client, clock, asked } = given({ "/batch/read": () => new Response(sample("hs-429.json"), { status: 429 }) });
  await assert.rejects(client.read(["1"], ["phone"]), { kind: "later", after: 3_600_000 });
  clock.time += 600_000;
  await assert.rejects(client.list(null), { kind: "later", after: 3_000_000 });
  assert.equal(asked.length, 1, "HubSpot is not asked in the meantime");
});

test("how many there are is what the search tells, if it does", async () => {
  const told = (body: object) => given({ "/search": () => json({ results: [], ...body }) }).client.count?.();
  assert.deepEqual([await told({ total: 1204 }), await told({})], [1204, null]);
});

test("the secondly limit of the search holds the search alone", async () => {
  let limited = true;
  const { client, clock } = given({
    "/search": () =>
      limited ? json({ policyName: "SECONDLY", message: "You have reached your secondly limit." }, 429) : batch([]),
    "GET ": () => json({ results: [] }),
  });
  const cursor = (await client.changes(null)).cursor;
  await assert.rejects(client.changes(cursor), { kind: "later", after: 1000 });
  const before = clock.time;
  await client.list(null);
  assert.equal(clock.time, before, "without a wait");
  limited = false;
  await client.changes(cursor);
  assert.equal(clock.time, before + 1000);
});

test("ten-secondly: ten seconds", async () => {
  const { client } = given({ "/batch/read": () => json({ policyName: "TEN_SECONDLY_ROLLING" }, 429) });
  await assert.rejects(client.read(["1"], []), { kind: "later", after: 10_000 });
});

test("477: as long as it asks for", async () => {
  const { client } = given({ "/batch/read": () => json({}, 477, { "retry-after": "90" }) });
  await assert.rejects(client.read(["1"], []), { kind: "later", after: 90_000 });
});
