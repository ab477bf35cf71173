/** What happens between two sides, played once undisturbed and then with a death at each fault point. */
import assert from "node:assert/strict";
import type { World, WorldOptions } from "./world.js";

export interface Scenario {
  name: string;
  /** What a death could lose or do twice at once: every point at which something changes is tried, always. */
  essential?: true;
  world?: Omit<WorldOptions, "crm">;
  /** Undisturbed in any case; what it gives, the act is given. */
  prepare?(w: World): Promise<Known>;
  act(w: World, known: Known): Promise<void>;
}

interface Known {
  /** Records in the CRM. */
  ids: string[];
  /** Contacts here. */
  contacts: string[];
}

const people = [
  { email: "ann@example.com", first_name: "Ann", last_name: "Lee", phone: "1", city: "Ulm", note: "old" },
  { email: "bob@example.com", first_name: "Bob", last_name: "Ray", phone: "2", city: "Bonn", note: "old" },
] as const;

/** As many pairs that both sides agree on. */
const agreed = (count: 1 | 2) => async (w: World) => {
  const ids = people.slice(0, count).map((person) => w.hands.create({ ...person }));
  await w.settle();
  const contacts = await Promise.all(ids.map(async (id) => (await w.contactOf(id))?.id as string));
  assert.ok(contacts.every((id) => id !== undefined));
  await w.pass(60_000);
  return { ids, contacts };
};

/** The CRM's webhooks go nowhere: only runs find what changed there. */
const withoutWebhooks = (w: World) => {
  w.portal.webhook = null;
  w.organisation.webhook = null;
};

const withPagesOfOne = (w: World) => {
  w.organisation.limits.pageSize = 1;
  w.portal.limits.pageSize = 1;
};

async function runOf(w: World, kind: string, dry = false): Promise<string> {
  const { status, body } = await w.call("POST", "/api/runs", { integration: w.ref.id, kind, dry });
  assert.equal(status, 202, JSON.stringify(body));
  await w.settle();
  return body.run;
}

/** Whose request died asks again, and may hear that it was done already. */
async function answer(w: World, given: object): Promise<void> {
  const { reviews } = (await w.call("GET", "/api/reviews?state=open")).body;
  assert.equal(reviews.length, 1);
  const path = `/api/reviews/${w.ref.id}/${encodeURIComponent(reviews[0].id)}/answer`;
  const { status } = await w.call("POST", path, given);
  assert.ok(status === 202 || status === 404, `the answer is answered with ${status}`);
  await w.settle();
}

