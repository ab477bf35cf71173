import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrmWrite } from "../../../web/service/crm/client.js";
import { batch, contact, given, json, reads } from "./support.js";

const statuses = "/communication-preferences/2026-03/statuses/ada%2Bx%40a.test";
const consent = (
  values: Record<string, unknown>,
  seen: Record<string, unknown> = {},
  email: string | null = "ada+x@a.test",
): CrmWrite => ({
  ref: "a",
  kind: "consent",
  id: "1",
  email,
  values,
  seen: { updatedAt: null, values: seen, readAt: 0 },
});
const done = () => json({ status: "COMPLETE", results: [] });

test("the fields of consent are HubSpot's own and those of the configuration", () => {
  assert.deepEqual(given({}).client.consentFields, ["hs_email_optout", "optout_news"]);
});

test("an opt-out of everything, at once and whatever the record holds by now", async () => {
  const { client, asked } = given({ [`POST ${statuses}/unsubscribe-all`]: done });
  const [result] = await client.write([consent({ hs_email_optout: "true" }, { hs_email_optout: null })]);
  assert.deepEqual(result, {
    ref: "a",
    state: "written",
    id: "1",
    record: { hs_email_optout: "true" },
    updatedAt: null,
  });
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.url.searchParams.get("channel"), "EMAIL");
});

test("an opt-out of one subscription", async () => {
  const { client, asked } = given({ [`POST ${statuses}`]: done });
  assert.equal((await client.write([consent({ optout_news: "true" })]))[0]?.state, "written");
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), {
    channel: "EMAIL",
    statusState: "UNSUBSCRIBED",
    subscriptionId: 777,
  });
});

test("an opt-in of one subscription, with its basis, while the record is as it was seen", async () => {
  for (const [held, state, requests] of [
    ["true", "written", 2],
    ["", "changed", 1],
  ] as const) {
    const { client, asked } = given({
      [`POST ${statuses}`]: done,
      "/batch/read": reads(() => [{ id: "1", properties: { optout_news: held } }]),
    });
    const [result] = await client.write([consent({ optout_news: "false" }, { optout_news: "true" })]);
    assert.equal(result?.state, state);
    assert.equal(asked.length, requests);
    if (state !== "written") continue;
    const { statusState, legalBasis } = JSON.parse(asked[1]?.body ?? "");
    assert.deepEqual([statusState, legalBasis], ["SUBSCRIBED", "CONSENT_WITH_NOTICE"]);
  }
});

test("an opt-out of everything is not lifted", async () => {
  const { client, asked } = given({
    "/batch/read": reads(() => [{ id: "1", properties: { hs_email_optout: "true" } }]),
  });
  const [result] = await client.write([consent({ hs_email_optout: "false" }, { hs_email_optout: "true" })]);
  assert.equal(result?.state === "refused" && result.code, "OPT_IN_NOT_ALLOWED");
  assert.equal(asked.length, 1);
});

test("HubSpot refuses an opt-in, as a code and without the address", async () => {
  const { client } = given({
    [`POST ${statuses}`]: () =>
      json({ category: "VALIDATION_ERROR", message: "ada+x@a.test cannot be subscribed" }, 400),
    "/batch/read": reads(() => [{ id: "1", properties: { optout_news: "true" } }]),
  });
  const [result] = await client.write([consent({ optout_news: "" }, { optout_news: "true" })]);
  assert.deepEqual(result, {
    ref: "a",
    state: "refused",
    code: "VALIDATION_ERROR",
    fields: ["optout_news"],
    hint: "HubSpot refused the opt-in",
  });
});

test("without an address there is no consent to write", async () => {
  const [result] = await given({}).client.write([consent({ hs_email_optout: "true" }, {}, null)]);
  assert.equal(result?.state === "refused" && result.code, "EMAIL_MISSING");
});

test("an opt-out goes before all other writes, and is told though those cannot be sent", async () => {
  const { client, calls } = given({
    [`POST ${statuses}/unsubscribe-all`]: done,
    "/batch/create": () => json({}, 401),
  });
  const create: CrmWrite = { ref: "b", kind: "create", key: "k", values: {} };
  const results = await client.write([create, consent({ hs_email_optout: "true" })]);
  assert.deepEqual(
    results.map(({ state }) => state),
    ["later", "written"],
  );
  assert.equal(calls()[0], `${statuses}/unsubscribe-all`);
});

test("a lost answer is unknown; lookUp sends an opt-out again, and decides an opt-in anew", async () => {
  const { client } = given({
    [`POST ${statuses}/unsubscribe-all`]: () => json({}, 502),
    "/batch/read": reads(() => [{ id: "1", properties: { hs_email_optout: null, optout_news: "true" } }]),
  });
  const out = consent({ hs_email_optout: "true" });
  assert.equal((await client.write([out]))[0]?.state, "unknown");
  assert.equal((await client.lookUp([out], []))[0]?.state, "later");
  assert.equal((await client.lookUp([consent({ optout_news: "false" })], []))[0]?.state, "changed");
  assert.equal((await client.lookUp([consent({ optout_news: "true" })], []))[0]?.state, "written");
});

test("ordinary fields beside consent are updated after it", async () => {
  const { client, calls } = given({
    [`POST ${statuses}/unsubscribe-all`]: done,
    "/batch/update": () => batch([contact({ id: "1", properties: { reason: "x" } })]),
    "/batch/read": reads(() => [{ id: "1", properties: { reason: "" } }]),
  });
  const write = consent({ hs_email_optout: "true", reason: "x" }, { reason: "" });
  const [result] = await client.write([write]);
  assert.deepEqual(result?.state === "written" && result.record, { reason: "x", hs_email_optout: "true" });
  assert.deepEqual(calls(), [`${statuses}/unsubscribe-all`, "/batch/read", "/batch/update", "/batch/read"]);
});
