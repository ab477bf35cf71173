/** Change events, as something of the organisation's own relays them over HTTP. */
import { behaves } from "../behaviours.js";
import { type ObjectName, objectOf } from "./ids.js";
import { valueIn } from "./presentation.js";
import type { Change, Transaction } from "./records.js";
import type { Schema } from "./schema.js";

behaves(
  "salesforce",
  "recorded",
  "A change event has the changed fields and a ChangeEventHeader, in which commitNumber is beyond 2^53; parts of names stand within Name.",
  "samples sf-cdc-cometd-envelope-update.json, sf-cdc-contact-update-compound-name.json",
);
behaves(
  "salesforce",
  "documented",
  "changeOrigin names the API and the client where a client made the change, and is empty for people's.",
  "Change Data Capture Developer Guide, Change Event Header Fields",
);
behaves(
  "salesforce",
  "documented",
  "Events of one transaction have its key, and are numbered by sequenceNumber.",
  "Change Data Capture Developer Guide, Change Event Header Fields",
);

/** `number` is the transaction's, `sequence` the change's in it. */
export function changeEvent(
  schema: Schema,
  { by, commits }: Transaction,
  change: Change,
  number: number,
  sequence: number,
) {
  const { type, row } = change;
  const object = objectOf(row.Id) as ObjectName;
  const names = type === "UPDATE" ? ["LastModifiedDate", ...change.changed] : Object.keys(row);
  const payload: Record<string, unknown> = {};
  const changedFields: string[] = [];
  for (const name of type === "DELETE" ? [] : names) {
    const field = schema.field(object, name);
    if (field === null || name === "Id" || (type !== "UPDATE" && (row[name] ?? null) === null)) continue;
    const value = field.type === "datetime" ? isoOf(row[name]) : valueIn(schema, row, field);
    const [compound, part] = partOf(object, name);
    if (compound === null) payload[name] = value;
    else payload[compound] = { ...(payload[compound] as object | undefined), [part]: value };
    changedFields.push(compound === null ? name : `${compound}.${part}`);
  }
  const ChangeEventHeader = {
    commitNumber: 1_745_500_706_683_617_281n + BigInt(number),
    commitUser: by.id,
    sequenceNumber: sequence,
    entityName: object,
    changeType: type,
    changedFields: type === "UPDATE" ? changedFields : [],
    changeOrigin: by.client === undefined ? "" : `com/salesforce/api/rest/66.0;client=${by.client}`,
    transactionKey: `0000be70-a756-e601-9202-${number.toString(16).padStart(12, "0")}`,
    commitTimestamp: commits,
    recordIds: [row.Id],
  };
  return { schema: "UgiaO48sa_YABPmoB3puUQ", payload: { ...payload, ChangeEventHeader }, event: { replayId: number } };
}

const isoOf = (time: unknown) => (typeof time === "number" ? new Date(time).toISOString() : null);

function partOf(object: ObjectName, name: string): [string, string] | [null, string] {
  if (object !== "Account" && ["FirstName", "LastName", "Salutation"].includes(name)) return ["Name", name];
  const [, part] = /^Mailing(Street|City|State|PostalCode|Country)$/.exec(name) ?? [];
  return part === undefined ? [null, name] : ["MailingAddress", part];
}
