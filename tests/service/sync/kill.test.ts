/**
 * The whole service on an embedded database in a folder is killed (SIGKILL) again and again while both sides are edited:
 * in the end both sides are equal, every edit has arrived, and everybody is there once.
 */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { listen } from "../../../web/service/node/listen.js";
import { organisationId } from "../../../web/stand-in/salesforce/organisation.js";
import { createStandIn } from "../../../web/stand-in/stand-in.js";
import { Random } from "../../simulation/random.js";
import { fastClock } from "./fast-clock.js";
import { type Crm, crms, handsOf } from "./hands.js";
import type { Given, Kept } from "./killed-process.js";

const program = fileURLToPath(new URL("./killed-process.ts", import.meta.url));
const loader = fileURLToPath(new URL("../../../scripts/typescript.mjs", import.meta.url));
const kills = 4;
const people = 6;
const speed = 20;
const random = new Random("kill", 1);

class Killable {
  #child: ChildProcess | null = null;
  #origin: string | null = null;

  constructor(private readonly given: Given) {}

  async start(): Promise<void> {
    const child = fork(program, [JSON.stringify(this.given)], { execArgv: ["--import", loader] });
    this.#child = child;
    const { ready } = await this.#told<{ ready: string }>(child);
    this.#origin = ready;
  }

  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    this.#origin = null;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }

  kept(): Promise<Kept> {
    const child = this.#child as ChildProcess;
    child.send("what is kept?");
    return this.#told<Kept>(child);
  }

  async #told<T>(child: ChildProcess): Promise<T> {
    const heard = new AbortController();
    const { signal } = heard;
    try {
      const ended = once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`the process ended with ${code}`);
      });
      const [message] = await Promise.race([once(child, "message", { signal }), ended]);
      return message as T;
    } finally {
      heard.abort();
    }
  }

  /** As the world outside reaches it; rejects while nobody is there. */
  async fetch(request: Request): Promise<Response> {
    if (this.#origin === null) throw new TypeError("fetch failed");
    const { pathname, search } = new URL(request.url);
    const body = request.method === "GET" ? {} : { body: await request.arrayBuffer() };
    return fetch(this.#origin + pathname + search, { method: request.method, headers: request.headers, ...body });
  }
}

test("killed again and again while both sides are edited", { timeout: 600_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-kill-"));
  const time = { began: Date.now(), speed };
  const clock = fastClock(time);
  const standIn = createStandIn({ clock });
  const portal = standIn.hubspot("4711");
  const organisation = standIn.salesforce(organisationId(1));
  const [clientSecret, webhookSecret, key] = ["the-app's-secret", "the-webhook's-secret", "key-0123456789abcdef"];
  const publicUrl = "https://sync.example.com/webhooks/hubspot";
  portal.webhook = { url: publicUrl, secret: clientSecret };
  organisation.webhook = {
    url: `https://sync.example.com/webhooks/salesforce/${organisation.id}/${webhookSecret}`,
  };
  const crmServer = await listen((request) => standIn.handle(request));
  const accounts = {
    hubspot: { account: portal.id, ourself: portal.appId, ...portal.connect() },
    salesforce: { account: organisation.id, ourself: organisation.integrationUser, ...organisation.connect() },
  };
  const service = new Killable({
    ...{ folder, origin: crmServer.origin, publicUrl, clientSecret, webhookSecret, key, accounts, ...time },
  });
  t.after(async () => {
    await service.kill();
    await crmServer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const hands = Object.fromEntries(crms.map((crm) => [crm, handsOf(crm, portal, organisation)])) as Record<
    Crm,
    ReturnType<typeof handsOf>
  >;

  let over = false;
  const delivering = (async () => {
    while (!over) {
      await standIn.deliver((request) => service.fetch(request));
      await wait(20);
    }
  })();

  /** As PenguinMails does: again until it is taken, in order. */
  async function change(crm: Crm, id: string, patch: Record<string, unknown>): Promise<void> {
    const body = JSON.stringify({ changes: [{ id, patch, updatedAt: new Date(clock.now()).toISOString() }] });
    const headers = { authorization: `Bearer ${key}-${crm}`, "content-type": "application/json" };
    for (;;) {
      const request = new Request("http://service/contacts/changes", { method: "POST", body, headers });
      const status = await service.fetch(request).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 202) return;
      assert.ok(status === 0 || status === 503, `a change is answered with ${status}`);
      await wait(50);
    }
  }

  // Of each person the CRM edits the phone and PenguinMails the city, so that what is to be there in the end is known.
  const known: { crm: Crm; contact: string; id: string | null; phone: string; city: string }[] = [];
  let edits = 0;
  await service.start();
  for (const crm of crms) {
    for (let each = 0; each < people; each++) {
      const email = `${each}@example.com`;
      const city = `City ${++edits}`;
      const phone = `555 01${String(edits).padStart(2, "0")}`;
      if (each % 2 === 0) {
        const id = hands[crm].create({ email, last_name: "Lee", phone, city });
        known.push({ crm, id, contact: `${crm}-${id}`, phone, city });
      } else {
        known.push({ crm, id: null, contact: `c${each}`, phone, city });
        void change(crm, `c${each}`, { email, last_name: "Lee", phone, city });
      }
    }
  }

  async function edit(): Promise<void> {
    const one = random.of(known);
    const number = ++edits;
    const record = hands[one.crm].all().find(({ id, key }) => id === one.id || key === one.contact);
    if (random.chance(0.5)) {
      if (record === undefined) return; // not there yet
      one.phone = `555 ${String(number).padStart(4, "0")}`;
      hands[one.crm].edit(record.id, { phone: one.phone });
    } else if (
      one.id === null ||
      (await service.kept()).contacts.some((kept) => kept.tenant === one.crm && kept.id === one.contact)
    ) {
      one.city = `City ${number}`;
      await change(one.crm, one.contact, { city: one.city });
    }
  }

  for (let kill = 0; kill < kills; kill++) {
    for (let left = random.between(4, 10); left > 0; left--) {
      await edit();
      await wait(random.between(5, 100));
    }
    const editing = edit().catch(() => {});
    await service.kill();
    await service.start();
    await editing;
  }

  const differences = async (): Promise<string[]> => {
    const { contacts, links, intents, waiting } = await service.kept();
    const found: string[] = [];
    for (const { crm, id, contact, phone, city } of known) {
      const local = contacts.find((one) => one.tenant === crm && one.id === contact)?.record;
      const crmId = links.find((one) => one.tenant === crm && one.contact === contact)?.crm_id ?? id;
      const record = hands[crm].all().find((one) => one.id === crmId);
      const values = [local?.phone, record?.phone, local?.city, record?.city];
      if (JSON.stringify(values) !== JSON.stringify([phone, phone, city, city]))
        found.push(`${crm} ${contact}: ${values} instead of ${phone}, ${city}`);
    }
    if (contacts.length !== known.length) found.push(`${contacts.length} contacts`);
    for (const crm of crms) if (hands[crm].all().length !== people) found.push(`${hands[crm].all().length} in ${crm}`);
    for (const { state, count } of intents)
      if (state !== "acknowledged" && state !== "dropped") found.push(`${count} ${state}`);
    if (waiting > 0) found.push(`${waiting} wait`);
    return found;
  };
  let left = await differences();
  for (const end = Date.now() + 300_000; left.length > 0 && Date.now() < end; left = await differences())
    await wait(250);
  over = true;
  await delivering;
  assert.deepEqual(left, []);
  t.diagnostic(`${kills} kills, ${edits} edits of ${known.length} people`);
});
