import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./support.mjs";

const { completePair } = await source("web/cli/pairs.ts");
const { recordsIn } = await source("web/cli/crm.ts");

const bytes = (value) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const records = (value, crm) =>
  recordsIn(bytes(value), crm).map(({ record }) =>
    record instanceof Uint8Array ? new TextDecoder().decode(record) : record.code,
  );
const pair = (value, crm) => {
  const completed = completePair(bytes(value), crm, "2026-01-01T00:00:00Z");
  return completed instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(completed)) : completed.code;
};

test("HubSpot's pages and objects are opened", () => {
  const one = { id: "1", properties: { email: "a@b.c" } };
  assert.deepEqual(records({ results: [one, { properties: {} }] }, "hubspot"), ['{"email":"a@b.c"}', "{}"]);
  assert.deepEqual(records(one, "hubspot"), ['{"email":"a@b.c"}']);
  assert.deepEqual(records({ email: "bare" }, "hubspot"), ['{"email":"bare"}']);
  assert.deepEqual(records({ results: [] }, "hubspot"), []);
});

test("Salesforce's pages are opened, an sObject is its own record", () => {
  const one = { attributes: { type: "Contact" }, Email: "a@b.c" };
  assert.deepEqual(records({ totalSize: 1, records: [one] }, "salesforce"), [JSON.stringify(one)]);
  assert.deepEqual(records(one, "salesforce"), [JSON.stringify(one)]);
});

test("an envelope is opened only as that of its own CRM", () => {
  const hubspot = { results: [{ properties: { a: 1 } }] };
  assert.deepEqual(records(hubspot, "salesforce"), [JSON.stringify(hubspot)]);
  assert.deepEqual(records(hubspot, null), [JSON.stringify(hubspot)]);
});

test("records are cut out digit by digit", () => {
  assert.deepEqual(records('{"results":[{"properties":{"a":12345678901234567890.10, "b":"\\u00e4"}}]}', "hubspot"), [
    '{"a":12345678901234567890.10, "b":"\\u00e4"}',
  ]);
});

test("answers without a record are errors, not records without values", () => {
  assert.deepEqual(records({ status: "error", message: "limit", correlationId: "x" }, "hubspot"), ["CLI004"]);
  assert.deepEqual(records({ eventId: 1, subscriptionType: "contact.creation", objectId: 2 }, "hubspot"), ["CLI004"]);
  assert.deepEqual(records({ message: "expired", errorCode: "INVALID_SESSION_ID" }, "salesforce"), ["CLI004"]);
  assert.deepEqual(records({ ChangeEventHeader: {}, Email: "a@b.c" }, "salesforce"), ["CLI004"]);
});

test("broken text passes to the engine, which says what is wrong", () => {
  assert.deepEqual(records('{"results":[{"properties"', "hubspot"), ['{"results":[{"properties"']);
});

test("the CRM's side of a pair is opened", () => {
  const hubspot = { id: "1", properties: { email: "a@b.c", phone: null }, updatedAt: "2026-01-02T00:00:00.000Z" };
  assert.deepEqual(pair({ local: null, crm: hubspot }, "hubspot"), {
    local: null,
    crm: { record: hubspot.properties, fetched: ["email", "phone"], updated_at: "2026-01-02T00:00:00.000Z" },
    now: "2026-01-01T00:00:00Z",
  });
  const salesforce = {
    attributes: { type: "Contact" },
    Email: "a@b.c",
    SystemModstamp: "2026-01-02T00:00:00.000+0000",
  };
  assert.deepEqual(pair({ crm: salesforce }, "salesforce").crm, {
    record: salesforce,
    fetched: ["Email", "SystemModstamp"],
    updated_at: "2026-01-02T00:00:00.000+00:00",
  });
  const modified = { attributes: {}, LastModifiedDate: "2026-01-02T00:00:00Z" };
  assert.equal(pair({ crm: modified }, "salesforce").crm.updated_at, "2026-01-02T00:00:00Z");
});

test("what is archived or deleted is said to be", () => {
  const archived = { id: "1", properties: {}, archived: true, archivedAt: "2026-01-02T00:00:00Z" };
  assert.deepEqual(pair({ crm: archived }, "hubspot").crm, {
    record: {},
    fetched: [],
    deleted: true,
    deleted_at: "2026-01-02T00:00:00Z",
  });
  assert.equal(pair({ crm: { attributes: {}, IsDeleted: true } }, "salesforce").crm.deleted, true);
  assert.equal(pair({ crm: { attributes: {}, IsDeleted: false } }, "salesforce").crm.deleted, undefined);
});

test("what a pair says itself holds", () => {
  const side = { record: { a: 1 }, fetched: ["a", "b"], updated_at: "2025-01-01T00:00:00Z" };
  assert.deepEqual(pair({ crm: side, now: "2027-01-01T00:00:00Z" }, "hubspot"), {
    crm: side,
    now: "2027-01-01T00:00:00Z",
  });
  assert.deepEqual(pair({ crm: { record: { a: 1, b: 2 } } }, null).crm, {
    record: { a: 1, b: 2 },
    fetched: ["a", "b"],
  });
  const wrapped = { record: { id: "1", properties: { a: "1" }, updatedAt: "2026-01-02T00:00:00Z" }, updated_at: null };
  assert.deepEqual(pair({ crm: wrapped }, "hubspot").crm, { record: { a: "1" }, fetched: ["a"], updated_at: null });
  assert.deepEqual(pair({ crm: null }, "hubspot").crm, null);
  assert.deepEqual(pair({ crm: { deleted: true } }, "hubspot").crm, { deleted: true });
});

test("a side without any sign of one is left to the engine", () => {
  assert.deepEqual(pair({ crm: { email: "a@b.c" } }, "hubspot").crm, { email: "a@b.c" });
  assert.deepEqual(pair({ crm: "text" }, "hubspot").crm, "text");
});

test("bytes that are no UTF-8 reach the engine as they are", () => {
  const text = Buffer.concat([bytes('{"crm":{"record":{"a":"'), Buffer.from([0xff]), bytes('"}},"base":null}')]);
  const completed = Buffer.from(completePair(text, "hubspot", "2026-01-01T00:00:00Z"));
  assert.ok(completed.includes(0xff));
});
