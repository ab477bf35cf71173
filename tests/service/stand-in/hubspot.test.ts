/** HubSpot's stand-in beside what was recorded of HubSpot, beside its models, and asked by the service's client. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import type { CrmWrite } from "../../../web/service/crm/client.js";
import { signatureProblem } from "../../../web/service/webhooks/hubspot-signature.js";
import { sample, skip } from "../support.js";
import { type Body, portalOf, shapeOf } from "./support.js";

const recorded = (file: string) => JSON.parse(sample(file));
const seen = (values: Record<string, unknown>, readAt: number) => ({ updatedAt: null, values, readAt });

/** Every answer and the recording that it has to look like, by what is asked of two contacts, of which one is there. */
const recordings: Record<string, (p: ReturnType<typeof portalOf>) => Promise<{ status: number; body: Body }>> = {
  "hs-batch-create-207-conflict.json": ({ ask }) =>
    ask("POST", "/batch/create", {
      inputs: [
        { properties: { email: "ann@example.com" }, objectWriteTraceId: "0" },
        { properties: { email: "new@example.com" }, objectWriteTraceId: "1" },
      ],
    }),
  "hs-batch-create-409.json": ({ ask }) =>
    ask("POST", "/batch/create", { inputs: [{ properties: { email: "ann@example.com" } }] }),
  "hs-batch-create-400-invalid-props.json": ({ ask }) =>
    ask("POST", "/batch/create", { inputs: [{ properties: { first000name: "x" } }] }),
  "hs-batch-400-duplicate-ids.json": ({ ask }) =>
    ask("POST", "/batch/update", { inputs: ["1", "1"].map((id) => ({ id, properties: { city: "x" } })) }),
  "hs-batch-update-200.json": ({ ask, portal }) =>
    ask("POST", "/batch/update", { inputs: portal.all().map(({ id }) => ({ id, properties: { city: "x" } })) }),
  "hs-batch-update-207-not-found.json": ({ ask, portal }) =>
    ask("POST", "/batch/update", {
      inputs: [portal.all()[0]?.id, "888"].map((id) => ({ id, properties: { city: "x" } })),
    }),
  "hs-contact-created-response.json": ({ ask }) =>
    ask("POST", "", { properties: { email: "c@example.com", firstname: "C" } }),
  "hs-list-contacts.json": ({ ask }) => ask("GET", "?limit=1&properties=email"),
  "hs-search-page1.json": ({ ask }) => ask("POST", "/search", { limit: 1, properties: ["company"] }),
  "hs-search-page2.json": ({ ask }) => ask("POST", "/search", { limit: 1, after: "1", properties: ["company"] }),
  "hs-400-email-already-held.json": ({ ask, portal }) =>
    ask("PATCH", `/${portal.all()[1]?.id}`, { properties: { email: "ann@example.com" } }),
  "hs-429.json"({ ask, portal }) {
    portal.limits.daily = 0;
    return ask("GET", "");
  },
};

for (const [file, answer] of Object.entries(recordings)) {
  test(`${file}: the stand-in answers in the same form`, { skip }, async () => {
    const p = portalOf();
    p.portal.create({ email: "ann@example.com", firstname: "Ann" });
    p.portal.create({ email: "bob@example.com", firstname: "Bob" });
    const { status, body } = await answer(p);
    const expected = recorded(file);
    // Newer than the recordings: a trace id in the results, where one was sent.
    for (const result of body.results ?? []) delete result.objectWriteTraceId;
    assert.deepEqual(shapeOf(body), shapeOf(expected));
    const told = /-(\d{3})[-.]/.exec(file)?.[1];
    if (told !== undefined) assert.equal(String(status).replace("201", "200"), told);
    const others = ["message", "category", "policyName"].filter((name) => typeof expected[name] === "string");
    if (/409|429|duplicate/.test(file)) {
      for (const name of others)
        assert.equal(body[name].replaceAll(/\[\d+\]/g, "[…]"), expected[name].replaceAll(/\[\d+\]/g, "[…]"));
    }
  });
}

const models = fileURLToPath(
  new URL("../../../../shared/schemas/hubspot-contacts.from-sdk-14.0.1.schema.json", import.meta.url),
);

