/**
 * The deployment is killed (SIGKILL, workerd and all) before and after each of the steps that it takes outside of itself: a
 * request to a CRM, a message given to its queue, one taken from it. Between two of them there is one transaction of an
 * object at most, which has happened or has not. It starts again from what is on the disk; in the end both sides are equal,
 * every edit has arrived, everybody is there once, and who opted out has.
 *
 * `npm test` kills it at the first step of each kind, and at every one with CRM_SYNC_ALL_FAULTS=1, as `npm run check` has it.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Message } from "../../../web/service/cloudflare/environment.js";
import { type Listening, listen } from "../../../web/service/node/listen.js";
import { createStandIn } from "../../../web/stand-in/stand-in.js";
import { fastClock } from "../sync/fast-clock.js";
import { type Crm, crms } from "../sync/hands.js";
import { tenantAsked } from "./asked.js";
import { bundle } from "./deployment.js";
import type { Given } from "./killed-deployment.js";
import { OutsideQueue, queueUrl } from "./outside-queue.js";
import { tenantWith } from "./tenant.js";

const program = fileURLToPath(new URL("./killed-deployment.ts", import.meta.url));
const loader = fileURLToPath(new URL("../../../scripts/typescript.mjs", import.meta.url));
const all = process.env.CRM_SYNC_ALL_FAULTS === "1";

const time = { began: Date.now(), speed: 50 };
const clock = fastClock(time);
const standIn = createStandIn({ clock });
const queue = new OutsideQueue();

/** Where the deployment is killed. */
interface Moment {
  step: string;
  /** The first step of that name is 0. */
  nth: number;
  when: "before" | "after";
}

class Killable {
  #child: ChildProcess | null = null;
  #origin: string | null = null;
  /** Taken since `arm`. */
  steps: string[] = [];
  #moment: Moment | null = null;
  /** At which step; null: it lives. */
  killedAt: string | null = null;
  #restarted: Promise<void> = Promise.resolve();

  constructor(private readonly given: Omit<Given, "origin">) {}

  /** The world outside, at which it is told how far the deployment has come. */
  outside: Listening | null = null;