export const scenarios: Scenario[] = [
  {
    name: "a record of the CRM comes here",
    essential: true,
    async act(w) {
      w.hands.create({ email: "ann@example.com", first_name: "Ann", last_name: "Lee" });
      await w.settle();
    },
  },
  {
    name: "a contact goes to the CRM",
    essential: true,
    async act(w) {
      await w.change("c1", { email: "bob@example.com", first_name: "Bob", last_name: "Ray", phone: "7" });
      await w.settle();
    },
  },
  {
    name: "a contact who wants no mail goes to the CRM",
    async act(w) {
      await w.change("c1", { email: "bob@example.com", last_name: "Ray", unsubscribed: true });
      await w.settle();
    },
  },
  {
    name: "the same person comes into being on both sides at once",
    async act(w) {
      w.hands.create({ email: "ann@example.com", first_name: "Ann", last_name: "Lee" });
      await w.change("c1", { email: "ANN@example.com", phone: "7" });
      await w.settle();
    },
  },
  {
    name: "different fields are edited on both sides",
    essential: true,
    prepare: agreed(1),
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      w.hands.edit(id, { phone: "5" });
      await w.change(contact, { city: "Rome", first_name: "Anna" });
      await w.settle();
    },
  },
  {
    name: "the same field is edited on both sides",
    prepare: agreed(1),
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      w.hands.edit(id, { phone: "555 0100" });
      await w.pass(60_000);
      await w.change(contact, { phone: "555 0199" });
      await w.settle();
    },
  },
  {
    name: "an edit follows another one that is still on its way",
    prepare: agreed(1),
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      await w.change(contact, { phone: "555 0142" });
      await w.service.drain();
      w.hands.edit(id, { city: "Rome" });
      await w.change(contact, { last_name: "Leigh" });
      await w.settle();
    },
  },
  {
    name: "a field under manual waits for a person, who answers",
    prepare: agreed(1),
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      w.hands.edit(id, { note: "theirs" });
      await w.change(contact, { note: "ours", phone: "5" });
      await w.settle();
      await answer(w, { choose: "local" });
    },
  },
  {
    name: "an opt-out in the CRM",
    prepare: agreed(1),
    async act(w, { ids: [id = ""] }) {
      w.hands.optOut(id);
      await w.settle();
    },
  },
  {
    name: "an opt-out here",
    essential: true,
    prepare: agreed(1),
    async act(w, { contacts: [contact = ""] }) {
      await w.change(contact, { unsubscribed: true, phone: "5" });
      await w.settle();
    },
  },
  {
    name: "a record is deleted in the CRM",
    prepare: agreed(1),
    async act(w, { ids: [id = ""] }) {
      w.hands.remove(id);
      await w.settle();
      await runOf(w, "reconcile");
    },
  },
  {
    name: "a contact is deleted here",
    prepare: agreed(1),
    async act(w, { contacts: [contact = ""] }) {
      await w.change(contact, null);
      await w.settle();
    },
  },
  {
    name: "two linked records are merged in the CRM",
    prepare: agreed(2),
    async act(w, { ids: [one = "", other = ""] }) {
      w.hands.merge(one, other);
      await w.settle();
      // Not every CRM tells of a merge.
      await runOf(w, "reconcile");
    },
  },
  {
    name: "a linked record is merged into one that nobody knows",
    prepare: agreed(1),
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      withoutWebhooks(w);
      const winner = w.hands.create({ email: "ann.lee@example.com", last_name: "Lee", phone: "9" });
      w.hands.merge(winner, id);
      await w.change(contact, { city: "Rome" });
      await w.settle();
      await runOf(w, "reconcile");
    },
  },
  {
    name: "a person of the CRM asks to be forgotten",
    prepare: agreed(1),
    async act(w, { ids: [id = ""] }) {
      w.hands.forget(id);
      await w.settle();
      await runOf(w, "reconcile");
    },
  },
  {
    name: "a person asks to be forgotten here",
    prepare: agreed(1),
    async act(w, { contacts: [contact = ""] }) {
      await w.change(contact, "privacy");
      await w.settle();
    },
  },
  {
    // With a new token Salesforce ends the old refresh token: whoever dies before the new one is kept has none.
    name: "the access token has ended while both sides are edited",
    async prepare(w) {
      const known = await agreed(1)(w);
      await runOf(w, "first_sync");
      return known;
    },
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      const account = w.ref.id === "hubspot" ? w.portal : w.organisation;
      account.expire();
      w.hands.edit(id, { phone: "5" });
      await w.change(contact, { city: "Rome" });
      await w.settle();
      if ((await w.integration()).state !== "revoked") return;
      const { access, refresh } = account.connect();
      const { status } = await w.call("PUT", `/api/integrations/${w.ref.id}/credentials`, { access, refresh });
      assert.equal(status, 200);
      await w.settle();
    },
  },
  {
    name: "an incremental run with pages of one",
    async prepare(w) {
      const known = await agreed(2)(w);
      withoutWebhooks(w);
      withPagesOfOne(w);
      await runOf(w, "incremental");
      return known;
    },
    async act(w, { ids: [id = ""], contacts: [contact = ""] }) {
      w.hands.edit(id, { phone: "5" });
      w.hands.create({ email: "cid@example.com", last_name: "Cid" });
      w.hands.create({ email: "dan@example.com", last_name: "Dan" });
      await w.change(contact, { city: "Rome" });
      await w.pass(600_000);
      await w.store.wake(w.ref, [{ subject: "run:incremental" }]);
      await w.settle();
    },
  },
  {
    name: "a first sync is tried out, approved and done",
    world: { state: "proposed" },
    async prepare(w) {
      withPagesOfOne(w);
      withoutWebhooks(w);
      for (const person of people) w.hands.create({ ...person });
      // They were here before anybody thought of a CRM.
      const records = [
        { id: "c1", patch: { email: "ann@example.com", city: "Ulm" } },
        { id: "c2", patch: { email: "eve@example.com", last_name: "Eve" } },
      ];
      const updatedAt = new Date(w.clock.now()).toISOString();
      const changes = records.map((one) => ({ ...one, updatedAt, optOuts: [], optIns: [] }));
      await w.store.changeContacts(w.tenant, changes, []);
      return { ids: [], contacts: ["c1", "c2"] };
    },
    async act(w) {
      const run = await runOf(w, "first_sync", true);
      const { status } = await w.call("POST", `/api/runs/${w.ref.id}/${run}/approve`);
      assert.ok(status === 202 || status === 409, `the approval is answered with ${status}`);
      await w.settle();
    },
  },
];