test("answers are those of the models of HubSpot's client", {
  skip: existsSync(models) ? false : `there are no models in ${models}`,
}, async () => {
  const schema = JSON.parse(readFileSync(models, "utf8"));
  schema.$defs["string | null"] = { type: ["string", "null"] };
  const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(schema, "hubspot");
  const check = (model: string, { body }: { body: Body }) =>
    assert(ajv.validate(`hubspot#/$defs/${model}`, body), `${model}: ${ajv.errorsText()}`);
  const { ask, portal } = portalOf();
  const id = portal.create({ email: "ann@example.com" });
  const read = { inputs: [{ id }], properties: ["email"], propertiesWithHistory: ["email"] };
  check("BatchResponseSimplePublicObject", await ask("POST", "/batch/read", read));
  check("CollectionResponseWithTotalSimplePublicObject", await ask("POST", "/search", {}));
  check("CollectionResponseSimplePublicObjectWithAssociationsForwardPaging", await ask("GET", ""));
  check("SimplePublicObjectWithAssociations", await ask("GET", `/${id}`));
  check("ModelError", await ask("GET", "/7"));
  check("ModelError", await ask("POST", "/batch/update", { inputs: [{ id, properties: { phone: null } }] }));
});

test("values are kept as HubSpot keeps them, and refused as it refuses them", async () => {
  const { ask, portal } = portalOf();
  portal.define("tags", { type: "enumeration", multiple: true, options: ["a", "b", "c"] });
  portal.define("score", { type: "number" });
  portal.define("born", { type: "date" });
  portal.define("twice", { type: "number", calculated: (values) => String(2 * Number(values.get("score") ?? 0)) });
  const id = portal.create({ email: "Ann@Example.com", tags: "a", lifecyclestage: "customer" });
  const patch = (properties: Record<string, unknown>) => ask("PATCH", `/${id}`, { properties });
  const taken: [string, string, string | null][] = [
    ["tags", ";c", "a;c"],
    ["born", "1772323200000", "2026-03-01"],
    ["email", "ANN@EXAMPLE.ORG ", "ann@example.org"],
    ["score", "80", "80"],
    ["phone", "", null],
    ["lifecyclestage", "lead", "customer"],
    ["lifecyclestage", "", null],
    ["lifecyclestage", "lead", "lead"],
  ];
  for (const [name, value, left] of taken) {
    assert.equal((await patch({ [name]: value })).status, 200);
    const { body } = await ask("GET", `/${id}?properties=${name}`);
    assert.equal(body.properties[name], left, name);
  }
  assert.equal(portal.get(id)?.properties.twice, "160");
  const refused: [string, unknown, string][] = [
    ["nothing", "x", "PROPERTY_DOESNT_EXIST"],
    ["email", "nobody", "INVALID_EMAIL"],
    ["twice", "2", "READ_ONLY_VALUE"],
    ["hs_email_optout", "true", "READ_ONLY_VALUE"],
    ["tags", "a;z", "INVALID_OPTION"],
    ["score", "1.2.3", "INVALID_NUMBER"],
    ["born", "1772323200001", "INVALID_DATE"],
  ];
  for (const [name, value, code] of refused) {
    const { status, body } = await patch({ [name]: value });
    assert.deepEqual([status, body.errors[0].code, body.errors[0].context.propertyName], [400, code, [name]]);
  }
});

test("an edit that the client overwrote unseen is put back by the history", async () => {
  const { client, clock, portal } = portalOf();
  const id = portal.create({ email: "ann@example.com", phone: "1", city: "Ulm" });
  const read = (await client.read([id], ["phone"])).get(id);
  const write: CrmWrite = {
    ...{ ref: "a", kind: "update", id, values: { phone: "3", city: "Bonn" } },
    seen: { updatedAt: read?.updatedAt ?? null, values: { phone: "1", city: "Ulm" }, readAt: clock.now() },
  };
  clock.time += 500;
  portal.edit(id, { phone: "2" });
  clock.time += 400;
  assert.equal((await client.write([write]))[0]?.state, "changed");
  assert.equal(portal.get(id)?.properties.phone, "2");
});

