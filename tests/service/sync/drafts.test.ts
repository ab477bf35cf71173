/** A mapping is tried on everybody before it is in force: what it would do is what it then does, and nothing is written before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effects, FieldEffects } from "../../../web/service/store/model.js";
import { ann, eachCrm, severalAgreed, writesOf } from "./cases.js";
import { type Crm, mappingOf, names } from "./hands.js";
import { type World, world } from "./world.js";

async function call(w: World, method: string, path: string, body?: unknown, wanted = 200) {
  const answer = await w.call(method, path, body);
  assert.equal(answer.status, wanted, JSON.stringify(answer.body));
  return answer.body;
}

const mappingPath = (w: World, rest = "") => `/api/integrations/${w.ref.id}/mapping${rest}`;
const draftPath = (w: World, draft: string, rest = "") => mappingPath(w, `/drafts/${draft}${rest}`);
const crmOf = (w: World) => w.ref.id as Crm;

async function drafted(w: World, file: string): Promise<string> {
  const { draft } = await call(w, "POST", mappingPath(w, "/drafts"), { file }, 201);
  return draft;
}

/** The report of a draft, once it is done. */
async function impactOf(w: World, draft: string) {
  await call(w, "POST", draftPath(w, draft, "/impact"), undefined, 202);
  await w.rounds(1);
  const { impact } = await call(w, "GET", draftPath(w, draft));
  assert.deepEqual([impact.kind, impact.dry, impact.state, impact.draft], ["impact", true, "done", draft]);
  return impact;
}

/** The phone is cleared in the CRM, its title set from a formula here. */
const cleaning = (crm: Crm) =>
  mappingOf(crm).replace(
    /(crm_field: \w+), penguinmails_field: phone\}/,
    "$1, penguinmails_field: nobodys, direction: to_crm, drift: restore}",
  );

const fieldOf = ({ fields }: Effects, side: FieldEffects["side"], field: string) =>
  fields.find((one) => one.side === side && one.field === field);

const phones = (w: World, ids: readonly string[]) => ids.map((id) => w.hands.get(id)?.phone);

eachCrm("what a draft would do is found out without a write, each pair counted once, and is then done", async (w) => {
  const size = 12;
  await call(w, "PUT", `/api/integrations/${w.ref.id}/brakes`, { minimum: 4 });
  const { ids, contacts } = await severalAgreed(w, size);
  const gone = ids[0] as string;
  w.hands.remove(gone);
  await w.change("c1", { ...ann, email: "new@example.com" });
  const draft = await drafted(w, cleaning(crmOf(w)));
  const before = w.standIn.calls.length;
  // All is held back meanwhile, so that what is to be counted is still to be done.
  const pause = await call(w, "POST", "/api/pauses", { integration: w.ref.id, reason: "a test" }, 201);
  const { progress, mappingVersion } = await impactOf(w, draft);
  assert.equal(mappingVersion, 1);
  assert.deepEqual(writesOf(w, before), []);
  assert.deepEqual((await call(w, "GET", mappingPath(w))).version, 1);
  const { phone } = names[crmOf(w)];
  const { examples, ...counts } = fieldOf(progress.effects, "crm", phone) as FieldEffects;
  assert.deepEqual(counts, { side: "crm", field: phone, filled: 0, changed: 0, cleared: size - 1 });
  assert.ok(examples.length === 5 && examples.every((id: string) => contacts.includes(id)));
  const { crm_changed, cleared, created } = progress.effects.pairs;
  assert.deepEqual([crm_changed, cleared, created], [size - 1, size - 1, 1]);
  const outcomes = Object.values(progress.outcomes as Record<string, number>);
  assert.equal(
    outcomes.reduce((sum, count) => sum + count, 0),
    size + 1,
    "whoever is linked is shown once, and so is whose record is gone",
  );
  assert.ok(!JSON.stringify({ progress }).includes("+49"), "no values");
  const { items } = await call(
    w,
    "GET",
    `/api/runs/${w.ref.id}/${(await call(w, "GET", draftPath(w, draft))).impact.run}/items`,
  );
  assert.equal(items.length, size + 1);

  const approved = await call(w, "POST", draftPath(w, draft, "/approve"));
  assert.deepEqual([approved.version, approved.run.kind, approved.run.dry], [2, "reconcile", false]);
  await call(w, "POST", `/api/pauses/${pause.id}/end`);
  await w.settle();
  // More than the brakes allow: a person was shown it.
  assert.ok(phones(w, ids.slice(1)).every((one) => !one));
  assert.equal((await w.store.run(w.ref, approved.run.run))?.state, "done");
  assert.equal((await w.store.pausesOf(w.ref)).length, 0);
  const [latest] = (await call(w, "GET", mappingPath(w, "/versions"))).versions;
  assert.deepEqual([latest.version, latest.by], [2, "the test"]);
  const [kept] = (await call(w, "GET", mappingPath(w, "/drafts"))).drafts;
  assert.deepEqual([kept.draft, kept.version, kept.basedOn, kept.by], [draft, 2, 1, "the test"]);
  const again = await call(w, "POST", draftPath(w, draft, "/approve"), undefined, 409);
  assert.equal(again.code, "approved");
});

