/**
 * A create whose outcome is not known: it is asked after by our key, and by nothing else, before anything is sent again;
 * and one record comes of it, however often it was sent.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestFault } from "../../../web/stand-in/faults.js";
import { type Crm, crms, names } from "./hands.js";
import { start, type World, world } from "./world.js";

interface Asked {
  method: string;
  url: string;
  body: string;
}

const isCreate = {
  hubspot: ({ method, url }: Asked) => method === "POST" && url.endsWith("/contacts/batch/create"),
  salesforce: ({ method, url }: Asked) => method === "PATCH" && url.includes("/composite/sobjects/Contact/"),
};

/** Both ask the database by the unique field, not the index. */
const isByKey = {
  hubspot: ({ url, body }: Asked) =>
    url.includes("/contacts/batch/read") && JSON.parse(body).idProperty === names.hubspot.key,
  salesforce: ({ method, url }: Asked) =>
    method === "GET" && /\/query\?.*WHERE PenguinMails_Id__c IN/i.test(decodeURIComponent(url.replaceAll("+", " "))),
};

const isByAddress = ({ url, body }: Asked) =>
  /WHERE Email IN/i.test(decodeURIComponent(url.replaceAll("+", " "))) || /"idProperty":"email"/.test(body);

const isSearch = ({ url, body }: Asked) => /search/i.test(new URL(url).pathname) || /^\s*FIND\b/i.test(body);

interface Disturbed extends World {
  asked: Asked[];
}

type Answer = (request: Request) => Promise<Response>;

/** `disturb` gets each create, and what answers it. */
async function disturbedWorld(crm: Crm, disturb: (w: World, request: Request, answer: Answer) => Promise<Response>) {
  const w = (await world({ crm })) as Disturbed;
  w.asked = [];
  // The only reason to ask anything is the create itself.
  w.portal.webhook = null;
  w.organisation.webhook = null;
  const { store, jobs, clock, standIn } = w;
  const process = await start({
    ...{ store, jobs, clock, clients: { timeout: 300 } },
    async fetch(request) {
      const asked = { method: request.method, url: request.url, body: await request.clone().text() };
      w.asked.push(asked);
      const answer: Answer = (given) => standIn.handle(given);
      return isCreate[crm](asked) ? disturb(w, request, answer) : answer(request);
    },
  });
  return Object.assign(w, process);
}

const person = { email: "bob@example.com", first_name: "Bob", last_name: "Ray", phone: "555 0100", city: "Bonn" };

/** Only the first create goes wrong. */
const once = (crm: Crm, disturb: Parameters<typeof disturbedWorld>[1]) => {
  let first = true;
  return disturbedWorld(crm, (w, request, answer) => {
    if (!first) return answer(request);
    first = false;
    return disturb(w, request, answer);
  });
};

async function assertCreatedOnce(w: Disturbed, crm: Crm, more: object = {}): Promise<void> {
  const records = w.hands.all();
  assert.equal(records.length, 1, "one record exists");
  const [record] = records;
  assert.deepEqual({ ...record }, { ...record, ...person, key: "c1", ...more });
  assert.equal((await w.contactOf(record?.id as string))?.id, "c1");
  assert.deepEqual(await w.store.counts(w.ref).then(({ intents, links }) => ({ open: open(intents), links })), {
    open: 0,
    links: 1,
  });
  assert.ok(!w.asked.some(isSearch), `nothing was searched for in ${crm}`);
}

const open = (intents: Record<string, number>) =>
  ["planned", "sent", "unknown"].reduce((sum, state) => sum + (intents[state] ?? 0), 0);

/** Between the create and whatever is sent next, the CRM was asked by our key and not by the address. */
function assertAskedByKey({ asked }: Disturbed, crm: Crm, creates: number): void {
  const at = [...asked.keys()].filter((index) => isCreate[crm](asked[index] as Asked));
  assert.equal(at.length, creates, "so many creates were sent");
  const [sent = 0, next] = at;
  const between = asked.slice(sent + 1, next);
  const found = between.findIndex(isByKey[crm]);
  assert.notEqual(found, -1, "it was looked up by our key");
  assert.ok(!between.slice(0, found + 1).some(isByAddress), "no address was asked for until then");
}