test("creates, updates and deletions of the client, in one batch with everything that can go wrong with one", async () => {
  const { client, clock, portal } = portalOf();
  const ann = portal.create({ email: "ann@example.com" });
  const bob = portal.create({ email: "bob@example.com" });
  portal.poison("key-poisoned", { code: "INVALID_VALUE", message: "no", property: "city" });
  portal.poison(bob, { code: "INVALID_VALUE", message: "no", property: "city" });
  const create = (ref: string, email: string): CrmWrite => ({
    ...{ ref, kind: "create", key: `key-${ref}`, values: { email, city: "Ulm" } },
  });
  const update = (ref: string, id: string, values: Record<string, unknown>): CrmWrite => ({
    ...{ ref, kind: "update", id, values, seen: seen({}, clock.now()) },
  });
  const results = await client.write([
    create("new", "new@example.com"),
    create("held", "Ann@example.com"),
    create("poisoned", "p@example.com"),
    update("poison", bob, { city: "Ulm" }),
    update("gone", "999", { city: "Ulm" }),
    update("taken", ann, { city: "Ulm" }),
  ]);
  assert.deepEqual(
    results.map(({ ref, state }) => `${ref} ${state}`),
    ["new written", "held exists", "poisoned refused", "poison refused", "gone gone", "taken written"],
  );
  assert.equal(results[1]?.state === "exists" && results[1].holder, ann);
  const made = portal.all().find(({ properties }) => properties.penguinmails_id === "key-new")?.id as string;
  assert.equal((await client.findByKey(["KEY-NEW"], ["email"])).get("KEY-NEW")?.id, made);
  assert.equal((await client.write([create("new", "other@example.com")]))[0]?.state, "unknown");
  portal.lock(ann, 5_000);
  assert.equal((await client.write([update("a", ann, { city: "Bonn" })]))[0]?.state, "later");
  clock.time += 5_000;
  assert.equal((await client.write([update("a", ann, { city: "Bonn" })]))[0]?.state, "written");
  const [deleted] = await client.write([
    { ref: "d", kind: "delete", id: ann, privacy: false, seen: seen({}, clock.now()) },
  ]);
  assert.equal(deleted?.state, "written");
  assert.equal((await client.read([ann], ["city"])).get(ann)?.deleted, true);
});

test("writes that are refused once, and the limits of a batch", async () => {
  const { client, clock, portal, ask } = portalOf();
  const id = portal.create({ email: "ann@example.com" });
  const write: CrmWrite = { ref: "a", kind: "update", id, values: { city: "Ulm" }, seen: seen({}, clock.now()) };
  for (const [kind, state] of [
    ["LOCKED", "later"],
    ["OBJECT_NOT_FOUND", "gone"],
    ["INVALID_VALUE", "refused"],
  ] as const) {
    portal.refuseOnce(id, kind);
    assert.equal((await client.write([write]))[0]?.state, state, kind);
    assert.equal((await client.write([write]))[0]?.state, "written");
  }
  const inputs = Array.from({ length: 51 }, (_, index) => ({ id: String(index + 1) }));
  const read = { inputs, properties: [], propertiesWithHistory: ["city"] };
  assert.equal((await ask("POST", "/batch/read", read)).status, 400);
  assert.equal((await ask("POST", "/batch/read", { ...read, propertiesWithHistory: [] })).status, 207);
});

test("owners by their address, and no others", async () => {
  const { client, portal, clock } = portalOf();
  const id = portal.addOwner({ email: "owner@example.com" });
  const wanted = { object: "owners", by: "email", values: ["owner@example.com"], ids: [] };
  assert.match(JSON.stringify(await client.lookUpIds([wanted])), new RegExp(`"${id}"`));
  assert.throws(() => portal.create({ hubspot_owner_id: "1" }));
  assert.equal(portal.get(portal.create({ hubspot_owner_id: id }))?.properties.hubspot_owner_id, id);
  portal.archiveOwner(id);
  clock.time += 3_600_000;
  assert.doesNotMatch(JSON.stringify(await client.lookUpIds([wanted])), new RegExp(`"${id}"`));
});

test("hs-contact-properties-metadata.json: properties are described in the same form", { skip }, async () => {
  const { ask } = portalOf();
  const { body } = await ask("GET", "/crm/properties/2026-03/contacts");
  const [expected] = recorded("hs-contact-properties-metadata.json").results;
  const described = body.results.find(({ name }: Body) => name === "address");
  for (const name of ["type", "fieldType", "calculated", "hasUniqueValue", "options"]) {
    assert.deepEqual(described[name], expected[name], name);
  }
  assert.deepEqual(Object.keys(described.modificationMetadata), Object.keys(expected.modificationMetadata));
});

