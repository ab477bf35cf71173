/** What each example has to do, whatever runtime it runs in. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { KeptContact } from "@penguinmails/crm-sync/webhooks";
import { event, publicUrl, type Signing, secret, signed } from "../../service/support.js";
import { type HubSpot, startHubSpot } from "./hubspot.js";
import { within } from "./within.js";

export interface Example {
  url: string;
  /** As it stands in the example's own store. */
  kept(id: string): Promise<KeptContact | null>;
  close(): Promise<void>;
}

/** What an example finds in its environment, but for what its store needs. */
const settings = {
  HUBSPOT_CLIENT_SECRET: secret,
  HUBSPOT_TOKEN: "token",
  HUBSPOT_PORTAL: "62515",
  PUBLIC_URL: publicUrl,
};

/** HubSpot delivers so often before it gives up. */
const attempts = 11;

export type Settings = typeof settings;

export function itKeepsBothSides(start: (hubspot: HubSpot, settings: Settings) => Promise<Example>): void {
  let hubspot: HubSpot;
  let example: Example;
  before(async () => {
    hubspot = await startHubSpot();
    example = await start(hubspot, settings);
  });
  after(async () => {
    // Whatever was given up and still runs must not keep the file from ending.
    setTimeout(() => process.exit(1), 10_000).unref();
    if (example !== undefined) await within("the example's end", example.close);
    if (hubspot !== undefined) await within("the stand-in's end", hubspot.close);
  });

  async function deliver(events: object[], signing: Signing = {}) {
    const body = JSON.stringify(events);
    const headers = signed(body, { timestamp: String(Date.now()), ...signing });
    return within("a delivery's answer", async (signal) => {
      const response = await fetch(example.url, { method: "POST", body, headers, signal });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    });
  }

  const taken = async (objectId: number) => assert.equal((await deliver([event({ objectId })])).status, 200);

  /** HubSpot tells of what is written to it, too, until there is nothing to write. */
  async function settled(id: number) {
    for (let echoes = 0; ; echoes++) {
      assert.ok(echoes < 5, "each echo is written again");
      hubspot.asked.length = 0;
      await taken(id);
      if (!hubspot.asked.includes(`PATCH ${id}`)) return kept(id);
    }
  }

  function propertiesOf(id: number): Record<string, string | null> {
    const contact = hubspot.contacts[id];
    assert.ok(contact);
    return contact.properties;
  }

  const stored = (id: number) => within(`what is kept of ${id}`, () => example.kept(String(id)));

  async function kept(id: number) {
    const contact = await stored(id);
    const { local = null, base = null } = contact ?? {};
    return { record: (local?.record ?? null) as Record<string, unknown> | null, local, base };
  }

  /** What both sides last agreed on, of HubSpot's side. */
  async function agreed(id: number) {
    return ((await kept(id)).base as { crm: Record<string, unknown> } | null)?.crm;
  }

  test("a delivery creates the contact, the next ones change both sides, an echo writes nothing", async () => {
    hubspot.edit(123, { email: "ada@new.test", firstname: "Ada" });
    const created = await deliver([event({ subscriptionType: "contact.creation" }), event({})]);
    assert.deepEqual([created.status, created.body.events, created.body.decided], [200, 2, 1]);
    assert.equal((await kept(123)).record?.email, "ada@new.test");
    assert.equal((await agreed(123))?.email, "ada@new.test");

    hubspot.edit(123, { hs_email_optout: "true" });
    await taken(123);
    assert.equal((await kept(123)).record?.unsubscribed, true);
    assert.equal(propertiesOf(123).pm_greeting, "Dear Ada,");
    const { hs_email_optout, pm_greeting } = (await agreed(123)) ?? {};
    assert.deepEqual({ hs_email_optout, pm_greeting }, { hs_email_optout: "true", pm_greeting: "Dear Ada," });

    const before = await kept(123);
    hubspot.asked.length = 0;
    assert.equal((await deliver([event({ changeSource: "INTEGRATION", sourceId: "54321" })])).status, 200);
    assert.deepEqual(hubspot.asked, ["GET 123"], "the echo is fetched and nothing is written");
    assert.deepEqual(await kept(123), before);
  });

  test("the same delivery twice does what it does once", async () => {
    hubspot.edit(150, { email: "jean@a.test", phone: "1" });
    await taken(150);
    await settled(150);
    hubspot.edit(150, { phone: "2", hs_lead_status: "OPEN" }); // the second of which is ours to say
    const signing = { timestamp: String(Date.now()) };
    assert.equal((await deliver([event({ objectId: 150 })], signing)).status, 200);
    const once = await kept(150);
    assert.equal(once.record?.phone, "2");
    assert.equal(propertiesOf(150).hs_lead_status, "NEW");
    hubspot.asked.length = 0;
    assert.equal((await deliver([event({ objectId: 150 })], signing)).status, 200);
    assert.deepEqual(hubspot.asked, ["GET 150"]);
    assert.deepEqual(await kept(150), once);
  });

  test("forged, stale and foreign deliveries change and fetch nothing", async () => {
    hubspot.edit(124, { email: "eve@a.test" });
    hubspot.asked.length = 0;
    const events = [event({ objectId: 124 })];
    assert.equal((await deliver(events, { secret: "forged" })).status, 401);
    assert.equal((await deliver(events, { timestamp: String(Date.now() - 400_000) })).status, 401);
    const foreign = await deliver([event({ objectId: 124, portalId: 9 })]);
    assert.deepEqual([foreign.status, foreign.body.refused], [200, 1]);
    assert.deepEqual(hubspot.asked, []);
    assert.equal(await stored(124), null);
  });

  test("twenty edits whose deliveries come at once leave one state that both sides hold", async () => {
    hubspot.edit(200, { email: "kenji@a.test", firstname: "Kenji", phone: "0" });
    await taken(200);
    const edited = async (number: number) => {
      await wait(number);
      hubspot.edit(200, { firstname: `Kenji${number}`, ...(number === 7 && { hs_email_optout: "true" }) });
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const { status } = await deliver([event({ objectId: 200 })]);
        if (status === 200) return;
        assert.equal(status, 503);
        await wait(20 * attempt);
      }
      assert.fail("HubSpot has given up");
    };
    await Promise.all(Array.from({ length: 20 }, (_, number) => edited(number)));
    const { record } = await settled(200);
    const { firstname, pm_greeting, hs_email_optout } = propertiesOf(200);
    assert.deepEqual([firstname, pm_greeting, hs_email_optout], ["Kenji19", "Dear Kenji19,", "true"]);
    assert.deepEqual([record?.first_name, record?.unsubscribed], ["Kenji19", true]);
    const base = await agreed(200);
    assert.deepEqual(
      [base?.firstname, base?.pm_greeting, base?.hs_email_optout],
      [firstname, pm_greeting, hs_email_optout],
    );
  });

  test("a decision that another has overtaken writes nothing, and comes again", async () => {
    hubspot.edit(250, { email: "rear@a.test", firstname: "Grace" });
    await taken(250);
    await settled(250);
    hubspot.edit(250, { hs_lead_status: "OPEN" }); // which is ours to say: it will be put right
    hubspot.asked.length = 0;
    hubspot.meanwhile = async () => {
      hubspot.edit(250, { firstname: "Eve" });
      await taken(250);
    };
    assert.equal((await deliver([event({ objectId: 250 })])).status, 503);
    assert.deepEqual(hubspot.asked, ["GET 250", "GET 250", "PATCH 250"], "only the first of the two has written");
    assert.equal(propertiesOf(250).hs_lead_status, "NEW");
    assert.equal((await settled(250)).record?.first_name, "Eve");
    assert.equal(propertiesOf(250).pm_greeting, "Dear Eve,");
  });

  test("what HubSpot refuses to take is not agreed on, and is sent again", async () => {
    hubspot.edit(260, { email: "mina@a.test", firstname: "Mina" });
    await taken(260);
    hubspot.refusing = true;
    assert.equal((await deliver([event({ objectId: 260 })])).status, 503);
    hubspot.refusing = false;
    assert.equal(propertiesOf(260).pm_greeting, undefined);
    assert.equal((await agreed(260))?.pm_greeting, undefined);
    await taken(260);
    assert.equal(propertiesOf(260).pm_greeting, "Dear Mina,");
    assert.equal((await agreed(260))?.pm_greeting, "Dear Mina,");
  });

  test("an edit that is made while HubSpot refuses is not taken back", async () => {
    hubspot.edit(270, { email: "wu@a.test", firstname: "Wu" }, 60);
    await taken(270);
    hubspot.edit(270, { firstname: "Chien" }, 50);
    hubspot.refusing = true;
    hubspot.meanwhile = () => hubspot.edit(270, { firstname: "Chien-Shiung" }, 40);
    assert.equal((await deliver([event({ objectId: 270 })])).status, 503);
    hubspot.refusing = false;
    assert.equal((await kept(270)).record?.first_name, "Chien");
    assert.equal((await settled(270)).record?.first_name, "Chien-Shiung");
    const { firstname, pm_greeting } = propertiesOf(270);
    assert.deepEqual([firstname, pm_greeting], ["Chien-Shiung", "Dear Chien-Shiung,"]);
  });

  test("an opt-out that HubSpot has lifted is put back, by its communication preferences", async () => {
    hubspot.edit(280, { email: "rosa@a.test", firstname: "Rosa", hs_email_optout: "true" });
    await taken(280);
    await settled(280);
    hubspot.edit(280, { hs_lead_status: "OPEN", hs_email_optout: "false" });
    hubspot.asked.length = 0;
    await taken(280);
    assert.deepEqual(hubspot.asked, ["GET 280", "GET 280", "POST rosa@a.test", "PATCH 280"]);
    const { hs_email_optout, hs_lead_status } = propertiesOf(280);
    assert.deepEqual([hs_email_optout, hs_lead_status], ["true", "NEW"]);
    assert.equal((await settled(280)).record?.unsubscribed, true);
  });

  test("a contact that HubSpot no longer has is unlinked, not created again", async () => {
    hubspot.edit(300, { email: "mary@a.test" });
    await taken(300);
    assert.notEqual((await kept(300)).base, null);
    delete hubspot.contacts[300];
    hubspot.asked.length = 0;
    const deleted = await deliver([event({ objectId: 300, subscriptionType: "contact.deletion" })]);
    assert.equal(deleted.body.decided, 1);
    assert.deepEqual(hubspot.asked, ["GET 300"]);
    const { base, record } = await kept(300);
    assert.deepEqual([base, record?.email], [null, "mary@a.test"]);
  });

  for (const name of Object.keys(settings)) {
    test(`without ${name} it takes no delivery`, async (t) => {
      let started: Example;
      try {
        started = await start(hubspot, { ...settings, [name]: "" });
      } catch (error) {
        assert.match(String(error), name === "HUBSPOT_PORTAL" ? /HUBSPOT_PORTAL is not set/ : /token|secret|URL/);
        return;
      }
      t.after(started.close);
      const body = JSON.stringify([event({})]);
      const headers = signed(body, { timestamp: String(Date.now()) });
      const answer = await within("its answer", (signal) =>
        fetch(started.url, { method: "POST", body, headers, signal }),
      );
      assert.equal(answer.status, 500);
    });
  }
}
