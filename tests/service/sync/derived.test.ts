/** What a formula makes of a contact follows the contact, also where the CRM's own edit has changed it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crms, mappingOf, names } from "./hands.js";
import { world } from "./world.js";

for (const crm of crms) {
  test(`${crm}: a formula's field follows an edit in the CRM of what the formula reads`, async () => {
    const direct = `{crm_field: ${names[crm].note}, penguinmails_field: note}`;
    const formula = `{crm_field: ${names[crm].note}, formula: "'Call ' + phone", direction: to_crm}`;
    const w = await world({ crm, mapping: mappingOf(crm).replace(direct, formula).replace(", note: manual", "") });
    // Nothing that we write comes back as a webhook: what is to be written is known without it.
    w.portal.webhook = null;
    w.organisation.webhook = null;
    const id = w.hands.create({ email: "ann@example.com", last_name: "Lee", phone: "1" });
    await w.store.wake(w.ref, [{ subject: `crm:${id}` }]);
    await w.settle();
    assert.equal(w.hands.get(id)?.note, "Call 1");
    await w.pass(60_000);
    w.hands.edit(id, { phone: "2" });
    await w.store.wake(w.ref, [{ subject: `crm:${id}` }]);
    await w.settle();
    assert.equal(w.hands.get(id)?.note, "Call 2");
    // And then there is peace.
    const calls = w.standIn.calls.length;
    await w.settle();
    assert.equal(w.standIn.calls.length, calls);
  });
}
