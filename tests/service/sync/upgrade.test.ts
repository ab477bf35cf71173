/** Both versions at work on one database: whoever planned a write, asked a question or was woken, the other goes on. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openPglite } from "../../../web/service/node/pglite.js";
import { openPostgres } from "../../../web/service/node/postgres.js";
import { Random } from "../../simulation/random.js";
import { handClock } from "../crm/support.js";
import { startPostgres } from "../store/postgres-server.js";
import { keyring, withServer } from "../store/support.js";
import { answer, bothHold, isWrite, openReviews, severalAgreed } from "./cases.js";
import { assertAtRest, assertSidesAgree, finalState } from "./final-state.js";
import { crms, type Field } from "./hands.js";
import { isThere, versionBefore } from "./version-before.js";
import { current, start, type Version, type World, world } from "./world.js";

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

async function open() {
  if (!withServer) {
    const opened = await openPglite();
    closing.push(() => opened.database.close());
    return opened;
  }
  const server = await startPostgres();
  if ("missing" in server) throw new Error(server.missing);
  const opened = await openPostgres(server.url);
  closing.push(
    () => server.close(),
    () => opened.database.close(),
  );
  return opened;
}

/** What a version's process has of the database, which it migrates. */
async function stored(opened: Awaited<ReturnType<typeof open>>, version: Version, clock = handClock()) {
  const { database } = opened;
  await version.migrate(database);
  const jobs = version.createPgBossJobs({ ...opened, clock });
  await jobs.start();
  closing.push(() => jobs.stop());
  return { jobs, clock, database, store: version.createPostgresStore(database, jobs, clock, keyring) };
}

/** Rows with values, and how many of them are sealed. */
async function kept({ sql, tenant }: World) {
  const rows = await sql.query<{ sealed: boolean; plain: boolean }>(
    `select sealed is not null as sealed, input is not null as plain from crm_sync.audit where tenant = $1
     union all select sealed is not null, write is not null from crm_sync.intent where tenant = $1
     union all select sealed is not null, local is not null from crm_sync.review where tenant = $1
     union all select sealed is not null, local is not null from crm_sync.run_item where tenant = $1`,
    [tenant],
  );
  for (const { sealed, plain } of rows) assert.ok(sealed !== plain, "in one of the two forms");
  return { plain: rows.filter(({ plain }) => plain).length, sealed: rows.filter(({ sealed }) => sealed).length };
}

const edited = ["first_name", "last_name", "phone", "city"] as const satisfies readonly Field[];

const before = isThere() ? await versionBefore() : null;

for (const crm of crms) {
  test(`${crm}: the version before and this one share the work, and nothing is lost, doubled or left`, {
    skip: before === null && "the version before is in the repository's history",
  }, async () => {
    assert.ok(before);
    const random = new Random(7);
    const opened = await open();
    const on = await stored(opened, before);
    const w = await world({ crm, on, version: before });
    const old = { app: w.app, service: w.service };
    const { ids, contacts } = await severalAgreed(w, 6);
    // What the version before leaves unfinished: a question, and a write that is not sent.
    w.hands.edit(ids[0] as string, { note: "theirs" });
    await w.change(contacts[0] as string, { note: "ours" });
    await w.settle();
    assert.equal((await openReviews(w)).length, 1);
    w.standIn.faults.next("unavailable", isWrite);
    await w.change(contacts[1] as string, { city: "Graz" });
    await w.service.drain();

    const { store, jobs } = await stored(opened, current, w.clock);
    assert.ok(await store.isUpgrading());
    const started = await start({ store, jobs, clock: w.clock, fetch: (request) => w.standIn.handle(request) });
    const fresh = { app: started.app, service: started.service };
    const expected: { [field in Field]?: string }[] = contacts.map(() => ({}));
    Object.assign(expected[1] as object, { city: "Graz" });
    const either = () => Object.assign(w, random.chance(0.5) ? old : fresh);

    for (let round = 0; round < 40; round++) {
      const n = random.between(0, ids.length - 1);
      const field = random.of(edited);
      const value = `value ${round}`;
      if (random.chance(0.3)) w.standIn.faults.next("unavailable", isWrite);
      either();
      if (random.chance(0.5)) w.hands.edit(ids[n] as string, { [field]: value });
      else await w.change(contacts[n] as string, { [field]: value });
      (expected[n] as Record<string, string>)[field] = value;
      either();
      await w.deliver();
      either();
      await w.service.drain();
      await w.pass(5_000);
      if (round === 10) w.hands.optOut(ids[2] as string);
      if (round === 15) await w.change(contacts[3] as string, { unsubscribed: true });
      if (round === 20) await answer(w, (await openReviews(w))[0]?.id as string, { choose: "crm" });
      if (round === 25) w.hands.edit(ids[4] as string, { note: "their next" });
      if (round === 25) await w.change(contacts[4] as string, { note: "our next" });
      if (round === 35) await answer(w, (await openReviews(w))[0]?.id as string, { choose: "local" });
    }
    Object.assign(w, fresh);
    await w.settle();
    const { sealed, plain } = await kept(w);
    assert.equal(sealed, 0, "the version before can read all");
    assert.ok(plain > 50);
    const revert = await w.call("POST", `/api/integrations/${w.ref.id}/mapping/versions/1/revert`, { dry: true });
    assert.deepEqual([revert.status, revert.body.code], [409, "upgrading"]);

    await store.finishUpgrade();
    w.hands.edit(ids[5] as string, { note: "said after it" });
    await w.change(contacts[5] as string, { note: "said after it here" });
    await w.settle();
    assert.ok((await kept(w)).sealed >= 2, "a decision and a question");
    await answer(w, (await openReviews(w))[0]?.id as string, { choose: "crm" });
    await w.settle();

    for (const [n, fields] of expected.entries()) await bothHold(w, ids[n] as string, contacts[n] as string, fields);
    await bothHold(w, ids[0] as string, contacts[0] as string, { note: "theirs" });
    await bothHold(w, ids[4] as string, contacts[4] as string, { note: "our next" });
    await bothHold(w, ids[5] as string, contacts[5] as string, { note: "said after it" });
    for (const n of [2, 3]) assert.equal((await w.contact(contacts[n] as string))?.record.unsubscribed, true);
    const state = await finalState(w);
    assert.equal(state.crm.length, ids.length, "nobody is there twice");
    assert.equal(state.contacts.length, ids.length);
    assert.deepEqual(state.reviews, []);
    assertSidesAgree(state);
    await assertAtRest(w);
  });
}
