/** What is older than it is kept goes, with the clock moved; what is younger, or still needed, stays. */
import assert from "node:assert/strict";
import type { CrmWrite } from "../../../web/service/crm/client.js";
import { type Keyring, seal, unseal } from "../../../web/service/crm/sealing.js";
import { prune } from "../../../web/service/node/retention.js";
import { usualRetention } from "../../../web/service/store/retention.js";
import {
  at,
  contract,
  decisionAudit,
  die,
  fresh,
  keyring,
  linked,
  type Opened,
  pairOf,
  planOf,
  tenant,
} from "./support.js";

const day = 24 * 3600 * 1000;

const update = (id: string): CrmWrite => ({
  ...{ ref: crypto.randomUUID(), kind: "update", id, values: { a: 1 } },
  seen: { updatedAt: null, values: {}, readAt: 0 },
});

type Ref = Awaited<ReturnType<typeof tenant>>["hubspot"];

/** A decision of a new contact, its writes in the states that are given. */
async function decided(opened: Opened, ref: Ref, states: ("acknowledged" | "dropped" | "dead" | "planned")[]) {
  const one = await linked(opened, ref, { email: `${fresh("ann")}@example.com` });
  const writes = states.map(() => update(one.crmId));
  const now = new Date(opened.clock.now()).toISOString();
  const audit = decisionAudit(undefined, { at: now });
  await opened.store.commit(ref, [planOf(one.pair, one.id, { intents: writes, audit })]);
  const error = { code: "INVALID", fields: ["a"], hint: "" };
  const intents = writes.flatMap((write, n) => {
    const state = states[n];
    if (state === undefined || state === "planned") return [];
    return [{ id: write.ref, state, ...(state === "dead" && { error }) }];
  });
  await opened.store.settle(ref, [{ contact: one.id, intents, wakes: [] }]);
  return { ...one, writes, audit };
}

/** Moves the clock, tidies up a day before the time and a day after it, and puts the clock back. */
async function aged(opened: Opened, days: number, look: () => Promise<void>, then: () => Promise<void>): Promise<void> {
  const { clock } = opened;
  const start = clock.time;
  try {
    clock.time = start + (days - 1) * day;
    await prune(opened, usualRetention);
    await look();
    clock.time = start + (days + 1) * day;
    await prune(opened, usualRetention);
    await then();
  } finally {
    clock.time = start;
  }
}

const count = async ({ database }: Opened, table: string, tenant: string) =>
  (
    await database.query<{ n: number }>(`select count(*)::int as n from crm_sync.${table} where tenant = $1`, [tenant])
  )[0]?.n;

