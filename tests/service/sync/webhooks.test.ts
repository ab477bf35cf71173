/** Promise 4: webhooks come twice, late, out of order, forged or not at all; they wake, and nothing else. */
import assert from "node:assert/strict";
import { event, signed } from "../support.js";
import { agreed, ann, bothHold, eachCrm, isWrite, oneCrm, withoutWebhooks, writesOf } from "./cases.js";
import type { World } from "./world.js";

for (const fault of ["doubled", "late", "forged"] as const) {
  eachCrm(`every webhook is ${fault}, and each edit arrives once`, async (w) => {
    w.standIn.faults.rate(fault, 2);
    const { id, contact } = await agreed(w);
    const before = (await w.contact(contact))?.version as number;
    for (const city of ["Bonn", "Rome"]) {
      w.hands.edit(id, { city });
      await w.settle();
      await bothHold(w, id, contact, { city });
      await w.pass(60_000);
    }
    assert.equal((await w.contact(contact))?.version, before + 2, "two edits, two changes");
    assert.deepEqual(writesOf(w), [], "nothing is written back");
    assert.ok((w.standIn.faults.struck.get(fault) ?? 0) > 2);
  });
}

eachCrm("webhooks that overtake one another leave the last value", async (w) => {
  const { id, contact } = await agreed(w);
  // The first edit's is five seconds late, and comes after that of the second one.
  w.standIn.faults.next("late");
  w.hands.edit(id, { city: "Bonn" });
  await w.deliver();
  w.hands.edit(id, { city: "Rome" });
  await w.settle();
  await bothHold(w, id, contact, { city: "Rome" });
});

eachCrm("what was lost is found by the hourly look at what changed", async (w) => {
  const { id, contact } = await agreed(w);
  await w.run("incremental");
  w.standIn.faults.rate("lost", 2);
  w.hands.edit(id, { city: "Bonn" });
  const born = w.hands.create({ ...ann, email: "bob@example.com" });
  await w.settle();
  assert.equal((await w.contact(contact))?.record.city, "Ulm", "nobody has said anything");
  await w.pass(3_600_000);
  await w.run("incremental");
  await bothHold(w, id, contact, { city: "Bonn" });
  assert.equal((await w.contactOf(born))?.record.email, "bob@example.com");
});

eachCrm("and what even that misses by the daily comparison, deletions too", async (w) => {
  const { id, contact } = await agreed(w);
  const gone = w.hands.create({ ...ann, email: "bob@example.com" });
  await w.settle();
  const bob = (await w.contactOf(gone))?.id as string;
  withoutWebhooks(w);
  w.hands.edit(id, { city: "Bonn" });
  w.hands.remove(gone);
  // The feed has been read beyond it.
  await w.pass(600_000);
  const { cursor } = await w.context.client(await w.integration()).changes(null);
  await w.store.advance(w.ref, "crm", cursor, []);
  await w.pass(600_000);
  await w.run("reconcile");
  await bothHold(w, id, contact, { city: "Bonn" });
  assert.equal((await w.store.loadPairs(w.ref, [`local:${bob}`]))[0]?.link?.state, "ended");
});

eachCrm("a hundred webhooks of one contact are few reads", async (w) => {
  const { id, contact } = await agreed(w);
  for (let n = 0; n < 100; n++) w.hands.edit(id, { city: `City ${n}` });
  const before = w.standIn.calls.length;
  // They come in bursts, between which there is time to work.
  await w.deliver();
  await w.service.drain();
  await w.settle();
  await bothHold(w, id, contact, { city: "City 99" });
  const reads = w.standIn.calls.slice(before);
  assert.ok(reads.length > 0 && reads.length <= 4, `${reads.length} requests`);
});

const inbox = async (w: World) =>
  (await w.sql.query<{ n: number }>("select count(*)::int as n from crm_sync.inbox where tenant = $1", [w.tenant]))[0]
    ?.n;

