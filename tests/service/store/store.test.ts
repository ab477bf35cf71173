/** What the store promises: all of a step or nothing, nothing twice, no older value over a newer one. */
import assert from "node:assert/strict";
import type { CrmWrite } from "../../../web/service/crm/client.js";
import type { StoredReview } from "../../../web/service/store/model.js";
import { AccountTaken, type Engagement, type Incoming } from "../../../web/service/store/store.js";
import {
  at,
  contract,
  decisionAudit,
  fresh,
  holding,
  linked,
  type Opened,
  pairOf,
  planOf,
  tenant,
  waiting,
} from "./support.js";

const update = (id: string, values: object, ref = crypto.randomUUID()): CrmWrite => ({
  ref,
  kind: "update",
  id,
  values: { ...values },
  seen: { updatedAt: at, values: {}, readAt: 0 },
});

const event = (key: string, subject: `crm:${string}`): Incoming["events"][number] => ({
  key,
  subject,
  kind: "propertyChange",
  occurredAt: at,
});

const review = (id: string, more: Partial<StoredReview> = {}): StoredReview => ({
  id,
  field: "phone",
  local: "1",
  crm: null,
  base: { a: 12345678901234567890n },
  reason: "both_changed",
  opened_at: at,
  integration: "",
  contact: null,
  crmId: null,
  state: "open",
  answer: null,
  candidates: null,
  ...more,
});

const change = (
  id: string,
  patch: Record<string, unknown> | null | "privacy",
  updatedAt: string,
  more: object = {},
) => ({
  ...{ id, patch, updatedAt, optOuts: [], optIns: [] },
  ...more,
});

/** A linked contact with an intent on its way. */
async function withIntent(opened: Opened, ref: { tenant: string; id: string }) {
  const one = await linked(opened, ref);
  const write = update(one.crmId, { phone: "1" });
  await opened.store.commit(ref, [planOf(one.pair, one.id, { intents: [write], audit: decisionAudit() })]);
  return { ...one, write };
}

const settledAs = (crmId: string | null, more: object = {}) => ({
  base: { phone: "1" },
  crmId,
  wrote: {},
  notTaken: 0,
  refused: null,
  link: "linked" as const,
  ...more,
});