/** How the outcome gets lost, and how many creates are sent in all. */
const faults: [string, RequestFault, creates: number][] = [
  ["the connection breaks after it was done", "no_answer", 1],
  ["a 500 although it was done", "failed", 1],
  ["the connection breaks, and it was not done", "no_request", 2],
  ["a 503, and it was not done", "unavailable", 2],
];

for (const crm of crms) {
  for (const [name, fault, creates] of faults) {
    test(`${crm}: ${name}`, async () => {
      const w = await once(crm, (w, request, answer) => {
        w.standIn.faults.next(fault);
        return answer(request);
      });
      await w.change("c1", person);
      await w.settle();
      await assertCreatedOnce(w, crm);
      assertAskedByKey(w, crm, creates);
    });
  }

  for (const done of [true, false]) {
    test(`${crm}: no answer within the time, and it was ${done ? "" : "not "}done`, async () => {
      const w = await once(crm, async (_, request, answer) => {
        if (done) await answer(request);
        return new Promise(() => {});
      });
      await w.change("c1", person);
      await w.settle();
      await assertCreatedOnce(w, crm);
      assertAskedByKey(w, crm, done ? 1 : 2);
    });
  }

  test(`${crm}: the look-up fails too, twice, before it tells`, async () => {
    const w = await once(crm, async (w, request, answer) => {
      const response = await answer(request);
      await response.body?.cancel();
      w.standIn.faults.next("unavailable", () => true, 2);
      throw new TypeError("fetch failed");
    });
    await w.change("c1", person);
    await w.settle();
    await assertCreatedOnce(w, crm);
    assertAskedByKey(w, crm, 1);
  });

  test(`${crm}: somebody edits the record before it is asked after, and the edit stays`, async () => {
    const w = await once(crm, async (w, request, answer) => {
      const response = await answer(request);
      await response.body?.cancel();
      await w.pass(2000);
      w.hands.edit(w.hands.all()[0]?.id as string, { phone: "555 0199" });
      throw new TypeError("fetch failed");
    });
    await w.change("c1", person);
    await w.settle();
    await assertCreatedOnce(w, crm, { phone: "555 0199" });
    assertAskedByKey(w, crm, 1);
    assert.equal((await w.contact("c1"))?.record.phone, "555 0199");
  });

  test(`${crm}: the contact is edited while the outcome is not known, and the edit arrives`, async () => {
    const w = await once(crm, async (w, request, answer) => {
      const response = await answer(request);
      await response.body?.cancel();
      await w.pass(2000);
      await w.change("c1", { city: "Rome" });
      throw new TypeError("fetch failed");
    });
    await w.change("c1", person);
    await w.settle();
    await assertCreatedOnce(w, crm, { city: "Rome" });
    assertAskedByKey(w, crm, 1);
  });

  test(`${crm}: somebody was faster and created the person by hand: the two are one`, async () => {
    const w = await once(crm, (w, request, answer) => {
      w.hands.create({ email: person.email, last_name: "Ray", note: "by hand" });
      return answer(request);
    });
    await w.change("c1", person);
    await w.settle();
    const [record, ...others] = w.hands.all();
    assert.deepEqual(others, []);
    assert.equal((await w.contactOf(record?.id as string))?.id, "c1");
    assert.deepEqual([record?.phone, record?.city, record?.first_name], ["555 0100", "Bonn", "Bob"]);
    assert.equal((await w.contact("c1"))?.record.note, "by hand");
    assert.ok(!w.asked.some(isSearch));
  });

  test(`${crm}: every other create's answer is lost, of ten that go at once`, async () => {
    let count = 0;
    const w = await disturbedWorld(crm, async (_, request, answer) => {
      const response = await answer(request);
      if (count++ % 2 === 1) return response;
      await response.body?.cancel();
      throw new TypeError("fetch failed");
    });
    for (let each = 0; each < 10; each++) await w.change(`c${each}`, { ...person, email: `${each}@example.com` });
    await w.settle();
    assert.deepEqual(
      w.hands
        .all()
        .map(({ key }) => key)
        .sort(),
      Array.from({ length: 10 }, (_, each) => `c${each}`),
    );
    assert.equal(open((await w.store.counts(w.ref)).intents), 0);
    assert.ok(!w.asked.some(isSearch));
  });
}
