/** What became of writes whose answer was lost, told by HubSpot's records and their history. */
import type { CrmWrite, CrmWritten } from "../client.js";
import { textOf } from "./api.js";
import { onlyOptsOut } from "./consent.js";
import { batchRead, findByKey, readContacts } from "./read.js";
import { leftByUs, verify } from "./verify.js";
import { type WriteOptions, writtenBy } from "./write.js";
import { textsOf, written } from "./written.js";

const nobody = async () => new Set<string>();

export async function lookUpWrites(
  options: WriteOptions,
  writes: readonly CrmWrite[],
  fields: readonly string[],
): Promise<CrmWritten[]> {
  const { api, keyField, ourself, consentFields } = options;
  const done = new Map<string, CrmWritten>();
  const creates = writes.filter((write) => write.kind === "create");
  if (creates.length > 0) {
    const asked = [...new Set([...fields, ...creates.flatMap(({ values }) => Object.keys(values)), keyField])];
    const found = await findByKey(
      api,
      keyField,
      creates.map(({ key }) => key),
      asked,
    );
    const names = [...new Set(creates.flatMap(({ values }) => Object.keys(values)))];
    const ids = [...found.values()].map(({ id }) => id);
    const histories = ids.length > 0 ? await batchRead(api, ids, names, { history: names }) : [];
    for (const { ref, key, values } of creates) {
      const holder = found.get(key);
      if (holder === undefined) {
        done.set(ref, { ref, state: "later", after: 0, why: "not there" });
        continue;
      }
      // Who has edited it since has not re-spelled it.
      const contact = histories.find(({ id }) => id === holder.id);
      const left = contact && leftByUs(contact, Object.keys(values), null, ourself);
      done.set(ref, written(ref, holder.id, { ...holder.record, ...left }, holder.updatedAt));
    }
  }

  const updates = writes.filter((write) => write.kind === "update");
  // One by one where a record has several: the verdict is by record.
  for (let left = updates; left.length > 0; ) {
    const round = left.filter(({ id }, index) => left.findIndex((each) => each.id === id) === index);
    left = left.filter((write) => !round.includes(write));
    const verdicts = await verify(
      api,
      round.map((write) => writtenBy(write, textsOf(write.values))),
      ourself,
      fields,
    );
    for (const { ref, id, values, seen } of round) {
      const verdict = verdicts.get(id) ?? { state: "gone" };
      const left =
        "contact" in verdict ? leftByUs(verdict.contact, Object.keys(values), seen.updatedAt, ourself) : null;
      // It was taken; where somebody has edited since, that was made upon it.
      if ("contact" in verdict && left !== null && (verdict.state === "edited" || verdict.ours)) {
        const { properties, updatedAt } = verdict.contact;
        done.set(ref, written(ref, id, { ...properties, ...left }, updatedAt ?? null));
      } else if (verdict.state === "unknown") done.set(ref, { ref, state: "unknown", why: verdict.why });
      else done.set(ref, { ref, state: verdict.state === "gone" ? "gone" : "changed" });
    }
  }

  const others = writes.filter((write) => write.kind === "delete" || write.kind === "consent");
  if (others.length > 0) {
    const asked = [
      ...new Set([
        ...fields,
        ...others.flatMap((write) => (write.kind === "consent" ? Object.keys(write.values) : [])),
      ]),
    ];
    const now = await readContacts(
      api,
      others.map(({ id }) => id),
      asked,
      nobody,
    );
    for (const write of others) {
      const { ref, id } = write;
      const record = now.get(id) ?? null;
      const live = record !== null && record.deleted === undefined && record.id === id;
      if (write.kind === "delete") done.set(ref, live ? { ref, state: "changed" } : written(ref, id, {}, null));
      else if (!live) done.set(ref, { ref, state: "gone" });
      else if (Object.entries(write.values).every(([field, value]) => textOf(record.record[field]) === textOf(value))) {
        done.set(ref, written(ref, id, record.record, record.updatedAt));
        // HubSpot's property may lag behind, and an opt-out sent twice does no harm.
      } else if (onlyOptsOut(write, consentFields))
        done.set(ref, { ref, state: "later", after: 0, why: "not opted out yet" });
      else done.set(ref, { ref, state: "changed" });
    }
  }
  return writes.map(({ ref }) => done.get(ref) ?? { ref, state: "unknown", why: "no outcome" });
}
