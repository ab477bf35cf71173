/** Promise 11: an opt-out is kept the moment that it is known, whatever else is paused, refused or broken. */
import assert from "node:assert/strict";
import {
  agreed,
  alertsOf,
  ann,
  answer,
  bothHold,
  deadLetters,
  eachCrm,
  isWrite,
  oneCrm,
  openReviews,
  rightBefore,
  writesOf,
} from "./cases.js";
import type { World } from "./world.js";

async function mailable(w: World, contact: string): Promise<boolean> {
  const { status, body } = await w.call("GET", `/contacts/${contact}`);
  assert.equal(status, 200);
  return body.mailable.ok;
}

const account = (w: World) => (w.ref.id === "hubspot" ? w.portal : w.organisation);

/** What may stand in the way of everything else, and how it goes away. */
const troubles: Record<string, { begin(w: World): unknown; end(w: World): unknown }> = {
  nothing: { begin() {}, end() {} },
  "a pause": {
    begin: (w) => w.call("POST", `/api/integrations/${w.ref.id}/pause`),
    end: (w) => w.call("POST", `/api/integrations/${w.ref.id}/resume`),
  },
  "a first sync that nobody has approved": {
    begin: (w) => w.store.setState(w.ref, "proposed"),
    end: (w) => w.store.setState(w.ref, "active"),
  },
  "a token that is refused": {
    async begin(w) {
      account(w).revoke();
      w.hands.edit((w.hands.all()[0] as { id: string }).id, { city: "Bonn" });
      await w.rounds(1);
      assert.equal((await w.integration()).state, "revoked");
    },
    async end(w) {
      const { access, refresh } = account(w).connect();
      await w.call("PUT", `/api/integrations/${w.ref.id}/credentials`, { access, refresh });
      await w.store.setState(w.ref, "active");
    },
  },
  "a mapping that is refused": {
    async begin(w) {
      const { file } = (await w.integration()).mapping;
      await w.store.addMapping(w.ref, "field_mapping: [{crm_field: a}]\n");
      kept.set(w, file);
    },
    end: (w) => w.call("PUT", `/api/integrations/${w.ref.id}/mapping`, { file: kept.get(w) }),
  },
  "a CRM that is down": {
    begin: (w) => w.standIn.faults.rate("unavailable", 2),
    end: (w) => w.standIn.faults.clear(),
  },
  "a hold, since the CRM was asked too fast": {
    async begin(w) {
      await w.jobs.hold(w.ref, w.clock.now() + 3_600_000);
    },
    end() {},
  },
};
const kept = new WeakMap<World, string>();

for (const [trouble, { begin, end }] of Object.entries(troubles)) {
  eachCrm(`an opt-out of PenguinMails under ${trouble} holds at once, and reaches the CRM afterwards`, async (w) => {
    const { id, contact } = await agreed(w);
    await begin(w);
    assert.equal(await mailable(w, contact), true);
    await w.change(contact, { unsubscribed: true });
    assert.equal(await mailable(w, contact), false);
    await w.rounds(2);
    assert.equal(await mailable(w, contact), false);
    await end(w);
    await w.settle();
    assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  });

  eachCrm(`an opt-out of the CRM under ${trouble} holds with its webhook, and is carried out afterwards`, async (w) => {
    const { id, contact } = await agreed(w);
    await begin(w);
    w.hands.optOut(id);
    await w.deliver();
    assert.equal(await mailable(w, contact), false);
    await w.rounds(2);
    assert.equal(await mailable(w, contact), false);
    await end(w);
    await w.settle();
    assert.equal((await w.contact(contact))?.record.unsubscribed, true);
    assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  });
}

