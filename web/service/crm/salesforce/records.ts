/** Records as queries give them, with what their history is: when and by whom they last changed, and what became of them. */
import type { CrmRecord } from "../client.js";
import { longId } from "./ids.js";
import { type Row, withoutAttributes } from "./query.js";

/** Read with every record. */
export function systemFields(object: string): string[] {
  const common = ["Id", "SystemModstamp", "LastModifiedDate", "LastModifiedById", "IsDeleted"];
  if (object === "Contact") return [...common, "MasterRecordId"];
  if (object === "Lead") return [...common, "MasterRecordId", "IsConverted", "ConvertedContactId"];
  return common;
}

export interface Told extends CrmRecord {
  changedBy: string | null;
}

/** The record, its `record` of no more than the fields that were asked for. */
export function recordOf(row: Row, fields: readonly string[]): Told {
  const record: Record<string, unknown> = {};
  for (const field of fields) {
    const [name = field] = field.split(".");
    const value = memberOf(row, name);
    if (value !== undefined) record[name] = withoutAttributes(value);
  }
  const deleted = row.IsDeleted === true;
  const deletedAt = deleted ? utc(row.SystemModstamp) : null;
  return {
    id: longId(row.Id) ?? "",
    record,
    fetched: [...fields],
    updatedAt: utc(row.LastModifiedDate),
    changedBy: longId(row.LastModifiedById),
    ...(deleted && { deleted }),
    ...(deletedAt !== null && { deletedAt }),
  };
}

/** The id of the record that this one has become: by a merge, or by a lead's conversion. */
export function becameOf(row: Row): string | null {
  if (row.IsDeleted === true && typeof row.MasterRecordId === "string") return longId(row.MasterRecordId);
  return row.IsConverted === true ? longId(row.ConvertedContactId) : null;
}

/** Fields have one name in whatever case they are asked for; answers have Salesforce's own. */
function memberOf(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  const key = Object.keys(row).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : row[key];
}

/** Salesforce's +0000 is not RFC 3339. */
function utc(time: unknown): string | null {
  return typeof time === "string" ? time.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : null;
}

/** As JSON, with moments by when they are and "" as the null that Salesforce makes of it. */
export function alike(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;

function canonical(value: unknown): string {
  if (value === "" || value === null || value === undefined) return "null";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string" && moment.test(value)) return `moment ${Date.parse(utc(value) as string)}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
