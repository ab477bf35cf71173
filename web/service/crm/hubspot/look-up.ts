/** What became of writes whose answer was lost, told by HubSpot's records and their history. */
import type { CrmWrite, CrmWritten } from "../client.js";
import { textOf } from "./api.js";
import { onlyOptsOut } from "./consent.js";
import { findByKey, readContacts } from "./read.js";
import { verify } from "./verify.js";
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
    for (const { ref, key } of creates) {
      const holder = found.get(key);
      done.set(
        ref,
        holder === undefined
          ? { ref, state: "later", after: 0, why: "not there" }
          : written(ref, holder.id, holder.record, holder.updatedAt),
      );
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
    for (const { ref, id } of round) {
      const verdict = verdicts.get(id) ?? { state: "gone" };
      if (verdict.state === "holds" && verdict.ours) {
        const { properties, updatedAt } = verdict.contact;
        done.set(ref, written(ref, id, properties, updatedAt ?? null));
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
