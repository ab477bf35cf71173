/** Values of persons are sealed under a key of their link; without it nothing of them is left, in copies neither. */
import assert from "node:assert/strict";
import type { CrmWrite } from "../../../web/service/crm/client.js";
import type { StoredReview } from "../../../web/service/store/model.js";
import {
  at,
  backup,
  contract,
  decisionAudit,
  fresh,
  holding,
  linked,
  type Opened,
  pairOf,
  planOf,
  tenant,
} from "./support.js";

type Ref = Awaited<ReturnType<typeof tenant>>["hubspot"];

const reviewOf = (id: string, value: string): StoredReview => ({
  ...{ id, field: "name", local: value, crm: { inner: value }, base: [value], reason: "manual_review" },
  ...{ opened_at: at, integration: "", contact: null, crmId: null, state: "open", answer: null, candidates: null },
});

/** A contact of whom everything is kept that can be, the values with a mark in them. */
async function wellKnown(opened: Opened, ref: Ref, mark: string) {
  const { store } = opened;
  const one = await linked(opened, ref, { email: `${mark}@example.com`, name: mark });
  const writes = [1, 2].map(
    (n): CrmWrite => ({
      ...{ ref: crypto.randomUUID(), kind: "update", id: one.crmId, values: { a: `${mark} ${n}` } },
      seen: { updatedAt: null, values: { a: mark }, readAt: 0 },
    }),
  );
  const audit = decisionAudit(undefined, {
    input: `{ "crm": {"record": {"a": "${mark}"}} }`,
    decision: `{"outcome":"merged","crm":{"a":"${mark}"}}`,
  });
  const review = reviewOf(fresh("review"), mark);
  await store.addEngagements(ref.tenant, [{ id: fresh("row"), contact: one.id, row: { subject: mark } }], []);
  const pair = await pairOf(opened, ref, `local:${one.id}`);
  const plan = planOf(pair, one.id, { base: { a: mark }, reviews: [review], audit, intents: writes });
  assert.deepEqual(await store.commit(ref, [plan]), ["committed"]);
  await store.answerReview(ref.tenant, ref.id, review.id, { choose: "value", value: mark, at, by: "ann" });
  const run = await store.startRun(ref, "reconcile", true, "ann", fresh("run"));
  const item = {
    ...{ outcome: "merged", local: { name: mark }, crm: { a: mark }, reasons: { name: "crm_newer" } },
    ...{ match: "linked" as const, email: null },
  };
  const nobody = { ...item, subject: `crm:${fresh("nobody")}` as const, contact: null, crmId: null };
  await store.stepRun(ref, run.run, null, {
    checkpoint: null,
    progress: run.progress,
    items: [{ ...item, subject: `crm:${one.crmId}`, contact: one.id, crmId: one.crmId }, nobody],
    wakes: [],
    state: "done",
  });
  return { ...one, writes, audit, review, run: run.run };
}

const forget = async (opened: Opened, ref: Ref, contact: string) => {
  const pair = await pairOf(opened, ref, `local:${contact}`);
  const plan = planOf(pair, contact, { remove: "privacy", link: "ended" });
  assert.deepEqual(await opened.store.commit(ref, [plan]), ["committed"]);
};

