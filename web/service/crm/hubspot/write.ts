/** Writing contacts: read, compare, write, verify (`verify.ts`), since HubSpot has no conditional writes. */
import type { Clock } from "../../clock.js";
import { CrmUnavailable, type CrmWrite, type CrmWritten, type Seen } from "../client.js";
import { contacts, type HubSpotApi, type HubSpotContact, textOf } from "./api.js";
import { type Input, inputsAtOnce, type Outcome, sendBatch } from "./batch.js";
import { type ConsentWrite, onlyOptsOut, writeConsent } from "./consent.js";
import { batchRead, findByKey, isId } from "./read.js";
import { type Verdict, verify, type Written } from "./verify.js";
import { failedAs, takenAs, textsOf, written } from "./written.js";

export interface WriteOptions {
  api: HubSpotApi;
  clock: Clock;
  keyField: string;
  consentFields: readonly string[];
  subscriptions: Readonly<Record<string, string>>;
  ourself: string | undefined;
  /** A reading that is older than so many milliseconds is read again before the write. */
  comparesAfter: number;
}

type Of<Kind extends CrmWrite["kind"]> = Extract<CrmWrite, { kind: Kind }>;

export async function writeContacts(options: WriteOptions, writes: readonly CrmWrite[]): Promise<CrmWritten[]> {
  const done = new Map<string, CrmWritten>();
  const put = (results: readonly CrmWritten[]) => {
    for (const result of results) done.set(result.ref, result);
  };
  const open = <Kind extends CrmWrite["kind"]>(kind: Kind) =>
    writes.filter((write): write is Of<Kind> => write.kind === kind && !done.has(write.ref));
  try {
    // Opt-outs first: whatever holds up the others does not hold up these.
    const outs = open("consent").filter((write) => onlyOptsOut(write, options.consentFields));
    for (const write of outs) put([await consent(options, write)]);
    for (const write of await compare(options, open("consent"), put)) put([await consent(options, write)]);
    for (const batch of batchesOf(open("create"), (write) => [write.key, textOf(write.values.email)])) {
      await creates(options, batch, put);
    }
    for (const batch of batchesOf(open("update"), ({ id }) => [id])) await updates(options, batch, put);
    for (const batch of batchesOf(open("delete"), ({ id }) => [id])) await deletes(options, batch, put);
  } catch (error) {
    if (!(error instanceof CrmUnavailable) || done.size === 0) throw error;
    const { message, after } = error;
    put(writes.flatMap(({ ref }) => (done.has(ref) ? [] : [{ ref, state: "later" as const, after, why: message }])));
  }
  return writes.map(({ ref }) => done.get(ref) ?? { ref, state: "unknown", why: "no outcome" });
}

/** At most as many as HubSpot takes, and of one record, key or address never two in a batch. */
function* batchesOf<W extends CrmWrite>(writes: readonly W[], namesOf: (write: W) => string[]): Generator<W[]> {
  let left = [...writes];
  while (left.length > 0) {
    const names = new Set<string>();
    const batch: W[] = [];
    left = left.filter((write) => {
      const own = namesOf(write).flatMap((name) => (name === "" ? [] : [name.toLowerCase()]));
      if (batch.length === inputsAtOnce || own.some((name) => names.has(name))) return true;
      for (const name of own) names.add(name);
      batch.push(write);
      return false;
    });
    yield batch;
  }
}

type Put = (results: readonly CrmWritten[]) => void;

/** Sends them and gives those that were taken. Those that could not be sent at all stay open. */
async function send(
  { api }: WriteOptions,
  path: string,
  writes: readonly CrmWrite[],
  inputs: readonly Input[],
  put: Put,
): Promise<{ taken: Taken[]; unavailable: CrmUnavailable | null }> {
  const { outcomes, unavailable } = await sendBatch(api, contacts(path), inputs);
  const taken: Taken[] = [];
  for (const outcome of outcomes) {
    const write = writes.find(({ ref }) => ref === outcome.ref);
    if (outcome.state === "taken") taken.push(outcome);
    else if (outcome.state !== "failed") put([outcome]);
    else if (write !== undefined) put([failedAs(write, outcome.error)]);
  }
  return { taken, unavailable };
}