for (const trouble of ["a pause", "a first sync that nobody has approved"] as const) {
  eachCrm(
    `an opt-out of the CRM under ${trouble} is found without its webhook, also of who is unknown here`,
    async (w) => {
      const { id, contact } = await agreed(w);
      await troubles[trouble]?.begin(w);
      const unknown = w.hands.create({ ...ann, email: "quidam@example.com" });
      w.standIn.faults.rate("lost", 2);
      w.hands.optOut(id);
      w.hands.optOut(unknown);
      w.standIn.faults.clear();
      await w.store.wake(w.ref, [{ subject: `crm:${id}` }]);
      await w.rounds(2);
      assert.equal(await mailable(w, contact), false);
      assert.equal(await w.contactOf(unknown), null);
      assert.equal((await w.store.suppressions(w.tenant, "Quidam@example.com")).length, 1);
      await w.change("c1", { email: "quidam@example.com" });
      assert.equal(await mailable(w, "c1"), false, "whoever has the address");
    },
  );
}

eachCrm("an opt-out of who is not known yet comes with the contact", async (w) => {
  await w.change("c1", { ...ann, unsubscribed: true });
  assert.equal(await mailable(w, "c1"), false);
  const id = w.hands.create({ ...ann, email: "bob@example.com" });
  w.hands.optOut(id);
  await w.settle();
  const [record] = w.hands.all().filter(({ key }) => key === "c1");
  assert.equal(String(record?.unsubscribed), "true", "the new record is not to be mailed either");
  assert.equal(await mailable(w, (await w.contactOf(id))?.id as string), false);
});

eachCrm("who waits for a person to say who he is may not be mailed", async (w) => {
  await w.change("c1", { email: ann.email });
  await w.change("c2", { email: ann.email });
  const id = w.hands.create(ann);
  await w.settle();
  assert.equal((await openReviews(w)).length, 1);
  w.hands.optOut(id);
  await w.settle();
  assert.deepEqual([await mailable(w, "c1"), await mailable(w, "c2")], [false, false]);
  await answer(w, (await openReviews(w))[0]?.id as string, { choose: "link", candidate: "local:c1" });
  await w.settle();
  assert.equal((await w.contactOf(id))?.record.unsubscribed, true);
});

oneCrm(
  "hubspot",
  "an opt-out is a write of its own, through communication preferences, before all others",
  async (w) => {
    const { id, contact } = await agreed(w);
    const before = w.standIn.calls.length;
    await w.change(contact, { unsubscribed: true, phone: "+49 2" });
    await w.settle();
    const paths = writesOf(w, before).map(({ path }) => path);
    assert.match(paths[0] as string, /communication-preferences/);
    assert.ok(
      paths.length >= 2 && paths.slice(1).every((path) => !path?.includes("communication-preferences")),
      paths.join(),
    );
    assert.ok(writesOf(w, before).every(({ body }) => !body.includes("hs_email_optout")));
    await bothHold(w, id, contact, { phone: "+49 2" });
    assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  },
);

oneCrm("hubspot", "nor is it held back by another write that fails", async (w) => {
  const { id, contact } = await agreed(w);
  w.standIn.faults.next("unavailable", (place) => isWrite(place) && (place.path ?? "").includes("/contacts/"), 50);
  await w.change(contact, { phone: "+49 2" });
  await w.rounds(1);
  await w.change(contact, { unsubscribed: true });
  for (let round = 0; round < 4; round++) await w.rounds(1);
  assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  assert.equal(w.hands.get(id)?.phone, "+49 1");
  w.standIn.faults.clear();
  await w.settle();
  await bothHold(w, id, contact, { phone: "+49 2" });
});

/** Somebody in the CRM, who is not the person. */
function liftThere(w: World, id: string): void {
  if (w.ref.id === "hubspot") w.portal.optIn(ann.email);
  else w.organisation.edit(id, { HasOptedOutOfEmail: false });
}

eachCrm("a newer edit lifts nothing, on either side", async (w) => {
  const { id, contact } = await agreed(w);
  await w.change(contact, { unsubscribed: true });
  await w.settle();
  await w.pass(86_400_000);
  await w.change(contact, { unsubscribed: false });
  assert.equal(await mailable(w, contact), false);
  await w.settle();
  assert.deepEqual([await mailable(w, contact), String(w.hands.get(id)?.unsubscribed)], [false, "true"]);
  await w.pass(86_400_000);
  liftThere(w, id);
  await w.settle();
  assert.equal(await mailable(w, contact), false);
  assert.equal((await w.contact(contact))?.record.unsubscribed, true);
});