test("a merge makes a new contact, to which both ids lead", async () => {
  const { client, portal, ask, clock } = portalOf();
  const cursor = (await client.changes(null)).cursor;
  const winner = portal.create({ email: "ann@example.com", city: "Ulm" });
  const loser = portal.create({ email: "anna@example.com", city: "Bonn", phone: "5" });
  clock.time += 1_000;
  const merged = portal.merge(winner, loser);
  assert.notEqual(merged, winner);
  for (const id of [winner, loser]) {
    const read = (await client.read([id], ["city", "phone"])).get(id);
    assert.deepEqual([read?.id, read?.record], [merged, { city: "Ulm", phone: "5" }]);
    assert.equal(portal.get(id)?.id, merged);
  }
  const found = await client.findByEmail(["ANNA@example.com"], []);
  assert.equal(found.get("ANNA@example.com")?.[0]?.id, merged);
  assert.deepEqual((await client.changes(cursor)).ids.sort(), [winner, loser, merged].sort());
  assert.equal((await ask("PATCH", `/${loser}`, { properties: { city: "Köln" } })).body.id, merged);
  const input = { inputs: [{ id: loser, properties: { city: "x" } }] };
  assert.equal((await ask("POST", "/batch/update", input)).status, 207);
});

test("a contact that was forgotten has left nothing", async () => {
  const { client, portal, standIn } = portalOf();
  portal.webhook = { url: "https://hooks.example.com/", secret: "a secret" };
  const id = portal.create({ email: "ann@example.com" });
  const write: CrmWrite = { ref: "a", kind: "delete", id, privacy: true, seen: seen({}, 0) };
  assert.equal((await client.write([write]))[0]?.state, "written");
  assert.equal((await client.read([id], [])).get(id), null);
  assert.equal(portal.get(id), null);
  let body = "";
  await standIn.deliver(async (request) => {
    body = await request.text();
    return new Response();
  });
  assert.match(body, /contact\.privacyDeletion.*contact\.deletion/);
});

test("opt-outs belong to an address", async () => {
  const { client, clock, portal } = portalOf();
  const id = portal.create({ email: "ann@example.com" });
  const consent = (values: Record<string, unknown>): CrmWrite => ({
    ...{ ref: "a", kind: "consent", id, email: "ann@example.com", values, seen: seen({}, clock.now()) },
  });
  assert.equal((await client.write([consent({ hs_email_optout_777: "true" })]))[0]?.state, "written");
  assert.equal((await client.write([consent({ hs_email_optout: "true" })]))[0]?.state, "written");
  const { hs_email_optout, hs_email_optout_777 } = portal.get(id)?.properties ?? {};
  assert.deepEqual([hs_email_optout, hs_email_optout_777], ["true", "true"]);
  portal.edit(id, { email: "ann@example.org" });
  assert.equal(portal.get(id)?.properties.hs_email_optout, undefined);
  portal.optOut("ann@example.org");
  assert.equal(portal.get(id)?.properties.hs_email_optout, "true");
});

test("search: a lagging index, a cap, one order; what the client polls misses nobody", async () => {
  const { client, clock, portal, ask } = portalOf({ changes: { pageSize: 7, overlap: 60_000 } });
  portal.indexLag = 5_000;
  const cursor = (await client.changes(null)).cursor;
  const ids = Array.from({ length: 50 }, (_, index) => portal.create({ email: `c${index}@example.com` }));
  assert.equal((await ask("POST", "/search", {})).body.total, 0);
  clock.time += 5_000;
  portal.remove(ids[7] as string);
  const told = new Set<string>();
  for (let page = await client.changes(cursor); ; page = await client.changes(page.cursor)) {
    for (const id of page.ids) told.add(id);
    if (!page.more) break;
  }
  assert.deepEqual([...told].sort(), ids.sort());
  portal.limits.searchCap = 40;
  const filters = [{ propertyName: "email", operator: "CONTAINS_TOKEN", value: "C1*" }];
  clock.time += 5_000;
  assert.equal((await ask("POST", "/search", { filterGroups: [{ filters }] })).body.total, 11);
  assert.equal((await ask("POST", "/search", { limit: 20, after: "30" })).status, 400);
  assert.equal((await ask("POST", "/search", { sorts: ["email", "city"] })).status, 400);
  assert.equal((await ask("POST", "/search", JSON.stringify({ query: "x".repeat(3_000) }))).status, 400);
  assert.equal((await ask("POST", "/search", { limit: 201 })).status, 400);
  const tooMany = await ask("POST", "/search", {});
  assert.deepEqual([tooMany.status, tooMany.body.policyName], [429, "SECONDLY"]);
  let listed: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await client.list(after);
    listed = [...listed, ...page.ids];
    after = page.next;
    if (after === null) break;
  }
  assert.equal(listed.length, 49);
});

