/** HubSpot's answers and errors through the client, its token endpoint's through the credentials. */
import type { CrmWrite } from "../../../web/service/crm/client.js";
import { createCredentials, sealTokens, tokenEndpoint } from "../../../web/service/crm/credentials.js";
import { createHttp } from "../../../web/service/crm/http.js";
import { handClock, scripted } from "../crm/support.js";
import { type Body, batch, contact, given, json } from "../hubspot/support.js";
import { sample } from "../support.js";
import { type SampleCases, thrown } from "./sample-case.js";

const answers =
  (file: string, status = 200) =>
  () =>
    new Response(sample(file), { status });
const create = (ref: string, values: Record<string, unknown>): CrmWrite => ({
  ...{ ref, kind: "create", key: `key-${ref}`, values },
});
const update = (ref: string, id: string, values: Record<string, unknown>): CrmWrite => ({
  ...{ ref, kind: "update", id, values },
  seen: { updatedAt: "2026-03-01T09:00:00.000Z", values: {}, readAt: Date.UTC(2026, 2, 1, 10) },
});
/** What is read afterwards: what was just written, by nobody else. */
const verified = (properties: Record<string, Record<string, string>>) => () =>
  batch(Object.entries(properties).map(([id, held]) => contact({ id, properties: held })));
const modified = (from: number) => ({ watermark: from, pass: null, told: {} });