eachCrm("the person's own act lifts it, and only an act that is younger", async (w) => {
  const { id, contact } = await agreed(w);
  await w.pass(60_000);
  const before = new Date(w.clock.now() - 30_000).toISOString();
  await w.change(contact, { unsubscribed: true });
  await w.settle();
  await w.pass(60_000);
  const act = (at: string) => ({ acts: { unsubscribed: { by: "subject", at } } });
  await w.change(contact, { unsubscribed: false }, act(before));
  await w.settle();
  assert.equal(await mailable(w, contact), false, "an act from before the opt-out");
  await w.pass(60_000);
  await w.change(contact, { unsubscribed: false }, act(new Date(w.clock.now()).toISOString()));
  await w.settle();
  await w.run("reconcile");
  assert.equal(await mailable(w, contact), true);
  const { intents } = await deadLetters(w);
  const codes = intents.map(({ error }) => error.code);
  // HubSpot lets nobody but the person lift an opt-out of everything there, and whoever looks after it is told so.
  if (w.ref.id === "hubspot") assert.deepEqual(codes, ["OPT_IN_NOT_ALLOWED"]);
  else assert.deepEqual([codes, w.hands.get(id)?.unsubscribed], [[], false]);
});

eachCrm("an opt-out goes along with the person to another address, and stays with the old one", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.optOut(id);
  await w.settle();
  w.hands.edit(id, { email: "ann@new.example.com" });
  await w.settle();
  assert.equal((await w.contact(contact))?.record.email, "ann@new.example.com");
  assert.equal(await mailable(w, contact), false);
  await w.change("c1", { email: ann.email });
  assert.equal(await mailable(w, "c1"), false);
});

eachCrm("an opt-out that meets another address in the CRM holds for that address there", async (w) => {
  const { id, contact } = await agreed(w);
  await w.change(contact, { unsubscribed: true });
  w.hands.edit(id, { email: "ann@new.example.com" });
  await w.settle();
  assert.equal((await w.contact(contact))?.record.email, "ann@new.example.com");
  assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  assert.equal(await mailable(w, contact), false);
});

eachCrm("an opt-out is told of again where the CRM has another address by then", async (w) => {
  const { id, contact } = await agreed(w);
  const move = (email: string) => w.hands.edit(id, { email });
  // In the middle of telling of it, and once all is at rest.
  rightBefore(w, isWrite, () => move("ann@meanwhile.example.com"));
  await w.change(contact, { unsubscribed: true });
  await w.settle();
  assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  await w.pass(2 * 3_600_000);
  move("ann@later.example.com");
  await w.settle();
  assert.equal((await w.contact(contact))?.record.email, "ann@later.example.com");
  assert.equal(String(w.hands.get(id)?.unsubscribed), "true");
  assert.equal(await mailable(w, contact), false);
});

oneCrm(
  "salesforce",
  "a workflow that keeps lifting it is not fought with for ever, and lifts nothing here",
  async (w) => {
    const { id, contact } = await agreed(w);
    await w.change(contact, { unsubscribed: true });
    let rounds = 0;
    for (; rounds < 8; rounds++) {
      await w.settle();
      assert.equal(await mailable(w, contact), false);
      if (w.hands.get(id)?.unsubscribed !== true) break;
      liftThere(w, id);
      await w.pass(60_000);
    }
    assert.ok(rounds < 8, "it ends");
    assert.ok(
      (await alertsOf(w)).some(({ kind, detail }) => kind === "fight" && detail.field === "HasOptedOutOfEmail"),
    );
    // The field is left alone, but an opt-out of somebody else is not.
    await w.change(contact, { city: "Bonn" });
    await w.settle();
    await bothHold(w, id, contact, { city: "Bonn" });
    assert.equal(await mailable(w, contact), false);
  },
);
