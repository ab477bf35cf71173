/** PenguinMails' changes: consent is taken out of them, and everybody who is to know is woken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { time } from "../support.js";
import { ids, keyOf, service } from "./support.js";

const key = keyOf("ours", "host");
const at = new Date(time).toISOString();
const earlier = new Date(time - 60_000).toISOString();
const { hubspot, salesforce } = ids("ours");

async function changed(changes: object[], prepare?: (to: ReturnType<typeof service>) => void) {
  const to = service();
  prepare?.(to);
  const response = await to.call("POST", "/contacts/changes", { key, body: { changes } });
  assert.equal(response.status, 202, await response.clone().text());
  const [kept] = to.store.changed;
  assert.ok(kept);
  assert.equal(kept.tenant, "ours");
  return kept;
}

test("a change is kept as it came, and wakes who wants to know at once", async () => {
  const given = { id: "c1", patch: { company: "A", note: null }, updatedAt: at, fieldTimes: { company: earlier } };
  const { changes, wakes } = await changed([given], ({ store }) => {
    for (const one of store.all) if (one.id === salesforce) one.mapping.file = "hourly";
  });
  assert.deepEqual(changes, [{ ...given, optOuts: [], optIns: [] }]);
  assert.deepEqual(wakes, [
    { integration: hubspot, wakes: [{ subject: "local:c1", lane: "live" }] },
    { integration: salesforce, wakes: [] },
  ]);
});

test("a change without a time is made now", async () => {
  const { changes } = await changed([{ id: "c1", patch: { unsubscribed: true } }]);
  assert.deepEqual(
    changes.map(({ updatedAt, optOuts: [optOut] }) => [updatedAt, optOut?.since]),
    [[at, at]],
  );
});

test("an opt-out is kept at once, and everybody looks at it, also those that are paused or look later", async () => {
  const changes = [
    { id: "c1", patch: { company: "A" }, updatedAt: at },
    { id: "c1", patch: { unsubscribed: true }, updatedAt: at },
    { id: "c2", patch: { consent: { news: true } }, updatedAt: at, fieldTimes: { "consent.news": earlier } },
    {
      id: "c3",
      patch: { unsubscribed: true },
      updatedAt: at,
      acts: { unsubscribed: { by: "subject", at: earlier, source: "one_click" } },
    },
    { id: "c4", patch: { unsubscribed: "true", consent: "yes" }, updatedAt: at },
  ];
  const kept = await changed(changes, ({ store }) => {
    for (const one of store.all) Object.assign(one, { state: "paused", mapping: { version: 1, file: "hourly" } });
  });
  assert.deepEqual(
    kept.changes.map(({ optOuts }) => optOuts),
    [
      [],
      [{ topic: "unsubscribed", since: at, source: "penguinmails" }],
      [{ topic: "consent.news", since: earlier, source: "penguinmails" }],
      [{ topic: "unsubscribed", since: earlier, source: "one_click" }],
      [],
    ],
  );
  assert.deepEqual(kept.changes[1]?.patch, { unsubscribed: true });
  const consent = ["c1", "c2", "c3"].map((id) => ({ subject: `local:${id}`, lane: "consent" }));
  assert.deepEqual(kept.wakes, [
    { integration: hubspot, wakes: consent },
    { integration: salesforce, wakes: consent },
  ]);
});

test("an opt-out is kept where there is no integration, and where a mapping cannot be read", async () => {
  const optOut = [{ id: "c1", patch: { unsubscribed: true }, updatedAt: at }];
  const kept = { topic: "unsubscribed", since: at, source: "penguinmails" };
  const without = await changed(optOut, ({ store }) => store.all.splice(0));
  assert.deepEqual(without.changes[0]?.optOuts, [kept]);
  const unreadable = await changed(optOut, ({ store }) => {
    for (const one of store.all) one.mapping.file = "unreadable";
  });
  assert.deepEqual(unreadable.changes[0]?.optOuts, [kept]);
  assert.equal(unreadable.wakes.length, 2);
});

test("only the person's own act opts in again", async () => {
  const optIn = (acts: object) => ({ id: "c1", patch: { unsubscribed: false }, updatedAt: at, acts });
  const { changes } = await changed([
    optIn({ unsubscribed: { by: "subject", at: earlier } }),
    optIn({ unsubscribed: { by: "user", at: earlier } }),
    optIn({ company: { by: "subject", at: earlier } }),
    { id: "c1", patch: { unsubscribed: null }, updatedAt: at, acts: { unsubscribed: { by: "subject", at } } },
  ]);
  assert.deepEqual(
    changes.map(({ optIns }) => optIns),
    [[{ topic: "unsubscribed", at: earlier }], [], [], []],
  );
});

test("deletions: one that the person asked for is looked at by everybody", async () => {
  const { changes, wakes } = await changed(
    [
      { id: "c1", patch: null, updatedAt: at },
      { id: "c2", patch: "privacy", updatedAt: at },
    ],
    ({ store }) => {
      for (const one of store.all) if (one.id === salesforce) one.mapping.file = "hourly";
    },
  );
  assert.deepEqual(
    changes.map(({ patch }) => patch),
    [null, "privacy"],
  );
  assert.deepEqual(
    wakes.map((one) => one.wakes.map(({ subject }) => subject)),
    [["local:c1", "local:c2"], ["local:c2"]],
  );
});

test("integers beyond 2^53 are exact, in and out", async () => {
  const to = service();
  const text = `{"changes":[{"id":"c1","patch":{"employees":9007199254740993,"deep":[{"n":-12345678901234567890}]},"updatedAt":"${at}"}]}`;
  assert.equal((await to.call("POST", "/contacts/changes", { key, body: text })).status, 202);
  assert.deepEqual(to.store.changed[0]?.changes[0]?.patch, {
    employees: 9007199254740993n,
    deep: [{ n: -12345678901234567890n }],
  });
  const contact = await (await to.call("GET", `/contacts/${ids("ours").contact}`)).text();
  assert.match(contact, /"employees":9007199254740993[,}]/);
});

test("whether a contact may be mailed, and why not", async () => {
  const mailable = async (prepare: (to: ReturnType<typeof service>) => void) => {
    const to = service();
    prepare(to);
    const contact = await (await to.call("GET", `/contacts/${ids("ours").contact}`)).text();
    return (JSON.parse(contact) as { mailable: unknown }).mailable;
  };
  const record = (more: object) => (to: ReturnType<typeof service>) => {
    Object.assign(to.store.contacts[0]?.record ?? {}, more);
  };
  const optOut = (tenant: string, topic: string) => (to: ReturnType<typeof service>) => {
    to.store.optOuts.push({ tenant, email: "ada@ours.test", topic, since: at });
  };
  const fine = { ok: true, because: [], optedOutOf: [] };
  const all = { ok: false, because: ["opted_out"], optedOutOf: [] };
  assert.deepEqual(await mailable(() => {}), fine);
  assert.deepEqual(await mailable(record({ unsubscribed: false })), fine);
  assert.deepEqual(await mailable(record({ unsubscribed: true })), all);
  assert.deepEqual(await mailable(optOut("ours", "unsubscribed")), all);
  assert.deepEqual(await mailable(optOut("ours", "all")), all);
  assert.deepEqual(await mailable(optOut("theirs", "all")), fine);
  assert.deepEqual(await mailable(optOut("ours", "consent.news")), { ...fine, optedOutOf: ["consent.news"] });
  assert.deepEqual(await mailable(record({ consent: { news: true } })), { ...fine, optedOutOf: ["consent.news"] });
  assert.deepEqual(await mailable(record({ email: null })), { ok: false, because: ["no_email"], optedOutOf: [] });
  const deleted = await mailable(({ store }) => Object.assign(store.contacts[0] ?? {}, { deleted: true }));
  assert.deepEqual(deleted, { ok: false, because: ["deleted"], optedOutOf: [] });
});

test("engagements wake their contacts once, where that is wanted at once", async () => {
  const to = service();
  for (const one of to.store.all) if (one.id === salesforce) one.mapping.file = "hourly";
  const engagements = ["e1", "e2", "e3"].map((id, index) => ({ id, contact: `c${index % 2}`, row: { n: 2 ** 40 } }));
  assert.equal((await to.call("POST", "/engagements", { key, body: { engagements } })).status, 202);
  const [kept] = to.store.rows;
  assert.deepEqual(kept?.rows, engagements);
  const wakes = [{ subject: "local:c0" }, { subject: "local:c1" }];
  assert.deepEqual(kept?.wakes, [{ integration: hubspot, wakes }]);
});
