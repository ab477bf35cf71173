/** What the tests of the promises share: one case for both CRMs, a pair to begin with, and what was written where. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Crm, crms, type Field } from "./hands.js";
import { type World, type WorldOptions, world } from "./world.js";

type Options = Omit<WorldOptions, "crm">;

export function eachCrm(name: string, run: (w: World) => Promise<void>, options?: Options | ((crm: Crm) => Options)) {
  for (const crm of crms) oneCrm(crm, name, run, typeof options === "function" ? options(crm) : options);
}

export function oneCrm(crm: Crm, name: string, run: (w: World) => Promise<void>, options: Options = {}): void {
  test(`${crm}: ${name}`, async () => run(await world({ ...options, crm })));
}

export const ann = { email: "ann@example.com", first_name: "Ann", last_name: "Lee", phone: "+49 1", city: "Ulm" };

/** A pair that both sides agree on. */
export async function agreed(w: World, fields: { [field in Field]?: string } = {}) {
  const id = w.hands.create({ ...ann, ...fields });
  await w.settle();
  const contact = (await w.contactOf(id))?.id as string;
  assert.ok(contact, "the record came to PenguinMails");
  await w.pass(61_000);
  return { id, contact };
}

/** Several of them, by number. */
export async function severalAgreed(w: World, count: number) {
  const ids = Array.from({ length: count }, (_, n) => w.hands.create({ ...ann, email: `p${n}@example.com` }));
  await w.settle();
  const contacts: string[] = [];
  for (const id of ids) contacts.push((await w.contactOf(id))?.id as string);
  await w.pass(61_000);
  return { ids, contacts };
}

/** Nothing of what the CRM would send arrives. */
export function withoutWebhooks(w: World): void {
  w.portal.webhook = null;
  w.organisation.webhook = null;
}

/** Both sides hold the same in a field, and it is this. */
export async function bothHold(w: World, id: string, contact: string, fields: { [field in Field]?: unknown }) {
  const [record, kept] = [w.hands.get(id), (await w.contact(contact))?.record];
  for (const [field, value] of Object.entries(fields)) {
    assert.equal(kept?.[field], value, `${field} in PenguinMails`);
    assert.equal(record?.[field as Field], value, `${field} in the CRM`);
  }
}

export const isWrite = ({ method, path }: { method?: string; path?: string }) =>
  method !== "GET" && !/\/(read|search|query|token)$/.test(path ?? "");

export const writesOf = (w: World, since = 0) => w.standIn.calls.slice(since).filter(isWrite);

export async function alertsOf(w: World): Promise<{ kind: string; detail: Record<string, unknown> }[]> {
  return (await w.call("GET", "/api/alerts")).body.alerts;
}

export async function openReviews(w: World) {
  return (await w.call("GET", "/api/reviews?state=open")).body.reviews as {
    id: string;
    integration: string;
    contact: string | null;
    crmId: string | null;
    reason: string;
    field: string | null;
    candidates: string[] | null;
  }[];
}

export async function answer(w: World, review: string, given: object): Promise<void> {
  const { status } = await w.call("POST", `/api/reviews/${w.ref.id}/${encodeURIComponent(review)}/answer`, given);
  assert.equal(status, 202);
}

/** Something happens in the CRM right before it gets the next request of these. */
export function rightBefore(
  w: World,
  isMeant: (request: { method: string; path: string }) => boolean,
  act: () => void,
) {
  const { handle } = w.standIn;
  w.standIn.handle = async (request) => {
    const { pathname: path } = new URL(request.url);
    if (isMeant({ method: request.method, path })) {
      w.standIn.handle = handle;
      act();
    }
    return handle(request);
  };
}

export async function deadLetters(w: World) {
  return (await w.call("GET", "/api/dead-letters")).body as {
    jobs: { id: string; subject: string; error: string }[];
    intents: { id: string; contact: string; crmId: string | null; error: { code: string; fields: string[] } }[];
  };
}

/** As a person connects an integration: a first sync that is looked at, and approved. */
export async function approved(w: World): Promise<void> {
  // What came in meanwhile waits for the approval.
  const { run } = await w.service.run(await w.integration(), "first_sync");
  await w.service.drain();
  const { status } = await w.call("POST", `/api/runs/${w.ref.id}/${run}/approve`);
  assert.equal(status, 202);
  await w.settle();
}
