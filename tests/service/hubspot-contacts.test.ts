/** HubSpot's contacts as a webhook's handler reads and writes them. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Decision, loadEngine, type Mapping } from "@penguinmails/crm-sync";
import { createWebhookHandler, hubspotContacts } from "@penguinmails/crm-sync/webhooks";
import { delivery, event, publicUrl, secret, time } from "./support.js";

let mapping: Mapping;
before(async () => {
  const compiled = (await loadEngine()).compile(`
crm: hubspot
field_mapping:
  - {crm_field: email, penguinmails_field: email}
  - {crm_field: firstname, penguinmails_field: first_name}
  - {crm_field: company, penguinmails_field: company}
  - {crm_field: hs_email_optout, penguinmails_field: unsubscribed}
`);
  assert.ok(compiled.mapping, JSON.stringify(compiled.diagnostics));
  mapping = compiled.mapping;
});

interface Asked {
  request: string;
  body: unknown;
}

/** HubSpot, with an answer for each request. */
function hubspot(...answers: (Response | Error)[]) {
  const asked: Asked[] = [];
  const contacts = hubspotContacts({
    token: "token",
    mapping,
    async fetch(url, init) {
      assert.ok(init?.signal instanceof AbortSignal, "a call that hangs is given up");
      assert.equal(new Headers(init.headers).get("authorization"), "Bearer token");
      const path = String(url).replace("https://api.hubapi.com", "");
      asked.push({
        request: `${init.method} ${path}`,
        body: init.body === undefined ? null : JSON.parse(String(init.body)),
      });
      const answer = answers.shift();
      assert.ok(answer, `nothing more was to be asked than ${JSON.stringify(asked)}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { ...contacts, asked };
}

const contact = { objectId: "123" };
const one = "/crm/objects/2026-09/contacts/123";
const optOut = "/communication-preferences/2026-03/statuses/ada%2Bb%40a.test/unsubscribe-all?channel=EMAIL";
const email = (address: string | null) => Response.json({ id: "123", properties: { email: address } });
const left = (properties: object) => Response.json({ id: "123", properties });

/** What was changed in PenguinMails since both agreed. */
function decided(changes: object, optedOut = false, more: object = {}): Decision {
  const agreed = { email: "ada+b@a.test", first_name: "Ada", company: "A", ...(optedOut && { unsubscribed: true }) };
  const theirs = {
    email: "ada+b@a.test",
    firstname: "Ada",
    company: "A",
    ...(optedOut && { hs_email_optout: "true" }),
  };
  return mapping.resolve({
    local: { record: { ...agreed, ...changes }, updated_at: "2026-03-01T10:00:00Z", ...more },
    base: { local: agreed, crm: theirs, agreed_at: "2026-02-01T00:00:00Z" },
    crm: { record: theirs, updated_at: "2026-02-01T00:00:00Z" },
    now: "2026-03-01T10:00:05Z",
  });
}

test("a contact is asked for by its id and properties", async () => {
  const record = { id: "1/2", properties: { email: "ada@a.test", phone: null }, updatedAt: "2026-03-01T10:00:00.000Z" };
  const { fetchCrm, asked } = hubspot(Response.json(record));
  assert.deepEqual(await fetchCrm({ objectId: "1/2" }, ["email", "phone"]), record);
  assert.deepEqual(asked, [
    { request: "GET /crm/objects/2026-09/contacts/1%2F2?properties=email%2Cphone", body: null },
  ]);
});

test("404 is no contact; every other failure is thrown, without a word of the answer", async () => {
  assert.equal(
    await hubspot(Response.json({ message: "resource not found" }, { status: 404 })).fetchCrm(contact, []),
    null,
  );
  for (const status of [400, 401, 403, 429, 500, 503]) {
    const answer = Response.json({ message: "ada@a.test is wrong" }, { status });
    await assert.rejects(hubspot(answer).fetchCrm(contact, []), (error: Error) => {
      assert.deepEqual([error.name, error.message], ["HubSpotError", `HubSpot answered ${status}`]);
      assert.equal((error as Error & { status: number }).status, status);
      return true;
    });
    assert.ok(answer.bodyUsed, "the connection is free for the next call");
  }
  await assert.rejects(hubspot(new TypeError("fetch failed")).fetchCrm(contact, []), { name: "TypeError" });
});

test("a decision that has nothing for HubSpot asks nothing of it", async () => {
  const decision = decided({});
  assert.deepEqual(decision.crm, {});
  const { write, asked } = hubspot();
  assert.deepEqual([await write(contact, decision), asked], [decision.base, []]);
});

test("what the write has left is agreed on: what was taken, what was spelt otherwise, and what was not taken", async () => {
  const decision = decided({ email: "ada@new.test", first_name: "Bea ", company: "B" });
  const { write, asked } = hubspot(
    left({ email: "ada@new.test", firstname: "Bea", company: "A", phone: "edited by another", hs_object_id: "123" }),
  );
  const base = await write(contact, decision);
  const properties = { email: "ada@new.test", firstname: "Bea ", company: "B" };
  assert.deepEqual(asked, [{ request: `PATCH ${one}`, body: { properties } }]);
  assert.deepEqual(base?.crm, { email: "ada@new.test", firstname: "Bea", company: "A", hs_email_optout: null });
  assert.deepEqual(base?.local, { email: "ada@new.test", first_name: "Bea ", company: "A", unsubscribed: null });
});

test("what another has edited meanwhile is in HubSpot's answer, and is not agreed on", async () => {
  const base = await hubspot(left({ company: "B", firstname: "Eve" })).write(contact, decided({ company: "B" }));
  assert.equal((base?.crm as { firstname: string } | undefined)?.firstname, "Ada");
});

test("what HubSpot refuses is thrown", async () => {
  const refusals = [
    Response.json({}, { status: 400 }),
    Response.json({}, { status: 404 }),
    Response.json({}, { status: 429 }),
  ];
  for (const answer of refusals) {
    const { status } = answer;
    await assert.rejects(hubspot(answer).write(contact, decided({ company: "B" })), { name: "HubSpotError", status });
  }
});

test("an opt-out goes first, by the address that HubSpot has, and by no property", async () => {
  const { write, asked } = hubspot(email("ada+b@a.test"), Response.json({}), left({ company: "B" }));
  const base = await write(contact, decided({ unsubscribed: true, company: "B" }));
  assert.deepEqual(asked, [
    { request: `GET ${one}?properties=email`, body: null },
    { request: `POST ${optOut}`, body: null },
    { request: `PATCH ${one}`, body: { properties: { company: "B" } } },
  ]);
  assert.deepEqual(base?.crm, {
    ...{ email: "ada+b@a.test", firstname: "Ada", company: "B" },
    hs_email_optout: "true",
  });
});

test("an opt-out of somebody whose address is written with it is one of the new address", async () => {
  const { write, asked } = hubspot(Response.json({}), left({ email: "ada@new.test" }));
  await write(contact, decided({ unsubscribed: true, email: "ada@new.test" }));
  assert.deepEqual(
    asked.map(({ request }) => request),
    [`POST ${optOut.replace("ada%2Bb%40a.test", "ada%40new.test")}`, `PATCH ${one}`],
  );
});

test("an opt-out that fails is thrown before anything else is written", async () => {
  const { write, asked } = hubspot(email("ada+b@a.test"), Response.json({}, { status: 403 }));
  const decision = decided({ unsubscribed: true, company: "B" });
  await assert.rejects(write(contact, decision), { name: "HubSpotError", status: 403 });
  assert.equal(asked.length, 2);
  await assert.rejects(hubspot(email(null)).write(contact, decision), { name: "Refusal", message: /e-mail address/ });
});

test("an opt-in is not sent, and is not agreed on", async () => {
  const acts = { unsubscribed: { by: "subject", at: "2026-03-01T10:00:00Z" } };
  const decision = decided({ unsubscribed: false, company: "B" }, true, { acts });
  assert.deepEqual(decision.crm, { company: "B", hs_email_optout: "false" });
  const { write, asked } = hubspot(left({ company: "B" }));
  const base = await write(contact, decision);
  assert.deepEqual(asked, [{ request: `PATCH ${one}`, body: { properties: { company: "B" } } }]);
  assert.deepEqual(base?.crm, {
    ...{ email: "ada+b@a.test", firstname: "Ada", company: "B" },
    hs_email_optout: "true",
  });
});

test("nothing is created or deleted: the delivery is taken, and onError is told", async () => {
  const { write, fetchCrm, asked } = hubspot(left({ email: "ada+b@a.test", firstname: "Ada", company: "A" }));
  const errors: unknown[] = [];
  const handle = createWebhookHandler({
    ...{ secret, publicUrl, mapping, fetchCrm, now: () => time },
    loadContact: () => ({ local: { record: {}, deleted: "privacy", updated_at: "2026-03-01T10:00:00Z" }, base: null }),
    async onDecision(decision, { objectId }) {
      assert.equal(decision.outcome, "delete_crm");
      await write({ objectId }, decision);
    },
    onError: (error) => void errors.push(error),
  });
  const answer = await handle(delivery(JSON.stringify([event({})])));
  const counts = (await answer.json()) as Record<string, number>;
  assert.deepEqual([answer.status, counts.refused, counts.failed], [200, 1, 0]);
  assert.match(String(errors[0]), /^Refusal: .*not deleted/);
  assert.equal(asked.length, 1);
  const creating: Decision = { ...decided({}), outcome: "create_crm" };
  await assert.rejects(hubspot().write(contact, creating), { name: "Refusal", message: /not created/ });
});

test("without a token nothing starts", () => {
  for (const token of ["", undefined]) {
    assert.throws(() => hubspotContacts({ token: token as string, mapping }), { name: "TypeError", message: /token/ });
  }
});