  async start(): Promise<void> {
    const given: Given = { ...this.given, origin: this.outside?.origin ?? "" };
    // A group of its own, so that workerd dies with it.
    const child = spawn(process.execPath, ["--import", loader, program, JSON.stringify(given)], {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the deployment ended with ${code}`);
    });
    const [origin] = await Promise.race([once(child, "message"), ended]);
    ended.catch(() => {});
    this.#origin = origin as string;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#origin = null;
    if (child?.pid === undefined) return;
    const gone = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await gone;
  }

  arm(moment: Moment | null): void {
    this.steps = [];
    this.#moment = moment;
    this.killedAt = null;
  }

  restarted(): Promise<void> {
    return this.#restarted;
  }

  /** A step that the deployment takes; rejects where it does not live to see its end. */
  async step<Result>(name: string, take: () => Promise<Result>): Promise<Result> {
    const nth = this.steps.filter((step) => step === name).length;
    this.steps.push(name);
    const isIt = (when: Moment["when"]) =>
      this.#moment?.step === name && this.#moment.nth === nth && this.#moment.when === when;
    if (isIt("before")) this.#dies(`before ${name}`);
    const result = await take();
    if (isIt("after")) this.#dies(`after ${name}`);
    return result;
  }

  #dies(at: string): never {
    this.#moment = null;
    this.killedAt = at;
    this.#restarted = this.kill().then(() => this.start());
    throw new TypeError("killed");
  }

  /** Rejects while nobody is there. */
  fetch = async (request: Request): Promise<Response> => {
    if (this.#origin === null) throw new TypeError("fetch failed");
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    const body = method === "GET" ? {} : { body: await request.arrayBuffer() };
    const answer = await fetch(this.#origin + pathname + search, { method, headers, redirect: "manual", ...body });
    return new Response(answer.status === 204 ? null : await answer.arrayBuffer(), { status: answer.status });
  };

  /** What the deployment asks of the world outside. */
  async answer(request: Request): Promise<Response> {
    const url = request.headers.get("x-url") as string;
    const { method, headers } = request;
    const body = method === "GET" ? undefined : await request.text();
    if (url === queueUrl)
      return this.step("a message for the queue", async () => {
        queue.take(JSON.parse(body as string) as Message[]);
        return new Response();
      });
    const asked = new Request(url, { method, headers, ...(body !== undefined && { body }) });
    return this.step(`${method} ${new URL(url).pathname.replace(/\/[\d-]+(?=\/|$)/g, "")}`, () =>
      standIn.handle(asked),
    );
  }
}

const folder = mkdtempSync(join(tmpdir(), "crm-sync-cloudflare-kill-"));
let service: Killable;
let bringing: Promise<void>;
let over = false;
before(async () => {
  const script = join(folder, "worker.js");
  writeFileSync(script, await bundle());
  service = new Killable({ folder, script, ...time });
  service.outside = await listen((request) => service.answer(request));
  await service.start();
  bringing = (async () => {
    while (!over) {
      const bring = () => queue.deliver((request) => service.fetch(request));
      if (queue.waiting > 0) await service.step("what the queue brings", bring).catch(() => service.restarted());
      await wait(10);
    }
  })();
});
after(async () => {
  over = true;
  await bringing;
  await service.restarted().catch(() => {});
  await service.kill();
  service.outside?.server.closeAllConnections();
  await service.outside?.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;

/** People on both sides do what they do, and the deployment dies once; gives the steps that it took. */
async function story(crm: Crm, moment: Moment | null): Promise<{ steps: string[]; killedAt: string | null }> {
  const deployment = { fetch: service.fetch, tenant: (name: string) => tenantAsked(name, service.fetch) };
  const place = { deployment, standIn, clock, waiting: () => queue.waiting };
  const w = await tenantWith(place, crm, ++count);
  const ann = w.hands.create({ email: "ann@example.com", last_name: "Lee", city: "Ulm" });
  await w.settle();
  const contact = (await w.pairOf(ann))?.contact?.id as string;
  service.arm(moment);
  // Somebody is new on our side, and known people change on both.
  w.hands.edit(ann, { city: "Bonn" });
  const taken = [
    w.change("bob", { email: "bob@example.com", last_name: "Ray", city: "Kiel" }),
    w.change(contact, { phone: "555 0101" }),
  ];
  await w.settle();
  for (const answer of await Promise.all(taken)) assert.equal(answer.status, 202);
  w.hands.optOut(ann);
  await w.settle();
  const { steps, killedAt } = service;
  service.arm(null);

  const of = (id: string) => w.store.contact(w.tenant, id);
  const [own, bob] = [await of(contact), await of("bob")];
  const people = w.hands.all();
  assert.equal(people.length, 2, "everybody is in the CRM once");
  assert.equal((await w.database.query("select id from contact")).length, 2, "and on our side");
  const [theirs, theirBob] = [w.hands.get(ann), people.find(({ id }) => id !== ann)];
  assert.deepEqual(
    [own?.record.city, own?.record.phone, theirs?.city, theirs?.phone],
    ["Bonn", "555 0101", "Bonn", "555 0101"],
  );
  assert.deepEqual([bob?.record.city, theirBob?.city, theirBob?.email], ["Kiel", "Kiel", "bob@example.com"]);
  assert.equal(own?.record.unsubscribed, true, "who opted out is not written to");
  for (const id of people.map((one) => one.id)) {
    const pair = await w.pairOf(id);
    assert.equal(pair?.link?.state, "linked");
    assert.deepEqual(pair?.intents, [], "nothing is left open");
  }
  assert.deepEqual(await w.jobs.dead(w.tenant), []);
  return { steps, killedAt };
}

for (const crm of crms) {
  test(`${crm}: killed before and after its steps, it goes on and loses nothing`, { timeout: 1_200_000 }, async (t) => {
    const { steps } = await story(crm, null);
    t.diagnostic(steps.join(", "));
    const moments = steps.flatMap((step, index): Moment[] => {
      const nth = steps.slice(0, index).filter((before) => before === step).length;
      return [
        { step, nth, when: "before" },
        { step, nth, when: "after" },
      ];
    });
    const firsts = moments.filter(({ nth }) => nth === 0);
    const chosen = all ? moments : firsts.filter(({ when }, index) => when === (index % 4 < 2 ? "before" : "after"));
    const killed: string[] = [];
    for (const moment of chosen) {
      const { killedAt } = await story(crm, moment).catch((error: Error) => {
        throw new Error(`killed ${service.killedAt}: ${error.message}`, { cause: error });
      });
      if (killedAt !== null) killed.push(killedAt);
    }
    // A batch may hold more than the one before, so that a story has a step less.
    assert.ok(killed.length >= chosen.length * 0.8, `of ${chosen.length} stories killed ${killed.join("; ")} only`);
    t.diagnostic(`${chosen.length} stories, killed ${killed.join("; ")}`);
  });
}