/** An event that says what is not so, signed as given. */
function told(w: World, more: object, secret = w.portal.webhook?.secret, timestamp = String(w.clock.now())) {
  const uri = w.portal.webhook?.url as string;
  const body = JSON.stringify([event({ portalId: Number(w.account), appId: Number(w.portal.appId), ...more })]);
  return new Request(uri, {
    method: "POST",
    body,
    headers: signed(body, { secret: secret as string, uri, timestamp }),
  });
}

oneCrm("hubspot", "who forges a signature, or plays an old one again, is refused, and nothing is kept", async (w) => {
  const { id, contact } = await agreed(w);
  const before = { inbox: await inbox(w), calls: w.standIn.calls.length };
  const optOut = { objectId: Number(id), propertyName: "hs_email_optout", propertyValue: "true" };
  const old = String(w.clock.now() - 301_000);
  for (const request of [told(w, optOut, "not the secret"), told(w, optOut, undefined, old)]) {
    assert.equal((await w.app.fetch(request)).status, 401);
  }
  const unsigned = new Request(w.portal.webhook?.url as string, { method: "POST", body: "[]" });
  assert.equal((await w.app.fetch(unsigned)).status, 401);
  await w.settle();
  assert.deepEqual({ inbox: await inbox(w), calls: w.standIn.calls.length }, before);
  assert.equal((await w.call("GET", `/contacts/${contact}`)).body.mailable.ok, true);
});

oneCrm("salesforce", "who does not know the secret is answered as for an organisation that is unknown", async (w) => {
  const { id } = await agreed(w);
  const before = { inbox: await inbox(w), calls: w.standIn.calls.length };
  const url = w.organisation.webhook?.url as string;
  w.hands.edit(id, { city: "Bonn" });
  const answers: string[] = [];
  for (const forged of [url.replace(/[^/]+$/, "guessed"), url.replace(w.account, "00D000000000001EAA")]) {
    await w.standIn.deliver(async (request) => {
      const response = await w.app.fetch(new Request(forged, { method: "POST", body: await request.text() }));
      answers.push(`${response.status} ${await response.text()}`);
      return new Response(null, { status: 404 });
    });
    await w.pass(3_600_000);
  }
  assert.equal(answers.length, 2);
  assert.match(answers[0] as string, /^404 /);
  assert.equal(answers[0], answers[1]);
  assert.deepEqual({ inbox: await inbox(w), calls: w.standIn.calls.length }, before);
});

oneCrm("hubspot", "a value in an event that is rightly signed, but old or wrong, writes nothing", async (w) => {
  const { id, contact } = await agreed(w);
  const before = await w.contact(contact);
  for (const [propertyName, propertyValue] of [
    ["phone", "+49 666"],
    ["email", "eve@example.com"],
    ["hs_email_optout", "false"],
    ["penguinmails_id", "somebody-else"],
  ]) {
    const more = { objectId: Number(id), propertyName, propertyValue, occurredAt: w.clock.now() - 86_400_000 };
    assert.equal((await w.app.fetch(told(w, more))).status, 202);
  }
  assert.equal(
    (await w.app.fetch(told(w, { subscriptionType: "contact.deletion", objectId: Number(id) }))).status,
    202,
  );
  await w.settle();
  assert.deepEqual(await w.contact(contact), before);
  assert.deepEqual(writesOf(w), []);
});

oneCrm("salesforce", "a value in a message that has the secret, but is old or wrong, writes nothing", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.edit(id, { city: "Bonn" });
  let lied = 0;
  await w.standIn.deliver(async (request) => {
    const body = (await request.text()).replace("ann@example.com", "eve@example.com").replace(">Ann<", ">Eve<");
    lied += Number(body.includes("eve@example.com") && body.includes(">Eve<"));
    return w.app.fetch(new Request(request.url, { method: "POST", body, headers: request.headers }));
  });
  assert.equal(lied, 1);
  await w.settle();
  await bothHold(w, id, contact, { email: "ann@example.com", first_name: "Ann", city: "Bonn" });
  assert.deepEqual(w.standIn.calls.filter(isWrite), []);
});

eachCrm("what the service cannot take now comes again", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.edit(id, { city: "Bonn" });
  await w.standIn.deliver(async () => new Response(null, { status: 503 }));
  await w.settle();
  await bothHold(w, id, contact, { city: "Bonn" });
});