export const hubspotAnswers: SampleCases = {
  "hs-batch-create-207-conflict.json": {
    why: "one was created; the other's address is held, by whom the answer says",
    async outcome(file) {
      const { client } = given({ "/batch/create": answers(file, 207), "/batch/read": () => batch([]) });
      const held = create("held", { email: "blevins@hubspot.com" });
      const written = await client.write([held, create("new", { email: "siena.dyer@hubspot.com" })]);
      return written.map((one) => (one.state === "written" ? { ref: one.ref, state: one.state, id: one.id } : one));
    },
    expected: [
      { ref: "held", state: "exists", holder: "171591000198" },
      { ref: "new", state: "written", id: "171596044870" },
    ],
  },
  "hs-batch-create-409.json": {
    why: "an address is held, by whom is not said",
    async outcome(file) {
      const { client } = given({ "/batch/create": answers(file, 409), "/batch/read": () => batch([]) });
      return client.write([create("a", { email: "a@a.test" })]);
    },
    expected: [{ ref: "a", state: "exists", holder: null }],
  },
  "hs-batch-create-400-invalid-props.json": {
    why: "refused with the fields, each once, and none of the message",
    outcome: (file) =>
      given({ "/batch/create": answers(file, 400) }).client.write([create("bad", { first000name: "x" })]),
    expected: [
      {
        ...{ ref: "bad", state: "refused", code: "PROPERTY_DOESNT_EXIST" },
        ...{ fields: ["first000name", "last000name"], hint: "HubSpot refused it with HTTP 400" },
      },
    ],
  },
  "hs-batch-400-duplicate-ids.json": {
    why: "it cannot come of two updates of one record, which go in two calls; where it comes all the same it is refused",
    async outcome(file) {
      const { client, calls } = given({
        "/batch/update": (body: Body) =>
          body.inputs.length === 2 || body.inputs[0].id === "7"
            ? answers(file, 400)()
            : batch(body.inputs.map(({ id, properties }: Body) => contact({ id, properties }))),
        "/batch/read": verified({ "123456": { firstname: "Ada" } }),
      });
      const ada = { firstname: "Ada" };
      const written = await client.write([update("a", "123456", ada), update("b", "123456", ada)]);
      const alone = await client.write([update("c", "7", ada)]);
      return [written.map(({ state }) => state), alone, calls().filter((path) => path === "/batch/update").length];
    },
    expected: [
      ["written", "written"],
      [
        {
          ...{ ref: "c", state: "refused", code: "VALIDATION_ERROR", fields: [] },
          hint: "HubSpot refused it with HTTP 400",
        },
      ],
      3,
    ],
  },
  "hs-batch-update-207-not-found.json": [
    {
      why: "the one that is not there is gone, the other is written",
      async outcome(file) {
        const answer = sample(file).replaceAll("unknownIdentifier888", "888");
        const { client } = given({
          "/batch/update": () => new Response(answer, { status: 207 }),
          "/batch/read": verified({ "171591000199": { firstname: "Ada" } }),
        });
        const written = await client.write(["888", "171591000199"].map((id) => update(id, id, { firstname: "Ada" })));
        return written.map(({ state }) => state);
      },
      expected: ["gone", "written"],
    },
    {
      why: "of a reading by our key it is no error",
      outcome: async (file) =>
        (await given({ "/batch/read": answers(file, 207) }).client.findByKey(["unknownIdentifier888"], [])).size,
      expected: 0,
    },
  ],
  "hs-batch-update-200.json": {
    why: "each update has its own result, by the record's id",
    async outcome(file) {
      const names = { "171591000198": "Markus (updated)", "171591000199": "Siena (updated)" };
      const held = Object.fromEntries(Object.entries(names).map(([id, firstname]) => [id, { firstname }]));
      const { client } = given({ "/batch/update": answers(file), "/batch/read": verified(held) });
      return client.write(
        Object.entries(names)
          .map(([id, firstname]) => update(firstname, id, { firstname }))
          .reverse(),
      );
    },
    expected: [
      {
        ...{ ref: "Siena (updated)", state: "written", id: "171591000199", record: { firstname: "Siena (updated)" } },
        updatedAt: "2025-11-04T12:10:35.352Z",
      },
      {
        ...{ ref: "Markus (updated)", state: "written", id: "171591000198", record: { firstname: "Markus (updated)" } },
        updatedAt: "2025-11-04T12:06:46.802Z",
      },
    ],
  },
  "hs-contact-created-response.json": {
    why: "it is what a create leaves, spelled as HubSpot keeps it",
    async outcome(file) {
      const { client } = given({ "/batch/create": () => batch([JSON.parse(sample(file))]) });
      const [one] = await client.write([create("a", { email: "Jonh.Doe6@test.org", firstname: "Doe2" })]);
      return one?.state === "written" && [one.id, one.record.email, one.record.firstname];
    },
    expected: ["106529700357", "jonh.doe6@test.org", "Doe2"],
  },
  "hs-400-email-already-held.json": {
    why: "refused with the field and the holder, and without the address",
    outcome: (file) =>
      given({ "/batch/update": answers(file, 400) }).client.write([
        update("a", "552148386511", { email: "redacted@example.com" }),
      ]),
    expected: [
      {
        ...{ ref: "a", state: "refused", code: "CONFLICT_VALUE", fields: ["email"] },
        hint: "a unique value is held already by record 552239500007",
      },
    ],
  },
  "hs-429.json": [
    {
      why: "the daily limit lets a write come again in an hour",
      outcome: (file) => given({ "/batch/create": answers(file, 429) }).client.write([create("a", {})]),
      expected: [{ ref: "a", state: "later", after: 3_600_000, why: "rate limit DAILY" }],
    },
    {
      why: "and a reading",
      outcome: (file) => thrown(given({ "/batch/read": answers(file, 429) }).client.read(["1"], ["phone"])),
      expected: { name: "CrmUnavailable", kind: "later", message: "rate limit DAILY", after: 3_600_000 },
    },
  ],
  "hs-oauth-invalid-grant.json": {
    why: "a refresh token that is refused is one that a person has to renew",
    async outcome(file) {
      const ref = { tenant: "acme", id: "hubspot" };
      const keyring = { current: "one", keys: { one: new Uint8Array(32).fill(7) } };
      const sealed = await sealTokens(keyring, ref, { access: "a0", refresh: "r0" });
      const store = {
        credentials: async () => ({ sealed, version: 1 }),
        saveCredentials: async () => true,
        exclusively: <T>(_: string, work: () => Promise<T>) => work(),
      };
      const clock = handClock();
      const { fetch } = scripted(answers(file, 400));
      const http = createHttp({ fetch, clock, allowedHosts: ["api.hubapi.com"] });
      const tokenUrl = tokenEndpoint.hubspot("https://api.hubapi.com");
      const app = { tokenUrl, clientId: "client", clientSecret: "hush" };
      return thrown(createCredentials({ store, ref, keyring, clock, http, app }).renew("a0"));
    },
    expected: { name: "CrmUnavailable", kind: "revoked", message: "token endpoint: HTTP 400 invalid_grant", after: 0 },
  },
  "hs-list-contacts.json": {
    why: "its ids, and where to go on; its link is not followed",
    async outcome(file) {
      const { client, asked } = given({
        "GET ": (_, { url }) => (url.searchParams.has("after") ? json({ results: [] }) : answers(file)()),
      });
      return [await client.list(null), await client.list("394"), asked.map(({ url }) => url.host)];
    },
    expected: [{ ids: ["1", "51", "101"], next: "394" }, { ids: [], next: null }, ["api.hubapi.com", "api.hubapi.com"]],
  },
  "hs-search-page1.json": {
    why: "its ids; the next page starts from its last time, not from where it says",
    async outcome(file) {
      let searches = 0;
      const { client, asked } = given(
        { "/search": () => (++searches === 1 ? answers(file)() : batch([])), "GET ": () => json({ results: [] }) },
        { changes: { pageSize: 1 } },
      );
      const page = await client.changes(modified(Date.UTC(2025, 0, 1)));
      await client.changes(page.cursor);
      const { after, filterGroups } = JSON.parse(asked[1]?.body ?? "");
      return { ids: page.ids, more: page.more, after, from: filterGroups[0].filters[0] };
    },
    expected: {
      ...{ ids: ["501"], more: true, after: undefined },
      from: {
        propertyName: "lastmodifieddate",
        operator: "GTE",
        value: String(Date.parse("2025-01-27T19:53:15.581Z")),
      },
    },
  },
  "hs-search-page2.json": {
    why: "its id, and the archived ones are next, since it is the last page",
    async outcome(file) {
      const { client, asked } = given({ "/search": answers(file), "GET ": () => json({ results: [] }) });
      const page = await client.changes(modified(Date.UTC(2025, 0, 1)));
      const archived = await client.changes(page.cursor);
      return [page.ids, page.more, asked[1]?.url.searchParams.get("archived"), archived.more];
    },
    expected: [["103107104018"], true, "true", false],
  },
};