eachCrm("a draft that writes one way only is counted by its links", async (w) => {
  const { ids } = await severalAgreed(w, 3);
  await w.change("c1", { email: "new@example.com", last_name: "Doe" });
  const file = cleaning(crmOf(w)).replace("direction: bidirectional", "direction: to_crm");
  const draft = await drafted(w, file);
  await call(w, "POST", "/api/pauses", { integration: w.ref.id, reason: "a test" }, 201);
  const { progress } = await impactOf(w, draft);
  assert.deepEqual([progress.effects.pairs.cleared, progress.effects.pairs.created], [ids.length, 1]);
});

eachCrm("without a report of what it would do now, a draft does not come into force", async (w) => {
  const { ids } = await severalAgreed(w, 2);
  const draft = await drafted(w, cleaning(crmOf(w)));
  const refused = async (code: string) => {
    const { type, code: said } = await call(w, "POST", draftPath(w, draft, "/approve"), undefined, 409);
    assert.deepEqual([type, said], ["urn:crm-sync:problem:not-now", code]);
  };
  await refused("no_report");
  await call(w, "POST", draftPath(w, draft, "/impact"), undefined, 202);
  await refused("no_report");
  await w.rounds(1);
  await call(w, "PUT", mappingPath(w), { file: mappingOf(crmOf(w), "# another\n") });
  assert.equal((await call(w, "GET", draftPath(w, draft))).outdated, true);
  await refused("report_outdated");
  assert.equal((await w.integration()).mapping.version, 2);
  await impactOf(w, draft);
  assert.equal((await call(w, "GET", draftPath(w, draft))).outdated, false);
  const both = await Promise.all([1, 2].map(() => w.call("POST", draftPath(w, draft, "/approve"))));
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 409]);
  await w.settle();
  assert.deepEqual(
    phones(w, ids).map((one) => !one),
    [true, true],
  );
});

test("one draft at a time is tried; another waits for it, and one that is deleted ends its report", async () => {
  const w = await world();
  await severalAgreed(w, 2);
  const [one, other] = [await drafted(w, cleaning("hubspot")), await drafted(w, mappingOf("hubspot"))];
  const { run } = await call(w, "POST", draftPath(w, one, "/impact"), undefined, 202);
  assert.equal((await call(w, "POST", draftPath(w, one, "/impact"), undefined, 202)).run, run, "the one under way");
  assert.equal((await call(w, "POST", draftPath(w, other, "/impact"), undefined, 409)).code, "another_impact");
  await call(w, "DELETE", draftPath(w, one), undefined, 204);
  for (const [method, rest] of [["GET"], ["DELETE"], ["POST", "/impact"], ["POST", "/approve"]] as const)
    await call(w, method, draftPath(w, one, rest), undefined, 404);
  assert.equal((await w.store.run(w.ref, run))?.state, "cancelled");
  await impactOf(w, other);
  assert.deepEqual(
    (await call(w, "GET", mappingPath(w, "/drafts"))).drafts.map(({ draft }: { draft: string }) => draft),
    [other],
  );
});