type Taken = Extract<Outcome, { state: "taken" }>;

async function creates(options: WriteOptions, writes: readonly Of<"create">[], put: Put): Promise<void> {
  const { api, keyField } = options;
  const inputs = writes.map(({ ref, key, values }): Input => {
    const properties = { ...textsOf(values), [keyField]: key };
    const email = textOf(values.email).toLowerCase();
    const matches: Input["matches"] = (result) =>
      result.properties[keyField] === key || (email !== "" && textOf(result.properties.email).toLowerCase() === email);
    return { ref, body: { properties }, matches };
  });
  const held: CrmWritten[] = [];
  const { taken, unavailable } = await send(options, "/batch/create", writes, inputs, (results) => {
    held.push(...results.filter(({ state }) => state === "exists"));
    put(results.filter(({ state }) => state !== "exists"));
  });
  for (const { ref, result } of taken) {
    const write = writes.find((each) => each.ref === ref);
    if (write === undefined) continue;
    if (result === null) put([{ ref, state: "unknown", why: "the answer does not name it" }]);
    else put([takenAs(ref, result, { ...textsOf(write.values), [keyField]: write.key })]);
  }
  put(held);
  if (unavailable !== null) throw unavailable;
  if (held.length === 0) return;
  // The holder may be what an earlier try of this very create has left.
  const keys = writes.filter(({ ref }) => held.some((each) => each.ref === ref));
  const own = await findByKey(
    api,
    keyField,
    keys.map(({ key }) => key),
    [],
  );
  for (const { ref, key } of keys) if (own.has(key)) put([{ ref, state: "unknown", why: "our key is there already" }]);
}

async function updates(options: WriteOptions, given: readonly Of<"update">[], put: Put): Promise<void> {
  const { api, ourself } = options;
  const writes = await compare(options, given, put);
  const inputs = writes.map(
    ({ ref, id, values }): Input => ({ ref, id, body: { id, properties: textsOf(values) }, matches: () => false }),
  );
  if (inputs.length === 0) return;
  const { taken, unavailable } = await send(options, "/batch/update", writes, inputs, put);
  const done = writes.flatMap((write) => {
    const outcome = taken.find(({ ref }) => ref === write.ref);
    return outcome === undefined ? [] : [{ write, left: leftBy(write, outcome.result) }];
  });
  if (done.length > 0) {
    // HubSpot may keep another form of a value than was sent; in the history our version has that form.
    const asked = done.map(({ write, left }) =>
      writtenBy(write, textsOf("record" in left ? left.record : write.values)),
    );
    try {
      const verdicts = await verify(api, asked, ourself);
      for (const { write, left } of done) put([judged(left, verdicts.get(write.id))]);
    } catch (error) {
      if (!(error instanceof CrmUnavailable)) throw error;
      put(done.map(({ write: { ref } }) => ({ ref, state: "unknown", why: `not verified: ${error.message}` })));
    }
  }
  if (unavailable !== null) throw unavailable;
}

export function writtenBy({ id, seen }: Of<"update">, values: Record<string, string>): Written {
  return { id, values, before: seen.values, since: seen.updatedAt };
}

function leftBy({ ref, values }: Of<"update">, result: HubSpotContact | null): CrmWritten {
  if (result === null) return { ref, state: "unknown", why: "the answer does not name it" };
  return takenAs(ref, result, textsOf(values));
}

function judged(left: CrmWritten, verdict: Verdict | undefined): CrmWritten {
  if (verdict?.state === "undone") return { ref: left.ref, state: "changed" };
  if (verdict?.state === "unknown") return { ref: left.ref, state: "unknown", why: verdict.why };
  return left;
}

