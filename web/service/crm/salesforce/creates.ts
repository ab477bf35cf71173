/** Creates: upserts by our key, so that one that is sent twice creates once. */
import { CrmUnavailable } from "../client.js";
import { collectionSize, dataPath } from "./api.js";
import type { Context } from "./context.js";
import { errorsOf, outcomeOf, type SalesforceError } from "./errors.js";
import { longId } from "./ids.js";
import { type Answers, answer, chunks, sendTogether, type Write } from "./outcomes.js";
import { findRecords } from "./read.js";
import { left, readBack } from "./read-back.js";

type Create = Write<"create">;

export async function createRecords(context: Context, writes: readonly Create[], answers: Answers): Promise<void> {
  const { requests, object, keyField } = context;
  const path = `${dataPath}/composite/sobjects/${object}/${keyField}`;
  const headers = { "sforce-duplicate-rule-header": "allowSave=false; includeRecordDetails=true" };
  const send = (some: readonly Create[]) => {
    const records = some.map(({ key, values }) => ({ attributes: { type: object }, ...values, [keyField]: key }));
    return requests.write("PATCH", path, { body: { allOrNone: false, records }, headers });
  };
  for (const some of chunks(writes, collectionSize)) {
    await sendTogether(answers, some, send, (sent, body) => told(context, answers, sent, body));
  }
}

async function told(context: Context, answers: Answers, sent: readonly Create[], body: unknown): Promise<void> {
  // The results have no name but their place.
  const results = Array.isArray(body) && body.length === sent.length ? (body as Record<string, unknown>[]) : [];
  const created = new Map<Create, string>();
  const duplicates = new Map<Create, SalesforceError[]>();
  for (const [index, write] of sent.entries()) {
    const result = results[index];
    const errors = errorsOf(result?.errors);
    const id = longId(result?.id);
    if (result?.success === true && id !== null) created.set(write, id);
    else if (errors.some(({ code }) => code === "DUPLICATES_DETECTED")) duplicates.set(write, errors);
    else answer(answers, write, outcomeOf(200, errors, Object.keys(write.values)));
  }
  const fields = [...created.keys()].flatMap(({ values }) => Object.keys(values));
  const held = await readBack(context, [...created.values()], fields);
  for (const [write, id] of created) answer(answers, write, left(context, id, write.values, held.get(id)));
  if (duplicates.size > 0) await holders(context, duplicates, answers);
}

/**
 * Who holds a new record's address. A duplicate rule may as well have matched by a name: that is nothing that another
 * look would change, and a person has to see to it.
 */
async function holders(context: Context, duplicates: Map<Create, SalesforceError[]>, answers: Answers): Promise<void> {
  const addresses = [...duplicates.keys()].flatMap(({ values }) => emailOf(values) ?? []);
  let found: Awaited<ReturnType<typeof findRecords>>;
  try {
    found = await findRecords(context, "Email", addresses, []);
  } catch (error) {
    if (!(error instanceof CrmUnavailable)) throw error;
    for (const write of duplicates.keys()) {
      answer(answers, write, { state: "later", after: error.after || 60_000, why: error.message });
    }
    return;
  }
  for (const [write, errors] of duplicates) {
    const same = (found.get(emailOf(write.values) ?? "") ?? []).map(({ id }) => id);
    const matched = errors.flatMap(({ matches }) => matches.flatMap((id) => longId(id) ?? []));
    const both = same.filter((id) => matched.includes(id));
    const [holder, ...others] = both.length > 0 ? both : same;
    if (holder === undefined) answer(answers, write, outcomeOf(200, errors, []));
    else answer(answers, write, { state: "exists", holder: others.length === 0 ? holder : null });
  }
}

function emailOf(values: Record<string, unknown>): string | null {
  const name = Object.keys(values).find((one) => one.toLowerCase() === "email");
  const email = name === undefined ? null : values[name];
  return typeof email === "string" ? email : null;
}
