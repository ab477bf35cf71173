/** The doctor: each of its checks with what makes it fail, and that it only reads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreed, isWrite } from "./cases.js";
import { crms, mappingOf, names } from "./hands.js";
import { type World, type WorldOptions, world } from "./world.js";

interface Check {
  code: string;
  state: string;
  fields: string[];
  hint: string;
}

async function checksOf(w: World): Promise<Record<string, Check>> {
  const since = w.standIn.calls.length;
  const { status, body } = await w.call("GET", `/api/integrations/${w.ref.id}/doctor`);
  assert.equal(status, 200, JSON.stringify(body));
  const asked = w.standIn.calls.slice(since);
  assert.ok(
    asked.every(({ path, ...call }) => path?.endsWith("/introspect") || !isWrite({ path: path ?? "", ...call })),
  );
  const calls = asked.filter(({ path, status }) => !path?.endsWith("/token") && status !== 401);
  assert.ok(calls.length <= 3, `${calls.length} calls`);
  return Object.fromEntries(body.checks.map((check: Check) => [check.code, check]));
}

const states = (checks: Record<string, Check>) =>
  Object.fromEntries(Object.values(checks).map(({ code, state }) => [code, state]));

const healthy = {
  hubspot: {
    ...{ token: "ok", scopes: "ok", fields: "ok", writable: "ok", types: "ok", key_field: "ok" },
    ...{ quota: "ok", duplicates: "ok", webhooks: "ok", subscriptions: "not_checked" },
  },
  salesforce: {
    ...{ token: "ok", scopes: "ok", fields: "ok", writable: "ok", types: "ok", key_field: "ok" },
    ...{ quota: "ok", duplicates: "ok", webhooks: "ok" },
  },
};

for (const crm of crms) {
  const sick = (
    name: string,
    spoil: (w: World) => unknown,
    wanted: Record<string, [string, ...string[]]>,
    more: WorldOptions = {},
  ) =>
    test(`${crm}: ${name}`, async () => {
      const w = await world({ crm, ...more });
      await agreed(w);
      await spoil(w);
      const checks = await checksOf(w);
      const own = Object.fromEntries(Object.entries(wanted).map(([code, [state]]) => [code, state]));
      assert.deepEqual(states(checks), { ...healthy[crm], ...own }, JSON.stringify(checks));
      for (const [code, [state, ...fields]] of Object.entries(wanted)) {
        assert.deepEqual(checks[code]?.fields, fields, code);
        if (state !== "ok") assert.ok((checks[code]?.hint.length ?? 0) > 10, "what to do");
      }
    });

  sick("nothing is wrong", () => {}, {});

  sick("the token is refused", (w) => (crm === "hubspot" ? w.portal : w.organisation).revoke(), {
    token: ["failed"],
    ...Object.fromEntries(
      ["scopes", "fields", "writable", "types", "key_field", "quota", "duplicates", "subscriptions"].map((code) => [
        code,
        ["not_checked"] as [string],
      ]),
    ),
  });

  sick(
    "the token is another account's",
    async (w) => {
      const other = crm === "hubspot" ? w.standIn.hubspot("98765") : w.standIn.salesforce("00D000000000009EAA");
      await w.clients.connect(w.ref, other.connect());
      (crm === "hubspot" ? w.portal : w.organisation).expire();
    },
    { token: ["failed"] },
  );

  sick(
    "a mapped field is not there",
    () => {},
    { fields: ["failed", crm === "hubspot" ? "no_such" : "No_Such__c"] },
    {
      mapping: mappingOf(
        crm,
        `  - {crm_field: ${crm === "hubspot" ? "no_such" : "No_Such__c"}, penguinmails_field: such, direction: from_crm}`,
      ),
    },
  );

  sick(
    "a mapped field is not to be written",
    (w) => {
      if (crm === "hubspot") w.portal.define("city", { type: "string", readOnly: true });
      else w.organisation.define("Contact", "MailingCity", { type: "text", readOnly: true });
    },
    { writable: ["failed", names[crm].city] },
  );

  sick(
    "a mapped field has another type",
    (w) => {
      if (crm === "hubspot") w.portal.define("hs_email_optout", { type: "string", readOnly: true });
      else w.organisation.define("Contact", "HasOptedOutOfEmail", { type: "text" });
    },
    { types: ["failed", names[crm].unsubscribed] },
  );

  for (const what of ["missing", "not unique", "not to be written"] as const)
    sick(
      `the key field is ${what}`,
      (w) => {
        if (crm === "hubspot") {
          if (what === "missing") w.portal.removeProperty("penguinmails_id");
          else
            w.portal.define("penguinmails_id", {
              type: "string",
              unique: what !== "not unique",
              readOnly: what === "not to be written",
            });
        } else {
          const unique = {
            unique: what !== "not unique",
            readOnly: what === "not to be written",
            hidden: what === "missing",
          };
          w.organisation.define("Contact", "PenguinMails_Id__c", { type: "text", externalId: true, ...unique });
        }
      },
      { key_field: ["failed", names[crm].key] },
    );

  for (const [left, state] of [
    [2, "warning"],
    [0, "failed"],
  ] as const)
    test(`${crm}: ${left} of the day's calls are left`, async () => {
      const w = await world({ crm });
      const client = w.clients.of(await w.integration());
      const used = 30;
      for (let count = 0; count < used; count++) await client.findByKey(["nobody"], []);
      // Those of the doctor that come before the answer that tells of it.
      const limit = used + left + (crm === "hubspot" ? 1 : 2);
      if (crm === "hubspot") w.portal.limits.daily = limit;
      else w.organisation.limits.calls = limit;
      const { quota, duplicates, fields } = await checksOf(w);
      assert.deepEqual([quota?.state, fields?.state], [state, "ok"]);
      assert.match(quota?.hint ?? "", new RegExp(`^${left} of the day's ${limit} calls`));
      assert.equal(duplicates?.state, crm === "salesforce" && left === 0 ? "not_checked" : "ok");
    });

  test(`${crm}: no webhook has come, or none for long`, async () => {
    const w = await world({ crm });
    assert.deepEqual((await checksOf(w)).webhooks?.state, "warning");
    await agreed(w);
    assert.deepEqual((await checksOf(w)).webhooks?.state, "ok");
    await w.pass(8 * 86_400_000);
    const late = (await checksOf(w)).webhooks;
    assert.deepEqual([late?.state, /for 8 days/.test(late?.hint ?? "")], ["warning", true]);
  });

  test(`${crm}: the CRM cannot be asked, and the mapping does not compile`, async () => {
    const w = await world({ crm });
    w.standIn.faults.next("unavailable", () => true, 100);
    const { token, fields } = await checksOf(w);
    assert.deepEqual([token?.state, fields?.state], ["failed", "not_checked"]);
    assert.match(token?.hint ?? "", /try again/);
    w.standIn.faults.clear();
    await w.store.addMapping(w.ref, "name: broken\nfield_mapping: 7\n");
    assert.deepEqual(states(await checksOf(w)), { mapping: "failed" });
  });
}

test("hubspot: scopes that the mapping needs are missing", async () => {
  const w = await world();
  w.portal.allow(["oauth", "crm.objects.contacts.read"]);
  const { scopes } = await checksOf(w);
  assert.deepEqual(
    [scopes?.state, scopes?.fields],
    ["failed", ["crm.objects.contacts.write", "communication_preferences.read_write"]],
  );
});

test("hubspot: a private app's token, and one of another app", async () => {
  const w = await world({ clients: { apps: {} } });
  const { token, scopes } = await checksOf(w);
  assert.deepEqual([token?.state, scopes?.state], ["ok", "not_checked"]);
  assert.match(scopes?.hint ?? "", /HUBSPOT_CLIENT_ID/);
});

test("hubspot: what nothing subscribes to is named", async () => {
  const unknown = await world();
  assert.match(
    (await checksOf(unknown)).subscriptions?.hint ?? "",
    /propertyChange of email, firstname, .*hs_email_optout/,
  );

  const apps = { hubspot: { clientId: "app", clientSecret: "secret", developerKey: "the-developer's-key" } };
  const w = await world({ clients: { apps } });
  const { key: _, ...mapped } = names.hubspot;
  const all = [
    ...["contact.creation", "contact.deletion", "object.merge", "contact.restore", "contact.privacyDeletion"].map(
      (eventType) => ({ eventType, active: true }),
    ),
    ...Object.values(mapped).map((propertyName) => ({
      eventType: "contact.propertyChange",
      propertyName,
      active: true,
    })),
  ];
  w.portal.subscribe(all);
  assert.equal((await checksOf(w)).subscriptions?.state, "ok");
  w.portal.subscribe(
    all.map((one) => ("propertyName" in one && one.propertyName === "city" ? { ...one, active: false } : one)),
  );
  const paused = (await checksOf(w)).subscriptions;
  assert.deepEqual([paused?.state, paused?.fields], ["warning", ["city"]]);
  w.portal.subscribe(all.filter(({ eventType }) => eventType !== "contact.privacyDeletion"));
  const without = (await checksOf(w)).subscriptions;
  assert.deepEqual([without?.state, without?.fields], ["warning", []]);
  assert.match(without?.hint ?? "", /contact\.privacyDeletion$/);
  assert.ok(!JSON.stringify(w.log).includes("developer"), "the key is in no log");
});

test("salesforce: field-level security hides a mapped field", async () => {
  const w = await world({ crm: "salesforce" });
  w.organisation.define("Contact", "Phone", { type: "phone", hidden: true });
  const { fields } = await checksOf(w);
  assert.deepEqual([fields?.state, fields?.fields], ["failed", ["Phone"]]);
});

test("salesforce: addresses that several records share are counted, and not asked for", async () => {
  const w = await world({ crm: "salesforce" });
  for (const email of ["a@example.com", "A@example.com", "b@example.com"]) w.hands.create({ email });
  const since = w.standIn.calls.length;
  const { duplicates } = await checksOf(w);
  assert.deepEqual([duplicates?.state, duplicates?.fields], ["warning", ["Email"]]);
  assert.match(duplicates?.hint ?? "", /^1 address that several/);
  assert.ok(w.standIn.calls.length > since);
});

test("salesforce: fields of another record are read through what leads there", async () => {
  const more = (path: string) => `  - {crm_field: ${path}, penguinmails_field: company, direction: from_crm}`;
  const good = await world({ crm: "salesforce", mapping: mappingOf("salesforce", more("Account.Name")) });
  assert.equal((await checksOf(good)).fields?.state, "ok");
  const bad = await world({ crm: "salesforce", mapping: mappingOf("salesforce", more("Acount.Name")) });
  assert.deepEqual((await checksOf(bad)).fields?.fields, ["Acount.Name"]);
});