async function deletes(options: WriteOptions, given: readonly Of<"delete">[], put: Put): Promise<void> {
  const writes = given.filter(({ privacy }) => !privacy);
  for (const { ref, id } of given.filter(({ privacy }) => privacy)) {
    const answer = await options.api.send("POST", contacts("/gdpr-delete"), { objectId: id });
    if (answer.state === "ok") put([written(ref, id, {}, null)]);
    else if (answer.state === "failed")
      put(given.filter((each) => each.ref === ref).map((each) => failedAs(each, answer.error)));
    else if (answer.state === "unknown") put([{ ref, state: "unknown", why: answer.why }]);
    else put([{ ref, state: "later", after: answer.after, why: answer.why }]);
  }
  const unchanged = await compare(options, writes, put);
  if (unchanged.length === 0) return;
  const inputs = unchanged.map(({ ref, id }): Input => ({ ref, id, body: { id }, matches: () => false }));
  const { taken, unavailable } = await send(options, "/batch/archive", unchanged, inputs, put);
  for (const { ref, id } of unchanged) {
    if (taken.some((outcome) => outcome.ref === ref)) put([written(ref, id, {}, null)]);
  }
  if (unavailable !== null) throw unavailable;
}

async function consent(options: WriteOptions, write: ConsentWrite): Promise<CrmWritten> {
  const { consentFields, subscriptions, api } = options;
  const [own, ordinary] = [true, false].map((way) =>
    Object.fromEntries(Object.entries(write.values).filter(([property]) => consentFields.includes(property) === way)),
  ) as [Record<string, unknown>, Record<string, unknown>];
  const told = Object.keys(own).length > 0 ? await writeConsent(api, { ...write, values: own }, subscriptions) : null;
  if (Object.keys(ordinary).length === 0 || (told !== null && told.state !== "written")) {
    return told ?? written(write.ref, write.id, {}, null);
  }
  let result: CrmWritten | null = null;
  try {
    await updates(options, [{ ...write, kind: "update", values: ordinary }], ([last]) => {
      result = last ?? null;
    });
  } catch (error) {
    if (told === null || !(error instanceof CrmUnavailable)) throw error;
    result = { ref: write.ref, state: "later", after: error.after, why: error.message };
  }
  const after = result as CrmWritten | null;
  if (after?.state === "written") return { ...after, record: { ...after.record, ...own } };
  return after ?? { ref: write.ref, state: "unknown", why: "no outcome" };
}

/** Those of which the record is as it was seen; the others are told. Only readings that are old by now are read again. */
async function compare<W extends Exclude<CrmWrite, { kind: "create" }>>(
  { api, clock, comparesAfter }: WriteOptions,
  writes: readonly W[],
  put: Put,
): Promise<W[]> {
  const old = ({ seen }: { seen: Seen }) => clock.now() - seen.readAt > comparesAfter;
  const asked = writes.filter((write) => old(write) && isId(write.id));
  for (const { ref, id } of writes) if (!isId(id)) put([{ ref, state: "gone" }]);
  if (asked.length === 0) return writes.filter(({ id }) => isId(id));
  const properties = [...new Set(asked.flatMap(comparedOf))];
  const answered = await batchRead(
    api,
    asked.map(({ id }) => id),
    properties,
  );
  const now = new Map(answered.map((contact) => [contact.id, contact]));
  return writes.filter((write) => {
    if (!asked.includes(write)) return isId(write.id);
    const contact = now.get(write.id);
    if (contact === undefined) {
      put([write.kind === "delete" ? written(write.ref, write.id, {}, null) : { ref: write.ref, state: "gone" }]);
    }
    const same = (property: string) => textOf(contact?.properties[property]) === textOf(write.seen.values[property]);
    if (contact !== undefined && !comparedOf(write).every(same)) put([{ ref: write.ref, state: "changed" }]);
    return contact !== undefined && comparedOf(write).every(same);
  });
}

/** Of an update what it writes; of a deletion all that was seen. */
function comparedOf(write: Exclude<CrmWrite, { kind: "create" }>): string[] {
  const seen = Object.keys(write.seen.values);
  return write.kind === "delete" ? seen : seen.filter((property) => Object.hasOwn(write.values, property));
}
