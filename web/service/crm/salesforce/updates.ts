/**
 * Updates: by Composite, each on condition that the record has not changed since it was seen, and read back in the same
 * call. Collections would take 200 a call, but knows no condition.
 *
 * `If-Unmodified-Since` counts whole seconds: a change in the second of the last one that was seen would go unnoticed.
 * So a record that was read no later than the second after its last change is read and compared again first, once that
 * second is over. Still, nobody says whether Salesforce checks the condition before or after it locks the record.
 */
import type { Seen } from "../client.js";
import { compositeSize, dataPath } from "./api.js";
import type { Context } from "./context.js";
import { errorsOf, outcomeOf } from "./errors.js";
import { longId, objectOf } from "./ids.js";
import { type Answers, answer, chunks, sendTogether, type Write } from "./outcomes.js";
import { inUri, type Row } from "./query.js";
import { readRecords } from "./read.js";
import { left, readBack } from "./read-back.js";
import { alike, recordOf, systemFields, type Told } from "./records.js";
import { distinct, isName, soql } from "./soql.js";

/** A consent of Salesforce's is an ordinary field. */
export type Update = Write<"update" | "consent">;

interface Ready {
  write: Update;
  id: string;
  /** As an HTTP date. */
  unmodifiedSince: string;
}

export async function updateRecords(context: Context, writes: readonly Update[], answers: Answers): Promise<void> {
  for (const some of chunks(writes, compositeSize - 1)) {
    const ready = await prepared(context, some, answers);
    const byRef = new Map(ready.map((one) => [one.write.ref, one]));
    const send = (sent: readonly Update[]) => {
      const parts = sent.map(({ ref }) => byRef.get(ref) as Ready);
      const compositeRequest = [...parts.map((part, index) => patch(context, part, index)), look(context, parts)];
      const body = { allOrNone: false, collateSubrequests: false, compositeRequest };
      return context.requests.write("POST", `${dataPath}/composite`, { body });
    };
    const sending = ready.map(({ write }) => write);
    if (sending.length === 0) continue;
    await sendTogether(answers, sending, send, (sent, body) => told(context, answers, sent, body));
  }
}

/** Seconds end when the next has begun; what was seen within them is not the last that they may bring. */
const nextSecond = (time: number) => Math.floor(time / 1000) * 1000 + 2_000;

/** Those that may be sent, with their conditions; the others get their answers. */
async function prepared(context: Context, writes: readonly Update[], answers: Answers): Promise<Ready[]> {
  const ready: Ready[] = [];
  const young: { write: Update; id: string }[] = [];
  for (const write of writes) {
    const id = longId(write.id);
    if (id === null) answer(answers, write, { state: "gone" });
    else if (isOver(context, write.seen)) ready.push({ write, id, unmodifiedSince: httpDate(write.seen.updatedAt) });
    else young.push({ write, id });
  }
  if (young.length === 0) return ready;
  const fields = young.flatMap(({ write }) => Object.keys(write.seen.values));
  const ids = young.map(({ id }) => id);
  const readAt = context.clock.now();
  const held = await readRecords(context, ids, fields);
  for (const { write, id } of young) {
    const now = held.get(id) ?? null;
    if (now === null || now.deleted !== undefined || now.id !== id) answer(answers, write, { state: "gone" });
    else if (!isAsSeen(write.seen, now)) answer(answers, write, { state: "changed" });
    else if (!isOver(context, { updatedAt: now.updatedAt, readAt })) {
      answer(answers, write, { state: "later", after: 1_200, why: "changed a moment ago" });
    } else ready.push({ write, id, unmodifiedSince: httpDate(now.updatedAt) });
  }
  return ready;
}

/** Whether the second of the last change was over, by Salesforce's clock, when it was read. */
function isOver({ requests }: Context, { updatedAt, readAt }: Pick<Seen, "updatedAt" | "readAt">): boolean {
  const theirs = requests.theirTime(readAt);
  return updatedAt !== null && theirs !== null && theirs >= nextSecond(Date.parse(updatedAt));
}

/** `seen` may be of another second and yet hold the same, where something else was edited since. */
export function isAsSeen({ updatedAt, values }: Pick<Seen, "updatedAt" | "values">, held: Told): boolean {
  if (updatedAt !== null && Date.parse(updatedAt) !== Date.parse(held.updatedAt ?? "")) return false;
  return Object.entries(values).every(
    ([name, value]) => !held.fetched.includes(name) || alike(value, held.record[name]),
  );
}

/** Rounded up: a condition before the last change could never be met. */
function httpDate(time: string | null): string {
  return new Date(Math.ceil(Date.parse(time ?? "") / 1000) * 1000).toUTCString();
}

function patch(context: Context, { write, id, unmodifiedSince }: Ready, index: number) {
  return {
    method: "PATCH",
    url: `${dataPath}/sobjects/${objectOf(id, context.object)}/${id}`,
    referenceId: `w${index}`,
    httpHeaders: { "If-Unmodified-Since": unmodifiedSince },
    body: write.values,
  };
}

/** The last of the subrequests, which run in their order. */
function look(context: Context, parts: readonly Ready[]) {
  const object = objectOf(parts[0]?.id ?? "", context.object);
  const literals = parts.map(({ id }) => `'${id}'`);
  const fields = distinct([...written(parts.map(({ write }) => write)), ...systemFields(object)]);
  const query = soql({ object, fields, among: { field: "Id", literals } });
  return { method: "GET", url: `${dataPath}/query?q=${inUri(query)}`, referenceId: "look" };
}

const written = (writes: readonly Update[]) =>
  distinct(writes.flatMap(({ values }) => Object.keys(values)).filter(isName));

async function told(context: Context, answers: Answers, sent: readonly Update[], body: unknown): Promise<void> {
  const parts = new Map<unknown, Row>();
  const responses = (body as { compositeResponse?: unknown } | undefined)?.compositeResponse;
  for (const part of Array.isArray(responses) ? (responses as Row[]) : []) parts.set(part.referenceId, part);
  const taken: Update[] = [];
  for (const [index, write] of sent.entries()) {
    const part = parts.get(`w${index}`);
    const status = typeof part?.httpStatusCode === "number" ? part.httpStatusCode : 0;
    if (part !== undefined && status >= 200 && status < 300) taken.push(write);
    else answer(answers, write, outcomeOf(status, errorsOf(part?.body), Object.keys(write.values)));
  }
  if (taken.length === 0) return;
  const held = await leftBehind(context, taken, sent, parts.get("look"));
  for (const write of taken) {
    const id = longId(write.id) as string;
    answer(answers, write, left(context, id, write.values, held.get(id)));
  }
}

/** From the look in the same call; where that failed, as by a field that may not be read, from another. */
async function leftBehind(context: Context, taken: readonly Update[], sent: readonly Update[], part: Row | undefined) {
  const rows = (part?.body as { records?: unknown } | undefined)?.records;
  if (part?.httpStatusCode === 200 && Array.isArray(rows)) {
    const fields = written(sent);
    return new Map((rows as Row[]).map((row) => recordOf(row, fields)).map((one) => [one.id, one] as const));
  }
  return readBack(
    context,
    taken.map(({ id }) => id),
    written(taken),
  );
}
