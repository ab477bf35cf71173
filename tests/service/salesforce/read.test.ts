/** Reading: deletions, merges, fields that may not be read, pages, long lists, and what would break out of a query. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CrmUnavailable } from "../../../web/service/crm/client.js";
import { longId } from "../../../web/service/crm/salesforce/ids.js";
import { json } from "../crm/support.js";
import { contact, errors, query, row, rows, salesforce } from "./support.js";

const unavailable = (kind: string, message: RegExp) => (error: unknown) =>
  error instanceof CrmUnavailable && error.kind === kind && message.test(error.message);

test("records by id: live, absent, deleted, and ids that are none", async () => {
  const { client, asked } = salesforce(() =>
    rows([
      row(1, { Email: "ada@example.org", Phone: null, Account: { attributes: { type: "Account" }, Name: "Engines" } }),
      row(3, { IsDeleted: true, SystemModstamp: "2026-03-01T09:30:00.000+0000", Email: "b@example.org", Phone: null }),
    ]),
  );
  const short = contact(1).slice(0, 15);
  const found = await client.read([short, contact(2), contact(3), "x' OR Id != '"], ["Email", "Phone", "Account.Name"]);
  assert.deepEqual([...found.keys()], [short, contact(2), contact(3), "x' OR Id != '"]);
  assert.deepEqual(found.get(short), {
    id: contact(1),
    record: { Email: "ada@example.org", Phone: null, Account: { Name: "Engines" } },
    fetched: ["Email", "Phone", "Account.Name"],
    updatedAt: "2026-03-01T09:00:00.000+00:00",
  });
  assert.equal(found.get(contact(2)), null);
  assert.equal(found.get("x' OR Id != '"), null);
  assert.deepEqual(found.get(contact(3))?.deleted, true);
  assert.equal(found.get(contact(3))?.deletedAt, "2026-03-01T09:30:00.000+00:00");
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.path, "/services/data/v66.0/queryAll");
  assert.equal(
    query(asked[0] as never),
    "SELECT Email,Phone,Account.Name,Id,SystemModstamp,LastModifiedDate,LastModifiedById,IsDeleted,MasterRecordId " +
      `FROM Contact WHERE Id IN ('${contact(1)}','${contact(2)}','${contact(3)}')`,
  );
  assert.equal(asked[0]?.headers.get("sforce-call-options"), "client=penguinmails-crm-sync");
  assert.equal(asked[0]?.headers.get("sforce-auto-assign"), "FALSE");
});

test("whoever was merged away is answered with the survivor, also of merges of merges; a circle ends", async () => {
  const stored = [
    row(1, { IsDeleted: true, MasterRecordId: contact(2).slice(0, 15) }),
    row(2, { IsDeleted: true, MasterRecordId: contact(3) }),
    row(3, { Email: "left@example.org" }),
    row(4, { IsDeleted: true, MasterRecordId: contact(5) }),
    row(5, { IsDeleted: true, MasterRecordId: contact(4) }),
    row(6, { IsDeleted: true, MasterRecordId: contact(7) }),
  ];
  const { client } = salesforce((asked) => rows(stored.filter(({ Id }) => query(asked).includes(`'${Id}'`))));
  const found = await client.read([contact(1), contact(4), contact(6)], ["Email"]);
  assert.equal(found.get(contact(1))?.id, contact(3));
  assert.equal(found.get(contact(1))?.deleted, undefined);
  assert.equal(found.get(contact(1))?.record.Email, "left@example.org");
  assert.equal(found.get(contact(4))?.deleted, true);
  assert.deepEqual([found.get(contact(6))?.id, found.get(contact(6))?.deleted], [contact(6), true]);
});

test("a lead that was converted is its contact", async () => {
  const lead = longId("00Q000000000001") as string;
  const { client, asked } = salesforce(
    (request) =>
      query(request).includes("FROM Lead")
        ? rows([row(0, { Id: lead, IsConverted: true, ConvertedContactId: contact(8), Email: "a@example.org" })])
        : rows([row(8, { Email: "a@example.org" })]),
    { object: "Lead" },
  );
  const found = await client.read([lead], ["Email"]);
  assert.equal(found.get(lead)?.id, contact(8));
  assert.match(query(asked[0] as never), /IsConverted,ConvertedContactId FROM Lead/);
  assert.match(query(asked[1] as never), /FROM Contact/);
  assert.doesNotMatch(query(asked[1] as never), /IsConverted/);
});

test("a field that may not be read is left out, and is not among the fetched", async () => {
  const { client, asked } = salesforce((request) => {
    const unknown = ["Level__c", "Secret__c"].find((name) => query(request).includes(name));
    if (unknown === undefined) return rows([row(1, { Email: "a@example.org" })]);
    return errors(
      400,
      "INVALID_FIELD",
      `\nSELECT ...\n^\nERROR at Row:1\nNo such column '${unknown}' on entity 'Contact'.`,
    );
  });
  const found = await client.read([contact(1)], ["Email", "Level__c", "Secret__c", "no field'"]);
  assert.deepEqual(found.get(contact(1))?.fetched, ["Email"]);
  assert.deepEqual(found.get(contact(1))?.record, { Email: "a@example.org" });
  assert.equal(asked.length, 3);
});

test("a refusal that names none of the fields is told, once", async () => {
  const { client, asked } = salesforce(() => errors(400, "INVALID_FIELD", "No such column 'Id' on entity 'Contact'"));
  await assert.rejects(client.read([contact(1)], ["Email"]), unavailable("broken", /^HTTP 400 INVALID_FIELD$/));
  assert.equal(asked.length, 1);
});

test("pages are followed on this organisation's query path only", async () => {
  const next = "/services/data/v66.0/query/01g000000000001AAA-2000";
  const paged = salesforce((request) =>
    request.path === next ? rows([row(2)]) : rows([row(1)], { done: false, nextRecordsUrl: next }),
  );
  assert.deepEqual((await paged.client.list(null)).ids, [contact(1), contact(2)]);
  for (const nextRecordsUrl of [
    "https://evil.example/services/data/v66.0/query/01g-1",
    "//evil.example/services/data/v66.0/query/01g-1",
    "/services/data/v66.0/query/../../../../secur/logout",
    "/services/data/v66.0/sobjects/Contact/x",
    "\\\\evil.example/query",
    "/services/data/v66.0/query/01g?x=1",
    "",
    undefined,
    7,
  ]) {
    const { client, asked } = salesforce(() => rows([row(1)], { done: false, nextRecordsUrl }));
    await assert.rejects(client.read([contact(1)], ["Email"]), unavailable("broken", /nextRecordsUrl/));
    assert.equal(asked.length, 1, String(nextRecordsUrl));
  }
});

test("a redirect to elsewhere is refused", async () => {
  const { client, asked } = salesforce(
    () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
  );
  await assert.rejects(client.read([contact(1)], ["Email"]), unavailable("broken", /redirect/));
  assert.equal(asked.length, 1);
});

test("long lists are cut to what a URI holds, and in half where that is too long all the same", async () => {
  const ids = Array.from({ length: 2000 }, (_, index) => contact(index));
  const idsIn = (text: string) => [...text.matchAll(/'(003\w+)'/g)].map(([, id = ""]) => id);
  const { client, asked } = salesforce((request) => {
    if (request.url.href.length > 8_000) return new Response(null, { status: 414 });
    return rows(idsIn(query(request)).map((id) => ({ ...row(0), Id: id })));
  });
  const found = await client.read(ids, ["Email"]);
  assert.ok([...found.values()].every((record) => record !== null));
  assert.ok(asked.every(({ url }) => url.href.length < 12_100));
  const answered = asked.filter(({ url }) => url.href.length <= 8_000).flatMap((one) => idsIn(query(one)));
  assert.deepEqual([answered.length, new Set(answered).size], [2000, 2000]);
  const endless = salesforce(() => new Response(null, { status: 431 }));
  await assert.rejects(endless.client.read([contact(1)], ["Email"]), unavailable("broken", /431/));
});

test("by key and by address: what would break out of the query stays inside, in any case of letters", async () => {
  const hostile = "x') OR Email != null OR Email IN ('";
  const { client, asked } = salesforce((request) =>
    query(request).includes("Email IN")
      ? rows([row(1, { Email: "Ada@Example.org" }), row(2, { Email: "ada@example.ORG" }), row(3, { Email: null })])
      : rows([row(4, { PenguinMails_Id__c: "KEY-1" })]),
  );
  const byEmail = await client.findByEmail(["ADA@example.org", "ada@example.org", hostile, "", "  "], ["Email"]);
  assert.deepEqual(
    byEmail.get("ADA@example.org")?.map(({ id }) => id),
    [contact(1), contact(2)],
  );
  assert.deepEqual(
    byEmail.get("ada@example.org")?.map(({ id }) => id),
    [contact(1), contact(2)],
  );
  assert.equal(byEmail.size, 2);
  const text = query(asked[0] as never);
  assert.ok(text.includes("'x\\') OR Email != null OR Email IN (\\''"), text);
  assert.doesNotMatch(text, /[(,]''/, "no empty literal");
  const byKey = await client.findByKey(["key-1", "key-2", "\\' OR Id != null --"], []);
  assert.deepEqual(
    [...byKey].map(([key, { id }]) => [key, id]),
    [["key-1", contact(4)]],
  );
  assert.ok(query(asked[1] as never).includes("'\\\\\\' OR Id != null --'"));
  assert.deepEqual([...(await client.findByEmail(["", "\ud800"], []))], []);
  assert.equal(asked.length, 2, "nothing to ask is not asked");
});

test("lists go on after the last id, and never by offset", async () => {
  const full = Array.from({ length: 2000 }, (_, index) => ({ Id: contact(index) }));
  const { client, asked } = salesforce((_, index) => rows(index === 0 ? full : [{ Id: contact(5000) }]), {
    object: "Lead",
  });
  const first = await client.list(null);
  assert.deepEqual([first.ids.length, first.next], [2000, contact(1999)]);
  assert.deepEqual(await client.list(first.next), { ids: [contact(5000)], next: null });
  assert.deepEqual(asked.map(query), [
    "SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id LIMIT 2000",
    `SELECT Id FROM Lead WHERE Id > '${contact(1999)}' AND IsConverted = false ORDER BY Id LIMIT 2000`,
  ]);
});

test("a session that has expired is renewed; what is refused after two renewals is the end", async () => {
  const expired = () => errors(401, "INVALID_SESSION_ID", "Session expired or invalid");
  const once = salesforce(({ headers }) =>
    headers.get("authorization") === "Bearer token" ? expired() : rows([row(1)]),
  );
  assert.notEqual((await once.client.read([contact(1)], [])).get(contact(1)), null);
  assert.deepEqual(once.renewals, ["token"]);
  const always = salesforce(expired);
  await assert.rejects(always.client.read([contact(1)], []), unavailable("revoked", /401/));
  assert.equal(always.renewals.length, 2);
});

test("limits: the day's and the moment's, and what the header says of them", async () => {
  const used = salesforce(() =>
    json({ records: [], done: true }, 200, { "sforce-limit-info": "api-usage=18/5000; per-app-api-usage=17/250" }),
  );
  assert.equal(used.client.quota(), null);
  await used.client.list(null);
  assert.deepEqual(used.client.quota(), { limit: 5000, left: 4982, at: used.clock.now() });

  const of = async (response: Response) => {
    const { client, asked, clock } = salesforce(() => response.clone(), { limited: true });
    const error = await client.read([contact(1)], []).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof CrmUnavailable && error.kind === "later");
    const before = asked.length;
    const next = await client.read([contact(1)], []).catch((thrown: unknown) => thrown);
    return {
      after: error.after,
      heldBack: asked.length === before && next instanceof CrmUnavailable,
      slept: clock.slept,
    };
  };
  const day = await of(errors(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
  assert.deepEqual([day.after, day.heldBack], [900_000, true]);
  const moment = await of(
    errors(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
  );
  assert.deepEqual([moment.after, moment.slept], [10_000, 10_000]);
  assert.equal((await of(new Response("<html>", { status: 420 }))).after, 30_000);
  assert.equal((await of(new Response("[]", { status: 503, headers: { "retry-after": "7" } }))).after, 7_000);
});