test("a draft is checked as a version is, and says what is worth a word", async () => {
  const w = await world();
  const broken = await call(w, "POST", mappingPath(w, "/drafts"), { file: "nonsense: 1" }, 422);
  assert.equal(broken.type, "urn:crm-sync:problem:mapping-refused");
  assert.ok(broken.diagnostics.length > 0);
  await call(w, "POST", mappingPath(w, "/drafts"), { file: mappingOf("salesforce") }, 422);
  assert.deepEqual((await call(w, "GET", mappingPath(w, "/drafts"))).drafts, []);
  const { diagnostics, impact, outdated } = await call(
    w,
    "POST",
    mappingPath(w, "/drafts"),
    { file: mappingOf("hubspot") },
    201,
  );
  assert.deepEqual([Array.isArray(diagnostics), impact, outdated], [true, null, false]);
});

test("where approval is asked for, a mapping is not saved at once, but an old version is put back", async () => {
  const w = await world();
  await severalAgreed(w, 2);
  const approval = `/api/integrations/${w.ref.id}/approval`;
  await call(w, "PUT", approval, { required: "yes" }, 422);
  assert.equal((await call(w, "PUT", approval, { required: true })).settings.approval, true);
  const refused = await call(w, "PUT", mappingPath(w), { file: cleaning("hubspot") }, 409);
  assert.equal(refused.type, "urn:crm-sync:problem:approval-required");
  const draft = await drafted(w, cleaning("hubspot"));
  await impactOf(w, draft);
  await call(w, "POST", draftPath(w, draft, "/approve"));
  await call(w, "POST", mappingPath(w, "/versions/1/activate"));
  await call(w, "PUT", approval, { required: false });
  assert.equal((await call(w, "PUT", mappingPath(w), { file: cleaning("hubspot") })).version, 4);
});

test("of an integration that is not approved yet a draft comes into force, and nothing is begun", async () => {
  const w = await world({ state: "proposed" });
  w.hands.create(ann);
  const draft = await drafted(w, mappingOf("hubspot", "# another\n"));
  const { progress } = await impactOf(w, draft);
  assert.equal(progress.effects.pairs.created, 1);
  const { version, run } = await call(w, "POST", draftPath(w, draft, "/approve"));
  assert.deepEqual([version, run], [2, null]);
  await w.rounds(2);
  assert.deepEqual(writesOf(w), []);
  assert.equal((await w.store.counts(w.ref)).links, 0);
});

eachCrm("a comparison that is under way begins anew by the version that comes into force", async (w) => {
  const { ids } = await severalAgreed(w, 12);
  await call(w, "PUT", `/api/integrations/${w.ref.id}/brakes`, { minimum: 100 });
  w.portal.limits.pageSize = 5;
  w.organisation.limits.pageSize = 5;
  const { run } = await w.service.run(await w.integration(), "reconcile");
  const { stepRun } = w.store;
  const seen: number[] = [];
  w.store.stepRun = async (ref, name, from, step) => {
    const stepped = await stepRun(ref, name, from, step);
    seen.push(step.progress.seen);
    if (seen.length === 2) await call(w, "PUT", mappingPath(w), { file: cleaning(crmOf(w)) });
    return stepped;
  };
  try {
    await w.settle();
  } finally {
    w.store.stepRun = stepRun;
  }
  assert.deepEqual(seen.slice(2, 4), seen.slice(0, 2), "from its first page on");
  const done = await w.store.run(w.ref, run);
  assert.deepEqual([done?.state, done?.mappingVersion], ["done", 2]);
  assert.ok(phones(w, ids).every((one) => !one));
});

eachCrm("a report is of one version: a dry run that another one overtakes is none", async (w) => {
  await severalAgreed(w, 2);
  const dry = await w.service.run(await w.integration(), "reconcile", { dry: true });
  const draft = await drafted(w, cleaning(crmOf(w)));
  const { run } = await call(w, "POST", draftPath(w, draft, "/impact"), undefined, 202);
  await call(w, "PUT", mappingPath(w), { file: mappingOf(crmOf(w), "# another\n") });
  await w.settle();
  const report = await w.store.run(w.ref, dry.run);
  assert.deepEqual([report?.state, report?.error, report?.mappingVersion], ["failed", "mapping_changed", 1]);
  // Of a draft it is of that draft, and only says too little of what is in force by now.
  assert.equal((await w.store.run(w.ref, run))?.state, "done");
});
