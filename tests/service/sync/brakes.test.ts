/** A mapping that does too much is stopped before it has done it, in more than one process, and opt-outs go on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alertsOf, ann, approved, eachCrm, severalAgreed, writesOf } from "./cases.js";
import { type Crm, mappingOf, names } from "./hands.js";
import { start, type World, world } from "./world.js";

const size = 12;
const few = { minimum: 4 };

/** Phone and city are written from a field that nobody has, and so are cleared in the CRM. */
const bad = (crm: Crm) =>
  mappingOf(crm).replace(
    /(crm_field: \w+), penguinmails_field: phone\}/,
    "$1, penguinmails_field: nobodys, direction: to_crm, drift: restore}",
  );

async function save(w: World, file: string): Promise<void> {
  assert.equal((await w.call("PUT", `/api/integrations/${w.ref.id}/mapping`, { file })).status, 200);
}

async function several(w: World) {
  const { status } = await w.call("PUT", `/api/integrations/${w.ref.id}/brakes`, few);
  assert.equal(status, 200);
  return severalAgreed(w, size);
}

const standing = async (w: World) =>
  (await w.call("GET", "/api/pauses")).body.pauses.filter(({ stands }: { stands: boolean }) => stands);

const phones = (w: World, ids: string[]) => ids.map((id) => w.hands.get(id)?.phone);

eachCrm(
  "a run under a bad mapping is stopped before it writes, says why, and goes on if a person has it",
  async (w) => {
    const { ids, contacts } = await several(w);
    await save(w, bad(w.ref.id as Crm));
    const before = w.standIn.calls.length;
    const { run } = await w.service.run(await w.integration(), "reconcile");
    await w.rounds(2);
    assert.deepEqual(writesOf(w, before), []);
    assert.deepEqual(
      phones(w, ids),
      ids.map(() => "+49 1"),
    );

    const [pause] = await standing(w);
    assert.deepEqual([pause.by, pause.integration, pause.field, pause.direction], ["brake", w.ref.id, null, null]);
    assert.match(pause.reason, /^(crm_changed|cleared): 12 of 12 \(100 %\), the limit is \d+ %; /);
    assert.ok(pause.reason.includes(names[w.ref.id as Crm].phone));
    const stopped = (await w.call("GET", `/api/runs/${w.ref.id}/${run}`)).body;
    assert.deepEqual([stopped.state, stopped.error, stopped.mappingVersion], ["stopped", pause.reason, 2]);
    const [alert] = (await alertsOf(w)).filter(({ kind }) => kind === "brake");
    assert.deepEqual(
      [alert?.detail.run, alert?.detail.mappingVersion, alert?.detail.pause, alert?.detail.count, alert?.detail.of],
      [run, 2, pause.id, size, size],
    );

    // Opt-outs are kept meanwhile, and a process that comes later writes no more than this one.
    const { store, jobs, clock, standIn } = w;
    Object.assign(w, await start({ store, jobs, clock, fetch: (request) => standIn.handle(request) }));
    w.hands.optOut(ids[0] as string);
    await w.rounds(2);
    assert.equal((await w.call("GET", `/contacts/${contacts[0]}`)).body.mailable.ok, false);
    assert.deepEqual(
      phones(w, ids),
      ids.map(() => "+49 1"),
    );
    assert.equal((await standing(w)).length, 1);

    assert.equal((await w.call("POST", `/api/pauses/${pause.id}/end`)).status, 200);
    await w.settle();
    assert.ok(
      phones(w, ids).every((phone) => !phone),
      "as the person wanted it",
    );
    assert.equal((await w.call("GET", `/api/runs/${w.ref.id}/${run}`)).body.state, "done");
    assert.deepEqual(
      (await alertsOf(w)).filter(({ kind }) => kind === "brake"),
      [],
    );
  },
);

eachCrm("put back while it is stopped, nothing of the bad mapping is written any more", async (w) => {
  const { ids } = await several(w);
  await save(w, bad(w.ref.id as Crm));
  const { run } = await w.service.run(await w.integration(), "reconcile");
  await w.rounds(2);
  const [pause] = await standing(w);
  const path = `/api/integrations/${w.ref.id}/mapping/versions/1/activate`;
  assert.equal((await w.call("POST", path)).status, 200);
  assert.equal((await w.call("POST", `/api/pauses/${pause.id}/end`)).status, 200);
  await w.settle();
  assert.deepEqual(
    phones(w, ids),
    ids.map(() => "+49 1"),
  );
  assert.equal((await w.store.run(w.ref, run))?.state, "done");
  assert.deepEqual(await standing(w), []);
});

eachCrm("what comes as it changes is counted over a day, and cleared fields stop it", async (w) => {
  const { ids, contacts } = await several(w);
  for (const contact of contacts.slice(0, 6)) await w.change(contact, { city: "Bonn" });
  await w.settle();
  assert.deepEqual(await standing(w), [], "an edit of half of all is none of a mapping's");
  await save(w, bad(w.ref.id as Crm));
  for (const contact of contacts) {
    await w.change(contact, { city: "Kiel" });
    await w.service.drain();
  }
  await w.rounds(1);
  const [pause] = await standing(w);
  assert.match(pause?.reason ?? "", /^cleared: \d of \d+ /);
  const cleared = phones(w, ids).filter((phone) => !phone).length;
  assert.ok(cleared <= 3, `${cleared} were cleared until there was something to compare`);
});

eachCrm("opt-outs are nothing that a brake counts", async (w) => {
  const { ids, contacts } = await several(w);
  for (const contact of contacts.slice(0, 6)) await w.change(contact, { unsubscribed: true });
  for (const id of ids.slice(6)) w.hands.optOut(id);
  await w.settle();
  await w.run("reconcile");
  assert.deepEqual(await standing(w), []);
  assert.ok(ids.every((id) => String(w.hands.get(id)?.unsubscribed) === "true"));
});

eachCrm(
  "a first sync that was approved does what its report showed",
  async (w) => {
    await w.call("PUT", `/api/integrations/${w.ref.id}/brakes`, few);
    for (let n = 0; n < size; n++) w.hands.create({ ...ann, email: `p${n}@example.com` });
    await approved(w);
    assert.deepEqual(await standing(w), []);
    assert.equal((await w.store.counts(w.ref)).links, size);
  },
  { state: "proposed" },
);

test("brakes are what they are documented to be", async () => {
  const w = await world();
  const path = `/api/integrations/${w.ref.id}/brakes`;
  for (const given of [{ minimum: 0 }, { shares: { cleared: 2 } }, { shares: { all: 0.5 } }, { more: 1 }])
    assert.equal((await w.call("PUT", path, given)).status, 422, JSON.stringify(given));
  const { body } = await w.call("PUT", path, { shares: { cleared: 1 } });
  assert.deepEqual(body.settings.brakes, { shares: { cleared: 1 } });
  assert.deepEqual((await w.integration()).settings.brakes, { shares: { cleared: 1 } });
});
