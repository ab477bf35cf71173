/** What decisions make of a contact that a webhook's host keeps. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { type Decision, type Engine, loadEngine, type Mapping, type ResolveInput } from "@penguinmails/crm-sync";
import { agreeOnDecision, createWebhookHandler, type KeptContact, takeDecision } from "@penguinmails/crm-sync/webhooks";
import { delivery, event, publicUrl, secret, time } from "./support.js";

const file = readFileSync(new URL("../../examples/hubspot-contacts.yaml", import.meta.url), "utf8");
const [edited, now] = ["2026-03-01T10:00:00.000Z", "2026-03-01T10:00:05.000Z"];
let engine: Engine;
let mapping: Mapping;
before(async () => {
  engine = await loadEngine();
  mapping = compiled(file);
});

function compiled(text: string): Mapping {
  const { mapping, diagnostics } = engine.compile(text);
  assert.ok(mapping, JSON.stringify(diagnostics));
  return mapping;
}

const theirs = (record: object, more: object = {}) => ({ record, updated_at: edited, ...more });

function decided(kept: KeptContact | null, crm: ResolveInput["crm"], by = mapping): Decision {
  const { local = null, base = null, reviews = [] } = kept ?? {};
  return by.resolve({ link: "1", local, base, reviews, crm, now });
}

/** As an example does it where HubSpot takes all that it gets. */
function settled(kept: KeptContact | null, crm: ResolveInput["crm"], by = mapping): KeptContact | null {
  const decision = decided(kept, crm, by);
  return agreeOnDecision(takeDecision(kept, decision, decision.base, time), decision, decision.base);
}

const recordOf = (kept: KeptContact | null) => ({ ...kept?.local?.record }) as Record<string, unknown>;

function ada(more: object = {}): KeptContact {
  const kept = settled(null, theirs({ email: "ada@a.test", firstname: "Ada" }));
  assert.ok(kept?.local);
  return { ...kept, local: { ...kept.local, ...more } };
}

test("what is new is kept with HubSpot's times, and is JSON", () => {
  const kept = ada();
  assert.deepEqual(kept.local?.record, { email: "ada@a.test", first_name: "Ada", display_name: "Ada" });
  assert.equal(kept.local?.updated_at, now);
  assert.deepEqual(kept.local?.field_times, { email: edited, first_name: edited, display_name: edited });
  assert.deepEqual(kept.base?.crm, { email: "ada@a.test", firstname: "Ada" });
  assert.deepEqual(JSON.parse(JSON.stringify(kept)), kept);
});

test("until HubSpot has taken its part, the base is the one that was given", () => {
  const decision = decided(null, theirs({ email: "ada@a.test", firstname: "Ada" }));
  const taken = takeDecision(null, decision, { crm: {} }, time);
  assert.deepEqual(taken?.base, { crm: {} });
  assert.deepEqual(agreeOnDecision(taken, decision, { crm: { email: "a" } })?.base, { crm: { email: "a" } });
});

test("a decision that was made from an older state throws and says so by its name", () => {
  const kept = ada();
  const [first, second] = ["Bea", "Eve"].map((firstname) => decided(kept, theirs({ email: "ada@a.test", firstname })));
  assert.ok(first && second);
  const taken = takeDecision(kept, first, first.base, time);
  assert.throws(() => takeDecision(taken, second, second.base, time), { name: "DecisionOvertaken" });
  assert.throws(() => takeDecision(null, second, second.base, time), { name: "DecisionOvertaken" });
  const fromNothing = decided(null, theirs({ email: "ada@a.test" }));
  assert.throws(() => takeDecision(kept, fromNothing, fromNothing.base, time), { name: "DecisionOvertaken" });
});

test("the same decision once more takes back nothing that was agreed on since then", () => {
  const kept = ada();
  const decision = decided(kept, theirs({ email: "ada@a.test", firstname: "Ada", hs_lead_status: "OPEN" }));
  assert.deepEqual([decision.local, decision.crm.hs_lead_status], [{}, "NEW"]);
  const agreed = agreeOnDecision(takeDecision(kept, decision, kept.base, time), decision, decision.base);
  assert.deepEqual(takeDecision(agreed, decision, kept.base, time), agreed);
});

test("what another decision has taken since then is the other's to agree on", () => {
  const kept = ada();
  const slow = decided(kept, theirs({ email: "ada@a.test", firstname: "Ada", hs_lead_status: "OPEN" }));
  const fast = decided(kept, theirs({ email: "ada@a.test", firstname: "Ada" }, { updated_at: now }));
  const taken = takeDecision(takeDecision(kept, slow, slow.base, time), fast, fast.base, time);
  assert.equal(agreeOnDecision(taken, slow, { crm: {} }), taken);
  assert.deepEqual(agreeOnDecision(taken, fast, { crm: {} })?.base, { crm: {} });
  assert.equal(agreeOnDecision(null, fast, fast.base), null);
});

test("no two states have the same time, whatever the clock says", () => {
  let kept = ada();
  const times = [kept.local?.updated_at];
  for (const [index, firstname] of ["Bea", "Cy", "Dee"].entries()) {
    const decision = decided(kept, theirs({ email: "ada@a.test", firstname }));
    kept = takeDecision(kept, decision, decision.base, time - index * 1_000) as KeptContact;
    times.push(kept.local?.updated_at);
  }
  assert.deepEqual(times, [...new Set(times)].sort());
});