contract({
  "what is kept of a decision is sealed, and comes back as it was": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const mark = fresh("SECRET");
    const one = await wellKnown(opened, hubspot, mark);
    const [first, second] = one.writes as [CrmWrite, CrmWrite];
    const answer = { id: one.crmId, record: { a: `${mark} answered` } };
    await store.settle(hubspot, [
      { contact: one.id, intents: [{ id: first.ref, state: "acknowledged", answer }], wakes: [] },
    ]);
    assert.deepEqual(await holding(opened, mark), ["contact", "engagement", "link"]);
    const pair = await pairOf(opened, hubspot, `local:${one.id}`);
    assert.deepEqual(
      pair.intents.map(({ write, answer, before }) => ({ write, answer, before })),
      [
        { write: first, answer, before: { a: mark } },
        { write: second, answer: null, before: { a: mark } },
      ],
    );
    const [review] = pair.reviews;
    assert.deepEqual([review?.local, review?.crm, review?.base], [mark, { inner: mark }, [mark]]);
    assert.deepEqual(review?.answer, { choose: "value", value: mark, at, by: "ann" });
    assert.deepEqual(await store.reviews(name, {}), pair.reviews);
    const [entry] = await store.audit(name, { limit: 1 });
    assert.deepEqual([entry?.input, entry?.decision], [one.audit.input, one.audit.decision], "byte by byte");
    const { items } = await store.runItems(hubspot, one.run, 0, 10);
    assert.deepEqual(
      items.map(({ local, crm }) => [local, crm]),
      [
        [{ name: mark }, { a: mark }],
        [{ name: mark }, { a: mark }],
      ],
    );
  },

  "a sealed text opens in its own row only": async (opened) => {
    const { store, database } = opened;
    const { name, hubspot } = await tenant(opened);
    const [one, other] = [
      await wellKnown(opened, hubspot, fresh("SECRET")),
      await wellKnown(opened, hubspot, fresh("SECRET")),
    ];
    const copy = `update crm_sync.audit a set sealed = b.sealed from crm_sync.audit b
      where a.tenant = $1 and b.tenant = $1 and a.id = $2 and b.id = $3`;
    await database.query(copy, [name, one.audit.id, other.audit.id]);
    await assert.rejects(store.audit(name, { contact: one.id, limit: 1 }), { name: "SealBroken" });
    await database.query(
      `update crm_sync.link_key a set sealed = b.sealed from crm_sync.link_key b
       where a.tenant = $1 and b.tenant = $1 and a.holder = $2 and b.holder = $3`,
      [name, `local:${one.id}`, `local:${other.id}`],
    );
    await assert.rejects(store.audit(name, { contact: one.id, limit: 1 }), { name: "SealBroken" }, "nor does its key");
  },

  "values from before they were sealed are read where they are": async (opened) => {
    const { store, database } = opened;
    const { name, hubspot } = await tenant(opened);
    const mark = fresh("SECRET");
    const one = await wellKnown(opened, hubspot, mark);
    await database.query(
      `update crm_sync.audit set sealed = null, codes = null, hash = null, input = $2, decision = $3 where tenant = $1`,
      [name, one.audit.input, one.audit.decision],
    );
    await database.query(
      `update crm_sync.review set sealed = null, sealed_answer = null, local = $2::text::json where tenant = $1`,
      [name, JSON.stringify(mark)],
    );
    const [entry] = await store.audit(name, { limit: 1 });
    assert.deepEqual([entry?.input, entry?.codes, entry?.hash], [one.audit.input, null, null]);
    assert.equal((await store.reviews(name, {}))[0]?.local, mark);
    await forget(opened, hubspot, one.id);
    assert.deepEqual(await holding(opened, mark), []);
  },

  "after erasure nothing holds a value, and what was decided is known by its codes": async (opened) => {
    const { store, database } = opened;
    const { name, hubspot } = await tenant(opened);
    const mark = fresh("SECRET");
    const one = await wellKnown(opened, hubspot, mark);
    const other = await wellKnown(opened, hubspot, fresh("OTHER"));
    await forget(opened, hubspot, one.id);
    assert.deepEqual(await holding(opened, mark), []);
    const [entry] = await store.audit(name, { contact: one.id, limit: 1 });
    assert.deepEqual([entry?.input, entry?.decision, entry?.codes], [null, null, one.audit.codes]);
    assert.match(entry?.hash ?? "", /^[0-9a-f]{64}$/);
    const keys = await database.query("select from crm_sync.link_key where tenant = $1 and holder = $2", [
      name,
      `local:${one.id}`,
    ]);
    assert.deepEqual(keys, []);
    const { items } = await store.runItems(hubspot, one.run, 0, 10);
    assert.deepEqual(
      items.map(({ contact }) => contact),
      [null],
      "and no run shows them",
    );
    const [theirs] = await store.audit(name, { contact: other.id, limit: 1 });
    assert.equal(theirs?.input, other.audit.input, "whoever is not erased keeps everything");
  },

  "a copy of the tables without the keys opens nothing of those who were erased": async (opened) => {
    const { store, database } = opened;
    const { name, hubspot } = await tenant(opened);
    const one = await wellKnown(opened, hubspot, fresh("SECRET"));
    const restore = await backup(opened, name, ["link_key", "intent"]);
    await forget(opened, hubspot, one.id);
    await restore();
    const [sealed] = await database.query<{ sealed: string }>("select sealed from crm_sync.audit where tenant = $1", [
      name,
    ]);
    assert.ok(sealed?.sealed, "the copy holds it, sealed");
    const [entry] = await store.audit(name, { contact: one.id, limit: 1 });
    assert.deepEqual([entry?.input, entry?.decision, entry?.codes], [null, null, one.audit.codes]);
    const [review] = await store.reviews(name, {});
    assert.deepEqual([review?.local, review?.crm, review?.base, review?.answer], [null, null, null, null]);
    assert.deepEqual((await store.runItems(hubspot, one.run, 0, 1)).items[0]?.local, {});
  },

  "a restored back-up that is told of the erasures holds nothing of them, and mails nobody": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const mark = fresh("SECRET");
    const one = await wellKnown(opened, hubspot, mark);
    const other = await wellKnown(opened, hubspot, fresh("OTHER"));
    const restore = await backup(opened, name);
    const optOut = { email: `${mark}@example.com`, topic: "unsubscribed", since: at, source: "crm" };
    await store.suppress(name, [optOut]);
    await forget(opened, hubspot, one.id);
    const log = (await store.erasures()).filter((erasure) => erasure.tenant === name);
    assert.deepEqual(
      log.map(({ id, subject }) => [id, subject]),
      [[hubspot.id, `local:${one.id}`]],
    );
    assert.ok(!JSON.stringify(log).includes(mark), "the log holds no value");
    await restore();
    assert.ok((await holding(opened, mark)).length > 0, "the back-up is older");
    assert.deepEqual(await store.suppressions(name, optOut.email), []);
    for (let time = 0; time < 2; time++) {
      await store.eraseAgain(JSON.parse(JSON.stringify(log)));
      assert.deepEqual(await holding(opened, mark), []);
    }
    assert.equal((await store.suppressions(name, optOut.email)).length, 1);
    assert.equal((await store.contact(name, one.id))?.deleted, "privacy");
    assert.equal((await store.erasures()).filter((erasure) => erasure.tenant === name).length, 1, "once each");
    assert.equal((await store.audit(name, { contact: other.id, limit: 1 }))[0]?.input, other.audit.input);
  },

  "a write that another CRM still has to get keeps its key until it is settled": async (opened) => {
    const { store } = opened;
    const { name, hubspot, salesforce } = await tenant(opened);
    const mark = fresh("SECRET");
    const one = await linked(opened, hubspot, { email: `${mark}@example.com` });
    const there = await pairOf(opened, salesforce, `local:${one.id}`);
    const write: CrmWrite = {
      ...{ ref: crypto.randomUUID(), kind: "delete", id: "7", privacy: true },
      seen: { updatedAt: null, values: { a: mark }, readAt: 0 },
    };
    const plan = planOf(there, one.id, { crmId: "7", intents: [write], audit: decisionAudit() });
    assert.deepEqual(await store.commit(salesforce, [plan]), ["committed"]);
    await forget(opened, hubspot, one.id);
    const open = await pairOf(opened, salesforce, `local:${one.id}`);
    assert.deepEqual(
      open.intents.map((intent) => intent.write),
      [write],
    );
    const settled = {
      base: null,
      crmId: "7",
      wrote: {},
      notTaken: 0,
      refused: null,
      link: "ended",
      forget: true,
    } as const;
    await store.settle(salesforce, [
      { contact: one.id, intents: [{ id: write.ref, state: "acknowledged" }], settled, wakes: [] },
    ]);
    const left = await opened.database.query("select from crm_sync.link_key where tenant = $1", [name]);
    assert.deepEqual(left, []);
  },

  "of a record that never became a contact nothing is left either": async (opened) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const [mark, crmId] = [fresh("SECRET"), fresh("record")];
    const run = await store.startRun(hubspot, "first_sync", true, "ann", fresh("run"));
    const item = {
      ...{ outcome: "create_local", local: { name: mark }, crm: {}, reasons: {} },
      ...{ match: "create_local" as const, email: mark },
    };
    await store.stepRun(hubspot, run.run, null, {
      ...{ checkpoint: null, progress: run.progress, wakes: [], state: "done" },
      items: [{ ...item, subject: `crm:${crmId}`, contact: null, crmId }],
    });
    const restore = await backup(opened, name);
    await store.receive(hubspot, { events: [], optOuts: [], privacy: [crmId], wakes: [] });
    const log = (await store.erasures()).filter((erasure) => erasure.tenant === name);
    await restore();
    assert.equal((await store.runItems(hubspot, run.run, 0, 10)).items[0]?.local.name, mark);
    await store.eraseAgain(log);
    assert.deepEqual(await store.runItems(hubspot, run.run, 0, 10), { items: [], next: null });
    const keys = await opened.database.query("select from crm_sync.link_key where tenant = $1", [name]);
    assert.deepEqual(keys, []);
  },
});
