/** What became of writes whose answer was lost. */
import type { CrmWrite, CrmWritten } from "../client.js";
import type { Context } from "./context.js";
import { longId } from "./ids.js";
import type { Write } from "./outcomes.js";
import { findRecords, readRecords } from "./read.js";
import { left } from "./read-back.js";
import { alike, type Told } from "./records.js";

export async function lookUpWrites(
  context: Context,
  writes: readonly CrmWrite[],
  fields: readonly string[],
): Promise<CrmWritten[]> {
  const wanted = [...fields, ...writes.flatMap((write) => (write.kind === "delete" ? [] : Object.keys(write.values)))];
  const keys = writes.flatMap((write) => (write.kind === "create" ? [write.key] : []));
  const ids = writes.flatMap((write) => (write.kind === "create" ? [] : [write.id]));
  const byKey =
    keys.length > 0 ? await findRecords(context, context.keyField, keys, wanted) : new Map<string, Told[]>();
  const byId = ids.length > 0 ? await readRecords(context, ids, wanted) : new Map<string, Told | null>();
  return writes.map((write): CrmWritten => {
    const { ref } = write;
    if (write.kind === "create") {
      const held = byKey.get(write.key)?.[0];
      // Upserts by key may be sent again: there is no second record to come of it.
      if (held === undefined) return { ref, state: "later", after: 0, why: "no record has the key" };
      // Where somebody has edited it since, it left what was sent.
      const { record, ...answer } = left(context, held.id, write.values, held) as Left;
      return { ref, ...answer, record: { ...held.record, ...record } };
    }
    const held = byId.get(write.id) ?? null;
    const isGone = held === null || held.deleted !== undefined || held.id !== longId(write.id);
    if (write.kind === "delete") {
      if (!isGone) return { ref, state: "changed" };
      return { ref, state: "written", id: write.id, record: {}, updatedAt: null };
    }
    if (isGone) return { ref, state: "gone" };
    if (!isOurWork(context, write, held)) return { ref, state: "changed", holds: asSent(write, held) };
    return { ref, state: "written", id: held.id, record: held.record, updatedAt: held.updatedAt };
  });
}

type Update = Write<"update" | "consent">;

const asSent = ({ values }: Update, { fetched, record }: Told) =>
  Object.fromEntries(
    Object.entries(values).filter(([name, value]) => fetched.includes(name) && alike(value, record[name])),
  );

type Left = Extract<ReturnType<typeof left>, { state: "written" }>;

/** Whether the last change was ours, after what was seen, and left what we sent. */
function isOurWork({ ourself }: Context, write: Update, held: Told): boolean {
  const { seen, values } = write;
  return (
    ourself !== null &&
    held.changedBy === ourself &&
    seen.updatedAt !== null &&
    Date.parse(held.updatedAt ?? "") > Date.parse(seen.updatedAt) &&
    Object.keys(asSent(write, held)).length === Object.keys(values).length
  );
}