test("a clear is one, a field within another too, and nothing else is touched", () => {
  const kept = settled(ada(), theirs({ email: "ada@a.test", firstname: "Ada", company: "A", vip_note: "VIP" }));
  const record = { ...kept?.local?.record, custom_fields: { note: "VIP", own: 1 }, score: 7 };
  const local = { ...kept?.local, record, source: "form" };
  const cleared = settled({ ...(kept as KeptContact), local }, theirs({ email: "ada@a.test", firstname: "Ada" }));
  assert.deepEqual(cleared?.local?.record, {
    ...{ email: "ada@a.test", first_name: "Ada", display_name: "Ada" },
    ...{ custom_fields: { own: 1 }, score: 7 },
  });
  assert.equal(cleared?.local?.source, "form");
  assert.equal(cleared?.local?.field_times?.["custom_fields.note"], edited);
});

test("an act stands for the person's own word only until the field is written", () => {
  const act = { by: "subject", at: "2026-02-01T00:00:00Z" };
  const kept = ada({ acts: { unsubscribed: act, other: act } });
  const out = settled(kept, theirs({ email: "ada@a.test", firstname: "Ada", hs_email_optout: "true" }));
  assert.equal(recordOf(out).unsubscribed, true);
  assert.deepEqual(out?.local?.acts, { other: act });
});

test("reviews are those of the decision, and of fields that were not fetched", () => {
  const differ = theirs({ email: "ada@a.test", vip_note: "theirs", firstname: "Ada" });
  const kept = settled(ada({ record: { email: "ada@a.test", custom_fields: { note: "ours" } } }), differ);
  assert.deepEqual(
    kept?.reviews.map(({ field }) => field),
    ["custom_fields.note"],
  );
  const part = { record: { email: "ada@a.test" }, fetched: ["email"], updated_at: now };
  assert.deepEqual(settled(kept, part)?.reviews, kept?.reviews);
  const agreeing = theirs({ email: "ada@a.test", vip_note: "ours", firstname: "Ada" }, { updated_at: now });
  assert.deepEqual(settled(kept, agreeing)?.reviews, []);
});

test("of a pair that ends nothing is agreed any more", () => {
  const gone = { deleted: true, deleted_at: now };
  const unlinked = settled(ada(), gone);
  assert.deepEqual([unlinked?.base, unlinked?.reviews], [null, []]);
  assert.equal(recordOf(unlinked).email, "ada@a.test");
  const deleted = settled(ada(), gone, compiled(deleting("propagate")));
  assert.deepEqual([deleted?.local, deleted?.base], [null, null]);
});

test("what is left out, broken, or not to be carried out leaves everything as it is", () => {
  assert.equal(settled(null, theirs({ firstname: "Ada" })), null, "the mapping's filter leaves out who has no address");
  const recreating = compiled(deleting("recreate"));
  const kept = ada();
  const decision = decided(kept, { deleted: true, deleted_at: now }, recreating);
  assert.equal(decision.outcome, "create_crm");
  assert.equal(settled(kept, { deleted: true, deleted_at: now }, recreating), kept);
  const forgotten = ada({ deleted: "privacy", deleted_at: now });
  assert.equal(settled(forgotten, theirs({ email: "ada@a.test", firstname: "Ada" })), forgotten);
});

test("an edit is not lost to a decision whose write to HubSpot fails, whoever wins", async () => {
  const ours = compiled(file.replace("default: newest_wins", "default: penguinmails_wins"));
  let kept: KeptContact | null = null;
  let record: Record<string, string> = { email: "ada@a.test", firstname: "Ada" };
  let fails = false;
  const handle = createWebhookHandler({
    ...{ secret, publicUrl, mapping: ours, now: () => time, loadContact: () => kept },
    fetchCrm: (_, asked) => ({
      properties: { ...Object.fromEntries(asked.map((name) => [name, null])), ...record },
      updatedAt: edited,
    }),
    onDecision(decision, _, base) {
      kept = takeDecision(kept, decision, base, time);
      if (fails && Object.keys(decision.crm).length > 0) throw new Error("HubSpot is not there");
      record = { ...record, ...(decision.crm as Record<string, string>) };
      kept = agreeOnDecision(kept, decision, decision.base);
    },
  });
  const deliver = async () => (await handle(delivery(JSON.stringify([event({})])))).status;
  assert.deepEqual([await deliver(), await deliver()], [200, 200]);

  fails = true;
  record = { ...record, firstname: "Bea", hs_lead_status: "OPEN" }; // the second of which is ours to say
  assert.equal(await deliver(), 503);
  fails = false;
  record = { ...record, firstname: "Cy" };
  assert.equal(await deliver(), 200);
  assert.deepEqual([record.firstname, record.hs_lead_status], ["Cy", "NEW"]);
  assert.equal(recordOf(kept).first_name, "Cy");

  kept = editedHere(kept, { company: "Engines" });
  fails = true;
  assert.equal(await deliver(), 503);
  fails = false;
  assert.equal(await deliver(), 200);
  assert.deepEqual([record.company, recordOf(kept).company], ["Engines", "Engines"]);
});

function editedHere(kept: KeptContact | null, changes: object): KeptContact {
  assert.ok(kept?.local);
  const local = { ...kept.local, record: { ...kept.local.record, ...changes }, updated_at: "2026-03-01T10:00:04.000Z" };
  return { ...kept, local };
}

function deleting(how: string): string {
  return file.replace("\nconflict_resolution:\n", `\nconflict_resolution:\n  on_crm_delete: ${how}\n`);
}