test("webhooks are signed, tell whose writes they are of, and come again until they are taken", async () => {
  const { client, clock, portal, standIn } = portalOf();
  const webhook = { url: "https://hooks.example.com/webhooks/hubspot?a=%3A", secret: "a secret" };
  portal.webhook = webhook;
  const id = portal.create({ email: "ann@example.com" });
  const write: CrmWrite = { ref: "a", kind: "update", id, values: { city: "Ulm" }, seen: seen({}, clock.now()) };
  await client.write([write]);
  standIn.faults.next("forged");
  const problems: unknown[] = [];
  const deliveries: Body[] = [];
  const receive = async (request: Request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const [signature, timestamp] = ["x-hubspot-signature-v3", "x-hubspot-request-timestamp"].map((name) =>
      request.headers.get(name),
    ) as [string, string];
    const signed = { method: "POST", uri: webhook.url, body, signature, timestamp };
    const problem = await signatureProblem(signed, [webhook.secret], clock.now());
    problems.push(problem);
    if (problem === null) deliveries.push(JSON.parse(new TextDecoder().decode(body)));
    return new Response(null, { status: deliveries.length < 2 ? 503 : 202 });
  };
  await standIn.deliver(receive);
  clock.time += 60_000;
  await standIn.deliver(receive);
  assert.deepEqual(problems.map(String).sort(), ["null", "null", "wrong"]);
  assert.deepEqual(
    deliveries.map(([{ attemptNumber }]: Body) => attemptNumber),
    [0, 1],
  );
  assert.equal(standIn.waiting, 0);
  const own = deliveries[0].find(({ propertyName }: Body) => propertyName === "city");
  assert.deepEqual([own.changeSource, own.sourceId, own.propertyValue], ["INTEGRATION", portal.appId, "Ulm"]);
  const subscribed: string[] = deliveries[0].map(({ subscriptionType }: Body) => subscriptionType);
  assert.deepEqual([...new Set(subscribed)], ["contact.creation", "contact.propertyChange"]);
});

for (const [file, kind] of [
  ["hs-webhook-propertychange-integration-echo.json", "propertyChange"],
  ["hs-webhook-contact-merge.UNCONFIRMED.json", "merge"],
  ["hs-webhook-contact-creation.json", "creation"],
] as const) {
  test(`${file}: events of the same form`, { skip }, async () => {
    const { portal, standIn } = portalOf();
    portal.webhook = { url: "https://hooks.example.com/", secret: "a secret" };
    portal.merge(portal.create({ email: "a@example.com" }), portal.create({ email: "b@example.com" }));
    let events: Body[] = [];
    await standIn.deliver(async (request) => {
      events = JSON.parse(await request.text());
      return new Response();
    });
    const own = events.find(({ subscriptionType }) => subscriptionType === `contact.${kind}`);
    const [expected] = recorded(file);
    for (const name of Object.keys(expected)) assert.equal(typeof own[name], typeof expected[name], name);
  });
}

test("tokens end, and are given anew until the app is put out", { skip }, async () => {
  const { portal, standIn, ask, client } = portalOf();
  const { refresh } = portal.connect();
  const refreshed = (token: string) => {
    const form = { grant_type: "refresh_token", client_id: "app", client_secret: "s", refresh_token: token };
    const init = { method: "POST", body: new URLSearchParams(form) };
    return standIn.handle(new Request("https://api.hubapi.com/oauth/2026-03/token", init));
  };
  assert.equal((await refreshed(refresh)).status, 200);
  portal.expire();
  const { status, body } = await ask("GET", "");
  assert.deepEqual([status, body.category], [401, "EXPIRED_AUTHENTICATION"]);
  assert.deepEqual((await client.list(null)).ids, []);
  portal.revoke();
  assert.deepEqual(await (await refreshed(refresh)).json(), recorded("hs-oauth-invalid-grant.json"));
});