contract({
  "the inbox is kept for seven days": async (opened) => {
    const { name, hubspot } = await tenant(opened);
    const event = (key: string) => ({ key, subject: "crm:1" as const, kind: "test", occurredAt: null });
    const delivery = { events: ["1", "2", "3"].map(event), optOuts: [], wakes: [] };
    await opened.store.receive(hubspot, delivery);
    await aged(
      opened,
      7,
      async () => assert.equal(await count(opened, "inbox", name), 3),
      async () => assert.equal(await count(opened, "inbox", name), 0),
    );
    assert.deepEqual(await opened.store.receive(hubspot, delivery), [true, true, true]);
  },

  "writes that are done are kept for thirty days, and none of a decision that is still carried out": async (opened) => {
    const { name, hubspot } = await tenant(opened);
    await decided(opened, hubspot, ["acknowledged", "dropped"]);
    await decided(opened, hubspot, ["acknowledged", "planned"]);
    await aged(
      opened,
      30,
      async () => assert.equal(await count(opened, "intent", name), 4),
      async () => assert.equal(await count(opened, "intent", name), 2),
    );
  },

  "dead letters are kept for thirty days, writes and work": async (opened) => {
    const { store, jobs } = opened;
    const { name, hubspot } = await tenant(opened);
    await decided(opened, hubspot, ["dead"]);
    await store.wake(hubspot, [{ subject: "crm:1" }]);
    await die(opened, name);
    const letters = async () => [(await store.deadIntents(name)).length, (await jobs.dead(name)).length];
    await aged(
      opened,
      30,
      async () => assert.deepEqual(await letters(), [1, 1]),
      async () => assert.deepEqual(await letters(), [0, 0]),
    );
  },

  "values of decisions are kept for ninety days, their codes for ever; closed reviews go, open ones stay": async (
    opened,
  ) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const done = await decided(opened, hubspot, ["acknowledged"]);
    const underWay = await decided(opened, hubspot, ["planned"]);
    const review = (id: string, contact: string) => ({
      ...{ id, contact, crmId: null, field: "a", local: 1, crm: 2, base: 3, reason: "manual_review", opened_at: at },
      candidates: null,
    });
    const [closed, open] = [fresh("review"), fresh("review")];
    for (const id of [closed, open]) await store.openReview(hubspot, review(id, done.id));
    await store.closeReview(hubspot, closed);
    const entry = async (id: string) => (await store.audit(name, { contact: id, limit: 1 }))[0];
    const ids = async () => (await store.reviews(name, {})).map(({ id }) => id).sort();
    await aged(
      opened,
      90,
      async () => {
        assert.equal((await entry(done.id))?.input, done.audit.input);
        assert.deepEqual(await ids(), [closed, open].sort());
      },
      async () => {
        const old = await entry(done.id);
        assert.deepEqual([old?.input, old?.decision, old?.codes], [null, null, done.audit.codes]);
        assert.equal((await entry(underWay.id))?.input, underWay.audit.input, "its writes still need it");
        const { intents } = await pairOf(opened, hubspot, `local:${underWay.id}`);
        assert.equal(intents.length, 1);
        assert.deepEqual(await ids(), [open]);
      },
    );
  },

  "what dry runs have shown is kept for thirty days, also of records that are merged into others by then": async (
    opened,
  ) => {
    const { store } = opened;
    const { name, hubspot } = await tenant(opened);
    const run = await store.startRun(hubspot, "first_sync", true, "ann", fresh("run"));
    const item = {
      ...{ outcome: "create_local", local: { a: 1 }, crm: {}, reasons: {} },
      ...{ match: "create_local" as const, email: null },
    };
    await store.stepRun(hubspot, run.run, null, {
      ...{ checkpoint: null, progress: run.progress, wakes: [], state: "done" },
      items: [{ ...item, subject: "crm:merged-away", contact: null, crmId: "merged-away" }],
    });
    await aged(
      opened,
      30,
      async () => assert.equal((await store.runItems(hubspot, run.run, 0, 5)).items.length, 1),
      async () => {
        assert.equal((await store.runItems(hubspot, run.run, 0, 5)).items.length, 0);
        assert.equal(await count(opened, "link_key", name), 0);
        assert.ok(await store.run(hubspot, run.run), "the run itself is known");
      },
    );
  },

  "times can be set, and many rows go a few at a time": async (opened) => {
    const { store, clock } = opened;
    const { name, hubspot } = await tenant(opened);
    const event = (n: number) => ({ key: String(n), subject: "crm:1" as const, kind: "test", occurredAt: null });
    await store.receive(hubspot, { events: Array.from({ length: 7 }, (_, n) => event(n)), optOuts: [], wakes: [] });
    clock.time += 3 * day;
    await store.prune({ ...usualRetention, inbox: 4 }, 2);
    assert.equal(await count(opened, "inbox", name), 7);
    await store.prune({ ...usualRetention, inbox: 2 }, 2);
    assert.equal(await count(opened, "inbox", name), 0);
  },

  "keys of the ring are changed: all is sealed anew, and the old one is needed no more": async (opened) => {
    const { jobs, clock, store, withRing } = opened;
    const { name, hubspot } = await tenant(opened);
    const { audit } = await decided(opened, hubspot, ["acknowledged"]);
    const owner = ["credentials", name, hubspot.id];
    await store.saveCredentials(hubspot, await seal(keyring, owner, "tokens"), 0);
    const two = { two: new Uint8Array(32).fill(9) };
    await withRing({ current: "two", keys: { ...keyring.keys, ...two } }).reseal(1);
    const only: Keyring = { current: "two", keys: two };
    assert.equal((await withRing(only).audit(name, { limit: 1 }))[0]?.input, audit.input);
    assert.equal(await unseal(only, owner, (await store.credentials(hubspot))?.sealed ?? ""), "tokens");
    // And back, as it is done every ten minutes.
    const back = withRing({ current: "one", keys: { ...keyring.keys, ...two } });
    await prune({ store: back, jobs, clock }, usualRetention);
    assert.equal(await unseal(keyring, owner, (await store.credentials(hubspot))?.sealed ?? ""), "tokens");
  },
});