contract({
  "an account belongs to one integration of one tenant": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const { account, settings } = (await store.integration(hubspot)) as NonNullable<
      Awaited<ReturnType<typeof store.integration>>
    >;
    const other = await tenant(opened);
    const given = { crm: "hubspot" as const, account, file: "", settings, state: "active" as const };
    await assert.rejects(store.addIntegration({ tenant: other.name, id: "stolen" }, given), AccountTaken);
    await assert.rejects(store.addIntegration({ tenant: name, id: "again" }, given), AccountTaken);
    assert.equal((await store.integrationOfAccount("hubspot", account))?.tenant, name);
    assert.equal(await store.integrationOfAccount("salesforce", account), null);
  },

  "mapping versions follow one another, and the last one is in force": async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    assert.deepEqual(await store.addMapping(hubspot, "name: two"), { version: 2, file: "name: two" });
    assert.deepEqual((await store.integration(hubspot))?.mapping, { version: 2, file: "name: two" });
    await store.setState(hubspot, "paused");
    assert.equal((await store.integration(hubspot))?.state, "paused");
    await store.setSynced(hubspot, at);
    await store.setSynced(hubspot, "2025-01-01T00:00:00.000Z");
    assert.equal((await store.integration(hubspot))?.lastSyncAt, at);
  },

  "credentials are saved over the version that was read only": async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    assert.equal(await store.credentials(hubspot), null);
    assert.equal(await store.saveCredentials(hubspot, "one", 0), true);
    assert.equal(await store.saveCredentials(hubspot, "two", 0), false);
    assert.equal(await store.saveCredentials(hubspot, "two", 1), true);
    assert.deepEqual(await store.credentials(hubspot), { sealed: "two", version: 2 });
  },

  "keys of callers are known by their hash": async (opened) => {
    const { store } = opened;
    const { name } = await tenant(opened);
    const hash = fresh("hash");
    assert.equal(await store.hasApiKey(name), false);
    await store.addApiKey(name, hash, "ann", ["reader", "host"]);
    assert.equal(await store.hasApiKey(name), true);
    assert.deepEqual(await store.callerOf(hash), { tenant: name, actor: "ann", roles: ["reader", "host"] });
    assert.equal(await store.callerOf("unknown"), null);
  },

  "who is connecting comes back once, with both secrets, in time": async (opened) => {
    const { store, clock } = opened;
    const { name, hubspot } = await tenant(opened);
    const begin = async (environment: "sandbox" | null) => {
      const given = {
        ...{ stateHash: fresh("state"), cookieHash: fresh("cookie"), sessionHash: fresh("session") },
        ...{ tenant: name, integration: hubspot.id, environment },
        expiresAt: new Date(clock.now() + 1000).toISOString(),
      };
      await store.addConnecting(given);
      return given;
    };
    const take = (stateHash: string, cookieHash: string, after = 999) =>
      store.takeConnecting(stateHash, cookieHash, new Date(clock.now() + after));
    const [one, other] = [await begin("sandbox"), await begin(null)];
    assert.equal(await take(one.stateHash, other.cookieHash), null);
    assert.deepEqual(await take(one.stateHash, one.cookieHash), one);
    assert.equal(await take(one.stateHash, one.cookieHash), null, "once");
    assert.equal(await take(other.stateHash, other.cookieHash, 1000), null, "too late");
    assert.equal(await take(other.stateHash, other.cookieHash), null, "and used up by that");
    const left = await begin(null);
    clock.time += 1001;
    await store.pruneCallers();
    const inTime = new Date(clock.now() - 1001);
    assert.equal(
      await store.takeConnecting(left.stateHash, left.cookieHash, inTime),
      null,
      "whoever never comes back leaves nothing",
    );
  },

  "credentials that are destroyed are not there any more, and others can take their place": async (opened) => {
    const { store } = opened;
    const { hubspot, salesforce } = await tenant(opened);
    for (const ref of [hubspot, salesforce]) assert.equal(await store.saveCredentials(ref, "sealed", 0), true);
    await store.removeCredentials(hubspot);
    assert.equal(await store.credentials(hubspot), null);
    assert.equal(await store.saveCredentials(hubspot, "renewed", 1), false);
    assert.equal(await store.saveCredentials(hubspot, "anew", 0), true);
    assert.equal((await store.credentials(salesforce))?.sealed, "sealed");
  },

  "a session has its key's roles, until its time is over, it is ended, or the key is taken back": async (opened) => {
    const { store, clock } = opened;
    const [one, other] = [(await tenant(opened)).name, (await tenant(opened)).name];
    const [keyHash, hash] = [fresh("hash"), fresh("session")];
    await store.addApiKey(one, keyHash, "ann", ["editor"]);
    const begin = (hash: string) =>
      store.addSession({ hash, tenant: one, keyHash, expiresAt: new Date(clock.now() + 1000).toISOString() });
    const caller = (hash: string, after = 0) => store.callerOfSession(hash, new Date(clock.now() + after));
    await begin(hash);
    assert.deepEqual(await caller(hash, 999), { tenant: one, actor: "ann", roles: ["editor"] });
    assert.equal(await caller(hash, 1000), null);
    assert.equal(await caller("unknown"), null);
    await store.endSession(hash);
    assert.equal(await caller(hash), null);

    const next = fresh("session");
    await begin(next);
    const [key] = await store.apiKeys(one);
    const createdAt = new Date(clock.now()).toISOString();
    assert.deepEqual(key, { id: key?.id, actor: "ann", roles: ["editor"], createdAt });
    assert.deepEqual(await store.apiKeys(other), []);
    assert.equal(await store.removeApiKey(other, key?.id ?? ""), false, "another tenant's");
    assert.ok(await caller(next));
    assert.equal(await store.removeApiKey(one, key?.id ?? ""), true);
    assert.deepEqual([await caller(next), await store.callerOf(keyHash)], [null, null]);
  },

  "an event is new once, and wakes what it names": async (opened) => {
    const { store } = opened;
    const { hubspot, salesforce } = await tenant(opened);
    const delivery: Incoming = {
      events: [event("1", "crm:7"), event("2", "crm:7"), event("1", "crm:7")],
      optOuts: [],
      wakes: [{ subject: "crm:7" }],
    };
    assert.deepEqual(await store.receive(hubspot, delivery), [true, true, false]);
    assert.deepEqual(await waiting(opened, hubspot), ["crm:7"]);
    assert.deepEqual(await store.receive(hubspot, delivery), [false, false, false]);
    assert.deepEqual(await waiting(opened, hubspot), []);
    assert.deepEqual(
      await store.receive(salesforce, delivery),
      [true, true, false],
      "each integration has its own inbox",
    );
  },

  "an opt-out in a delivery stands against the address at once, and stays with the contact": async (opened) => {
    const { store } = opened;
    const { hubspot, name } = await tenant(opened);
    const one = await linked(opened, hubspot, { email: "Ann@Example.com" });
    const optOut = { crmId: one.crmId, topic: "unsubscribed", since: at, source: "hubspot" };
    await store.receive(hubspot, { events: [], optOuts: [optOut, { ...optOut, crmId: "nobody" }], wakes: [] });
    const [kept] = await store.suppressions(name, " ann@example.COM ");
    assert.deepEqual([kept?.topic, kept?.since, kept?.source], ["unsubscribed", at, "hubspot"]);
    assert.ok(!JSON.stringify(kept).toLowerCase().includes("ann@"), "no address is kept");
    await store.changeContacts(name, [change(one.id, { email: "new@example.com" }, "2026-03-01T00:00:00Z")], []);
    assert.equal((await store.suppressions(name, "new@example.com"))[0]?.since, at, "it follows the contact");
    assert.equal((await store.suppressions(name, "ann@example.com")).length, 1, "and stays with the address");
    assert.equal((await pairOf(opened, hubspot, `local:${one.id}`)).suppressions.length, 1);
    const other = await tenant(opened);
    assert.deepEqual(await store.suppressions(other.name, "ann@example.com"), []);
  },

  "an opt-in lifts what is older than it, and nothing else": async (opened) => {
    const { store } = opened;
    const { name } = await tenant(opened);
    const id = fresh("contact");
    const optOut = (since: string, topic = "unsubscribed") => ({ optOuts: [{ topic, since, source: "penguinmails" }] });
    const optIn = (when: string) => ({ optIns: [{ topic: "unsubscribed", at: when }] });
    const email = "bob@example.com";
    const topics = async () => (await store.suppressions(name, email)).map(({ topic }) => topic);
    await store.changeContacts(name, [change(id, { email }, at, optOut(at))], []);
    assert.deepEqual(await topics(), ["unsubscribed"]);
    await store.changeContacts(name, [change(id, {}, at, optIn("2026-01-01T00:00:00Z"))], []);
    assert.deepEqual(await topics(), ["unsubscribed"], "the opt-in is older");
    await store.changeContacts(name, [change(id, {}, at, optOut(at, "newsletter"))], []);
    await store.changeContacts(name, [change(id, {}, at, optIn("2026-02-02T00:00:00Z"))], []);
    assert.deepEqual(await topics(), ["newsletter"]);
  },

  "no older value overwrites a newer one, whatever the order": async (opened) => {
    const { store } = opened;
    const { name } = await tenant(opened);
    const id = fresh("contact");
    const later = change(id, { phone: "new", address: { city: "Bonn" } }, "2026-02-02T00:00:00Z");
    const earlier = change(
      id,
      { phone: "old", name: "Ann", address: { city: "Ulm", zip: "1" } },
      "2026-02-01T00:00:00Z",
    );
    assert.deepEqual(await store.changeContacts(name, [later], []), [{ id, version: 1 }]);
    assert.deepEqual(await store.changeContacts(name, [earlier], []), [
      { id, version: 2, keeps: ["phone", "address.city"] },
    ]);
    assert.deepEqual((await store.contact(name, id))?.record, {
      phone: "new",
      address: { city: "Bonn", zip: "1" },
      name: "Ann",
    });
    assert.deepEqual(await store.changeContacts(name, [earlier, later], []), [
      { id, version: 2, keeps: ["phone", "address.city"] },
      { id, version: 2 },
    ]);
    const field = change(id, { phone: "field" }, "2026-02-03T00:00:00Z", {
      fieldTimes: { phone: "2026-01-01T00:00:00Z" },
    });
    await store.changeContacts(name, [field], []);
    assert.equal((await store.contact(name, id))?.record.phone, "new");
  },

  "a time in whole seconds may be any moment of its second": async (opened) => {
    const { store } = opened;
    const { name } = await tenant(opened);
    const id = fresh("contact");
    const phone = async () => (await store.contact(name, id))?.record.phone;
    await store.changeContacts(name, [change(id, { phone: "first" }, "2026-02-02T00:00:07.400Z")], []);
    await store.changeContacts(name, [change(id, { phone: "later" }, "2026-02-02T00:00:07Z")], []);
    assert.equal(await phone(), "later");
    await store.changeContacts(name, [change(id, { phone: "last" }, "2026-02-02T00:00:07.400Z")], []);
    await store.changeContacts(name, [change(id, { phone: "older" }, "2026-02-02T00:00:06Z")], []);
    assert.equal(await phone(), "last");
  },

  "values come back as they were: long integers, the order of keys, empty things": async (opened) => {
    const { store } = opened;
    const { name } = await tenant(opened);
    const id = fresh("contact");
    const record = {
      z: 12345678901234567890n,
      a: { b: [1.5, null, ""], 1: "'\"\\\u0000ü😀".replace("\u0000", "") },
      e: {},
    };
    await store.changeContacts(name, [change(id, record, at)], []);
    const kept = (await store.contact(name, id))?.record;
    assert.deepEqual(kept, record);
    assert.deepEqual(Object.keys(kept ?? {}), ["z", "a", "e"]);
  },

  "deleting and coming back; privacy": async (opened) => {
    const { store } = opened;
    const { name } = await tenant(opened);
    const id = fresh("contact");
    await store.changeContacts(name, [change(id, { email: "a@example.com" }, at)], []);
    await store.changeContacts(name, [change(id, null, "2026-02-02T00:00:00Z")], []);
    assert.equal((await store.contact(name, id))?.deleted, true);
    await store.changeContacts(name, [change(id, { email: "b@example.com" }, "2026-02-01T12:00:00Z")], []);
    assert.equal((await store.contact(name, id))?.deleted, true, "an older change revives nothing");
    await store.changeContacts(name, [change(id, { email: "c@example.com" }, "2026-02-03T00:00:00Z")], []);
    assert.equal((await store.contact(name, id))?.deleted, false);
    await store.changeContacts(name, [change(id, "privacy", "2026-02-04T00:00:00Z")], []);
    assert.equal((await store.contact(name, id))?.deleted, "privacy");
    assert.deepEqual(await store.changeContacts(name, [change("nobody", null, at)], []), [
      { id: "nobody", version: 0 },
    ]);
  },

  "changes wake the integrations that the caller names, in the same transaction": async (opened) => {
    const { store } = opened;
    const { name, hubspot, salesforce } = await tenant(opened);
    const id = fresh("contact");
    await store.changeContacts(
      name,
      [change(id, { a: 1 }, at)],
      [{ integration: hubspot.id, wakes: [{ subject: `local:${id}` }] }],
    );
    assert.deepEqual(await waiting(opened, hubspot), [`local:${id}`]);
    assert.deepEqual(await waiting(opened, salesforce), []);
    assert.deepEqual(await store.changedContacts(hubspot, null, 10), [id]);
  },

  "engagements come once, stand in the record for a decision only, and are news": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const one = await linked(opened, hubspot);
    const row: Engagement = { id: fresh("row"), contact: one.id, row: { kind: "open", n: 12345678901234567890n } };
    assert.deepEqual(
      await store.addEngagements(name, [row, { ...row, id: fresh("row"), row: { kind: "click" } }], []),
      [one.id],
    );
    assert.deepEqual(await store.addEngagements(name, [row], []), []);
    const pair = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.deepEqual(pair.contact?.record.engagements, [row.row, { kind: "click" }]);
    assert.equal((await store.contact(name, one.id))?.record.engagements, undefined);
    assert.deepEqual(await store.changedContacts(hubspot, null, 10), [one.id]);
  },

  "a pair is loaded once, by whichever of its sides": async (opened) => {
    const { store } = opened;
    const { hubspot, salesforce } = await tenant(opened);
    const one = await linked(opened, hubspot);
    const pairs = await store.loadPairs(hubspot, [
      `crm:${one.crmId}`,
      "crm:unknown",
      `local:${one.id}`,
      "local:unknown",
    ]);
    assert.deepEqual(
      pairs.map(({ subjects, contact }) => [subjects, contact?.id]),
      [
        [[`crm:${one.crmId}`, `local:${one.id}`], one.id],
        [["crm:unknown"], undefined],
        [["local:unknown"], undefined],
      ],
    );
    assert.equal((await pairOf(opened, salesforce, `local:${one.id}`)).link, null, "a link is one integration's");
    assert.equal(
      (await pairOf(opened, salesforce, `local:${one.id}`)).contact?.id,
      one.id,
      "a contact is the tenant's",
    );
    assert.equal((await pairOf(opened, salesforce, `crm:${one.crmId}`)).contact, null);
    const byEmail = await store.pairsByEmail(hubspot, ["ANN@example.com", "nobody@example.com"]);
    assert.deepEqual(
      byEmail.get("ANN@example.com")?.map(({ contact }) => contact?.id),
      [one.id],
    );
    assert.deepEqual(byEmail.get("nobody@example.com"), []);
    assert.deepEqual(await store.links(hubspot, null, 10), [{ contact: one.id, crmId: one.crmId }]);
    assert.deepEqual(await store.links(hubspot, one.crmId, 10), []);
  },

  "a plan made of what is no more is stale, and nothing of it is done": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const one = await linked(opened, hubspot);
    const write = update(one.crmId, { phone: "1" });
    const plan = planOf(one.pair, one.id, {
      record: { email: "overwritten@example.com" },
      base: { email: "b" },
      reviews: [review(fresh("review"))],
      intents: [write],
      audit: decisionAudit(),
      optOuts: [{ email: "x@example.com", topic: "unsubscribed", since: at, source: "crm" }],
      wakes: [{ subject: `local:${one.id}` }],
    });
    await store.changeContacts(name, [change(one.id, { email: "edited@example.com" }, "2030-01-01T00:00:00Z")], []);
    assert.deepEqual(await store.commit(hubspot, [plan]), ["stale"]);
    const pair = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.equal(pair.contact?.record.email, "edited@example.com");
    assert.deepEqual([pair.intents, pair.reviews, pair.link?.base], [[], [], { email: "a" }]);
    assert.deepEqual(await store.audit(name, { limit: 10 }), []);
    assert.deepEqual(await store.suppressions(name, "x@example.com"), []);
    assert.deepEqual(await waiting(opened, hubspot), []);
    const [again, twice] = await store.commit(hubspot, [
      { ...plan, pair },
      { ...plan, pair, intents: [], audit: null },
    ]);
    assert.deepEqual([again, twice], ["committed", "stale"], "of two plans of one pair the second is to see the first");
    const after = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.equal(after.link?.syncedVersion, after.contact?.version);
    assert.deepEqual(await store.commit(hubspot, [{ ...plan, pair }]), ["stale"], "the link has gone on");
  },

  "a record is linked to one contact, also where two are committed at once": async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    const crmId = fresh("record");
    const pair = await pairOf(opened, hubspot, `crm:${crmId}`);
    const plan = (id: string) => planOf(pair, id, { crmId, record: { id }, base: {} });
    assert.deepEqual(await store.commit(hubspot, [plan("first"), plan("second")]), ["committed", "stale"]);
    const fates = await Promise.all(["third", "fourth", "fifth"].map((id) => store.commit(hubspot, [plan(id)])));
    assert.deepEqual(fates.flat(), ["stale", "stale", "stale"]);
    const other = fresh("record");
    const raced = await pairOf(opened, hubspot, `crm:${other}`);
    const race = await Promise.all(
      ["one", "two", "three"].map((id) => store.commit(hubspot, [planOf(raced, id, { crmId: other, record: {} })])),
    );
    assert.equal(race.flat().filter((fate) => fate === "committed").length, 1);
    assert.equal((await store.links(hubspot, null, 10)).length, 2);
  },

  "what a decision changes the tenant's other integrations look at": async (opened) => {
    const { store } = opened;
    const { hubspot, salesforce } = await tenant(opened);
    const one = await linked(opened, hubspot);
    await store.commit(hubspot, [planOf(one.pair, one.id, { record: { a: 1 } })], [salesforce.id]);
    assert.deepEqual(await waiting(opened, salesforce), [`local:${one.id}`]);
    const pair = await pairOf(opened, hubspot, `local:${one.id}`);
    await store.commit(hubspot, [planOf(pair, one.id, { base: { b: 1 } })], [salesforce.id]);
    assert.deepEqual(await waiting(opened, salesforce), [], "nothing of the contact has changed");
  },

  "an intent is marked once, and settled once": async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    const { id, crmId, write } = await withIntent(opened, hubspot);
    const planned = (await pairOf(opened, hubspot, `local:${id}`)).intents[0];
    assert.deepEqual([planned?.state, planned?.write, planned?.before], ["planned", write, { a: 1 }]);
    const marks = await Promise.all([store.sending(hubspot, [write.ref]), store.sending(hubspot, [write.ref])]);
    assert.deepEqual(marks.flat(), [write.ref]);
    const sent = (await pairOf(opened, hubspot, `local:${id}`)).intents[0];
    assert.deepEqual(
      [sent?.state, sent?.attempts, sent?.sentAt],
      ["sent", 1, new Date(opened.clock.now()).toISOString()],
    );
    const answer = { id: crmId, record: { phone: "1" } };
    const fates = [{ id: write.ref, state: "acknowledged" as const, answer }];
    await store.settle(hubspot, [{ contact: id, intents: fates, settled: settledAs(crmId), wakes: [] }]);
    const pair = await pairOf(opened, hubspot, `local:${id}`);
    assert.deepEqual([pair.intents, pair.link?.base], [[], { phone: "1" }]);
    const late = settledAs(crmId, { base: { phone: "from another process" } });
    await store.settle(hubspot, [{ contact: id, intents: fates, settled: late, wakes: [] }]);
    assert.deepEqual((await pairOf(opened, hubspot, `local:${id}`)).link, pair.link, "who comes late changes nothing");
  },

  "all intents of a decision are there while one of them is not final": async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    const one = await linked(opened, hubspot);
    const [first, second] = [update(one.crmId, { a: "1" }), update(one.crmId, { b: "2" })];
    await store.commit(hubspot, [planOf(one.pair, one.id, { intents: [first, second], audit: decisionAudit() })]);
    await store.settle(hubspot, [{ contact: one.id, intents: [{ id: first.ref, state: "acknowledged" }], wakes: [] }]);
    const { intents } = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.deepEqual(
      intents.map(({ id, state }) => [id, state]),
      [
        [first.ref, "acknowledged"],
        [second.ref, "planned"],
      ],
    );
  },

  "dead letters are shown and replayed": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const { id, crmId, write } = await withIntent(opened, hubspot);
    const error = { code: "INVALID", fields: ["phone"], hint: "a hint" };
    const settled = settledAs(crmId, { refused: '{"phone":"hash"}' });
    await store.settle(hubspot, [
      { contact: id, intents: [{ id: write.ref, state: "dead", error }], settled, wakes: [] },
    ]);
    const [dead] = await store.deadIntents(name);
    assert.deepEqual(
      { ...dead, since: "" },
      { id: write.ref, integration: "hubspot", contact: id, crmId, error, since: "" },
    );
    assert.equal((await pairOf(opened, hubspot, `local:${id}`)).refused, '{"phone":"hash"}');
    assert.equal(await store.replayIntents((await tenant(opened)).name, [write.ref]), 0, "not another tenant's");
    assert.equal(await store.replayIntents(name, [write.ref]), 1);
    assert.deepEqual([await store.deadIntents(name), await store.replayIntents(name, [write.ref])], [[], 0]);
    assert.equal((await pairOf(opened, hubspot, `local:${id}`)).refused, null);
    assert.deepEqual(await waiting(opened, hubspot), [`local:${id}`]);
  },

  "reviews: opened, answered once, closed; an answer makes decisions that do not know it stale": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const one = await linked(opened, hubspot);
    const id = fresh("review");
    await store.commit(hubspot, [planOf(one.pair, one.id, { reviews: [review(id)] })]);
    const [open] = await store.reviews(name, { state: "open" });
    assert.deepEqual(open, review(id, { integration: "hubspot", contact: one.id, crmId: one.crmId }));
    const before = await pairOf(opened, hubspot, `local:${one.id}`);
    const answer = { choose: "crm", at, by: "ann" } as const;
    assert.equal(await store.answerReview(name, "hubspot", id, answer), "answered");
    assert.equal(await store.answerReview(name, "hubspot", id, answer), "gone");
    assert.equal(await store.answerReview((await tenant(opened)).name, "hubspot", id, answer), "gone");
    assert.deepEqual(await waiting(opened, hubspot), [`local:${one.id}`]);
    assert.deepEqual(await store.commit(hubspot, [planOf(before, one.id, { closed: [id] })]), ["stale"]);
    const pair = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.deepEqual(pair.reviews[0]?.answer, answer);
    await store.commit(hubspot, [planOf(pair, one.id, { closed: [id] })]);
    assert.deepEqual((await pairOf(opened, hubspot, `local:${one.id}`)).reviews, []);
    assert.equal((await store.reviews(name, { state: "closed" })).length, 1);
  },

  "an answer that does not fit its question is not taken": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const questions = {
      field: { field: "note", candidates: null },
      deletion: { field: null, candidates: null },
      identity: { field: null, crmId: "9", candidates: ["local:a" as const] },
    };
    for (const [kind, question] of Object.entries(questions)) {
      await store.openReview(hubspot, review(`${name}-${kind}`, { contact: null, ...question }));
    }
    const said = { at, by: "ann" };
    const unfit = {
      field: [{ choose: "none" }, { choose: "link", candidate: "local:a" }],
      deletion: [{ choose: "value", value: "x" }, { choose: "none" }],
      identity: [{ choose: "crm" }, { choose: "value", value: "x" }, { choose: "link", candidate: "local:b" }],
    } as const;
    for (const [kind, answers] of Object.entries(unfit)) {
      for (const one of answers) {
        const given = { ...one, ...said };
        assert.equal(
          await store.answerReview(name, "hubspot", `${name}-${kind}`, given),
          "unfit",
          JSON.stringify(given),
        );
      }
    }
    assert.equal((await store.reviews(name, { state: "open" })).length, 3);
    const fit = {
      field: { choose: "value", value: "x" },
      deletion: { choose: "crm" },
      identity: { choose: "none" },
    } as const;
    for (const [kind, one] of Object.entries(fit)) {
      assert.equal(await store.answerReview(name, "hubspot", `${name}-${kind}`, { ...one, ...said }), "answered");
    }
  },

  "a question of who is who waits with what it is about": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const ask = review("identity:crm:9", {
      field: null,
      crmId: "9",
      candidates: ["local:a", "local:b"],
      reason: "ambiguous",
    });
    await store.openReview(hubspot, ask);
    opened.clock.time += 1000;
    await store.openReview(hubspot, { ...ask, opened_at: new Date(opened.clock.now()).toISOString() });
    const pair = await pairOf(opened, hubspot, "crm:9");
    assert.deepEqual([pair.reviews.length, pair.reviews[0]?.opened_at, pair.contact], [1, at, null]);
    await store.answerReview(name, "hubspot", ask.id, { choose: "link", candidate: "local:a", at, by: "ann" });
    assert.deepEqual(await waiting(opened, hubspot), ["crm:9"]);
    await store.openReview(hubspot, ask);
    assert.equal((await pairOf(opened, hubspot, "crm:9")).reviews[0]?.state, "answered", "an answer is not asked away");
    await store.closeReview(hubspot, ask.id);
    assert.deepEqual((await pairOf(opened, hubspot, "crm:9")).reviews, []);
  },

  "an approval makes active, begins the first sync and wakes it, once, and is remembered": async (opened) => {
    const { store } = opened;
    const { hubspot, salesforce } = await tenant(opened);
    const looked = await store.startRun(hubspot, "first_sync", true, "ann");
    await waiting(opened, hubspot);
    assert.equal(await store.approve(hubspot, "ann", looked), null, "it is active already");
    assert.equal(await store.wasApproved(hubspot), false);
    await store.setState(hubspot, "proposed");
    const run = await store.approve(hubspot, "ann", looked);
    assert.ok(run !== null && run !== "outdated");
    assert.deepEqual([run?.kind, run?.dry, run?.state, run?.startedBy], ["first_sync", false, "running", "ann"]);
    assert.equal((await store.integration(hubspot))?.state, "active");
    assert.deepEqual(await waiting(opened, hubspot), [`run:${run?.run}`]);
    assert.equal(await store.approve(hubspot, "bob", looked), null);
    const step = {
      checkpoint: null,
      progress: { seen: 0, total: null, outcomes: {}, failed: 0 },
      items: [],
      wakes: [],
    };
    opened.clock.time += 1000;
    for (let later = 0; later < 101; later++) {
      const { run: name } = await store.startRun(hubspot, "incremental", false, "schedule");
      await store.stepRun(hubspot, name, null, { ...step, state: "done" });
    }
    assert.equal(await store.wasApproved(hubspot), true, "however many runs there have been since");
    assert.equal(await store.wasApproved(salesforce), false);
  },
  "a run of one name begins once, and is woken while it is not over": async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    const begin = () => store.startRun(hubspot, "incremental", false, "schedule", "its job");
    const [run, same] = [await begin(), await begin()];
    assert.deepEqual([run.run, same.run, run.state], ["its job", "its job", "running"]);
    assert.deepEqual(await waiting(opened, hubspot), ["run:its job"]);
    const progress = { seen: 0, total: null, outcomes: {}, failed: 0 };
    await store.stepRun(hubspot, run.run, null, { checkpoint: null, progress, items: [], wakes: [], state: "done" });
    assert.equal((await begin()).state, "done");
    assert.deepEqual(await waiting(opened, hubspot), []);
    await store.startRun(hubspot, "incremental", false, "schedule", "the next one");
    assert.equal((await begin()).run, "its job", "though another one runs");
    assert.equal((await store.startRun(hubspot, "incremental", false, "schedule", "a third")).run, "the next one");
  },
  "a run steps once from where it stands, with what it found": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const run = await store.startRun(hubspot, "reconcile", true, "ann");
    assert.equal((await store.startRun(hubspot, "reconcile", true, "bob")).run, run.run, "one of a kind at a time");
    assert.notEqual((await store.startRun(hubspot, "reconcile", false, "bob")).run, run.run);
    const progress = { seen: 2, total: 3, outcomes: { merged: 2 }, failed: 0 };
    const item = (n: number) => ({
      ...{ subject: `crm:${n}` as const, contact: null, crmId: `${n}`, outcome: "merged" },
      ...{ local: { n: BigInt("12345678901234567890") }, crm: {}, reasons: { a: "crm_changed" } },
      match: "linked" as const,
    });
    const found = (n: number) => ({ ...item(n), email: null });
    const step = {
      checkpoint: { feed: "records", after: "2" },
      progress,
      items: [found(1), found(2)],
      wakes: [],
      state: "running" as const,
    };
    await waiting(opened, hubspot);
    const steps = await Promise.all([
      store.stepRun(hubspot, run.run, null, step),
      store.stepRun(hubspot, run.run, null, step),
    ]);
    assert.deepEqual(steps.sort(), ["stale", "stepped"]);
    const last = {
      ...step,
      checkpoint: null,
      items: [found(3)],
      state: "done" as const,
      wakes: [{ subject: "crm:3" as const }],
    };
    assert.equal(await store.stepRun(hubspot, run.run, step.checkpoint, last), "stepped");
    assert.equal(await store.stepRun(hubspot, run.run, null, last), "stale", "it has ended");
    const kept = await store.run(hubspot, run.run);
    assert.deepEqual([kept?.state, kept?.progress, kept?.finishedAt !== null], ["done", progress, true]);
    const page = await store.runItems(hubspot, run.run, 0, 2);
    assert.deepEqual(page, { items: [item(1), item(2)], next: 2 });
    assert.deepEqual(await store.runItems(hubspot, run.run, 2, 2), { items: [item(3)], next: null });
    assert.deepEqual(await waiting(opened, hubspot), ["crm:3"]);
    assert.equal((await store.runs(name)).length, 2);
    assert.equal((await store.runs(name, "salesforce")).length, 0);
  },

  "a watermark moves with the wake-ups for what was read": async (opened) => {
    const { store } = opened;
    const { hubspot, salesforce } = await tenant(opened);
    assert.equal(await store.watermark(hubspot, "crm"), null);
    await store.advance(hubspot, "crm", { at: 12345678901234567890n, id: "1" }, [{ subject: "crm:1" }]);
    assert.deepEqual(await store.watermark(hubspot, "crm"), { at: 12345678901234567890n, id: "1" });
    assert.equal(await store.watermark(salesforce, "crm"), null);
    assert.deepEqual(await waiting(opened, hubspot), ["crm:1"]);
  },

  "decisions are listed, the latest first, page by page": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const one = await linked(opened, hubspot);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      const pair = await pairOf(opened, hubspot, `local:${one.id}`);
      const audit = decisionAudit(undefined, { at: `2026-02-0${1 + (n >> 1)}T00:00:00.000Z`, input: `{ "n": ${n} }` });
      ids.push(audit.id);
      await store.commit(hubspot, [planOf(pair, one.id, { base: { n }, audit })]);
    }
    const pages: string[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await store.audit(name, { contact: one.id, limit: 2, ...(before !== undefined && { before }) });
      pages.push(...page.map(({ id }) => id));
      if (page.length < 2) break;
      before = page.at(-1)?.id;
    }
    assert.deepEqual([pages.length, new Set(pages), pages[0]], [5, new Set(ids), ids[4]]);
    assert.equal((await store.audit(name, { limit: 1 }))[0]?.input, '{ "n": 4 }', "byte by byte");
  },

  "alerts stand until they are cleared, each once": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    await store.alert(hubspot, "fight", { field: "company" });
    opened.clock.time += 1000;
    await store.alert(hubspot, "fight", { field: "company" });
    await store.alert(hubspot, "fight", { field: "phone" });
    await store.alert(hubspot, "revoked", {});
    assert.deepEqual(
      (await store.alerts(name)).map(({ kind, detail }) => [kind, detail.field]),
      [
        ["fight", "company"],
        ["fight", "phone"],
        ["revoked", undefined],
      ],
    );
    await store.clearAlert(hubspot, "fight");
    assert.deepEqual(
      (await store.alerts(name)).map(({ kind }) => kind),
      ["revoked"],
    );
  },

  "who asks to be forgotten leaves nothing but that no mail may be sent": async (opened) => {
    const { store } = opened;
    const { name, hubspot, salesforce } = await tenant(opened);
    const secret = fresh("SECRET");
    const one = await linked(opened, hubspot, { email: `${secret}@example.com`, name: secret });
    await store.receive(hubspot, { events: [], optOuts: [], privacy: [one.crmId], wakes: [] });
    assert.deepEqual(await store.forgotten(hubspot, [one.crmId, "9"]), new Set([one.crmId]));
    assert.deepEqual(await store.forgotten(salesforce, [one.crmId]), new Set());
    const audit = decisionAudit(undefined, {
      input: `{"crm":{"record":{"a":"${secret}"}}}`,
      decision: `{"a":"${secret}"}`,
    });
    await store.addEngagements(name, [{ id: fresh("row"), contact: one.id, row: { subject: secret } }], []);
    await store.commit(hubspot, [
      planOf(await pairOf(opened, hubspot, `local:${one.id}`), one.id, {
        ...{ base: { a: secret }, reviews: [review(fresh("review"), { local: secret })], audit },
        intents: [update(one.crmId, { a: secret })],
        optOuts: [{ email: `${secret}@example.com`, topic: "unsubscribed", since: at, source: "crm" }],
      }),
    ]);
    const asked = await pairOf(opened, hubspot, `local:${one.id}`);
    await store.commit(hubspot, [planOf(asked, one.id, { remove: "privacy", link: "ended" })]);
    assert.deepEqual(await holding(opened, secret), []);
    assert.equal((await store.suppressions(name, `${secret}@example.com`)).length, 1);
    const pair = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.deepEqual([pair.contact?.deleted, pair.contact?.record, pair.link?.state], ["privacy", {}, "ended"]);
    assert.deepEqual(await store.forgotten(hubspot, [one.crmId]), new Set());
  },

  "who asks to be forgotten and is in no CRM is forgotten at once": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const change = (id: string, patch: Record<string, unknown> | "privacy") =>
      store.changeContacts(name, [{ id, patch, updatedAt: at, optOuts: [], optIns: [] }], []);
    const known = await linked(opened, hubspot);
    const never = fresh("contact");
    await change(never, { email: "never@example.com" });
    const [changed] = await change(never, "privacy");
    const kept = await store.contact(name, never);
    assert.deepEqual([kept?.deleted, kept?.record, kept?.version], ["privacy", {}, changed?.version]);
    await change(known.id, "privacy");
    assert.notDeepEqual(
      (await store.contact(name, known.id))?.record,
      {},
      "its record in the CRM is still to be deleted",
    );
  },

  figures: async (opened) => {
    const { store } = opened;
    const { hubspot } = await tenant(opened);
    await withIntent(opened, hubspot);
    assert.deepEqual(await store.counts(hubspot), { links: 1, intents: { planned: 1 }, reviews: 0 });
  },
});
