/** Contacts as they are kept, and how many of them are written at once. */
import type { Contact } from "../model.js";
import type { Sql } from "../sql.js";
import { Overtaken } from "./context.js";
import { json, rows, time, timeOrNull, value } from "./values.js";

/** A contact with the hash of its address. */
export interface KeptContact extends Contact {
  addressHash: string | null;
}

export interface ContactRow {
  id: string;
  record: string;
  updated_at: Date;
  field_times: string;
  acts: string;
  deleted: "deleted" | "privacy" | null;
  deleted_at: Date | null;
  version: string;
  address_hash: string | null;
}

export const contactColumns =
  "c.id, c.record, c.updated_at, c.field_times, c.acts, c.deleted, c.deleted_at, c.version, c.address_hash";

export const contactOf = (row: ContactRow): Contact => ({
  id: row.id,
  record: value(row.record),
  updatedAt: time(row.updated_at),
  fieldTimes: value(row.field_times),
  acts: value(row.acts),
  deleted: row.deleted === "privacy" ? "privacy" : row.deleted !== null,
  deletedAt: timeOrNull(row.deleted_at),
  version: Number(row.version),
});

export const keptContactOf = (row: ContactRow): KeptContact => ({ ...contactOf(row), addressHash: row.address_hash });

/** Locks them, always in one order, so that two transactions never wait for one another. */
export async function lockContacts(
  sql: Sql,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, KeptContact>> {
  const list = await sql.query<ContactRow>(
    `select ${contactColumns} from crm_sync.contact c where c.tenant = $1 and c.id = any($2::text[])
     order by c.id for update`,
    [tenant, ids],
  );
  return new Map(list.map((row) => [row.id, keptContactOf(row)]));
}

/** Writes each as the version after the one that is kept; `version` is the new one, 1 for a new contact. */
export async function writeContacts(sql: Sql, tenant: string, contacts: readonly KeptContact[]): Promise<void> {
  if (contacts.length === 0) return;
  const written = await sql.query(
    `insert into crm_sync.contact as c
       (tenant, id, record, updated_at, field_times, acts, deleted, deleted_at, version, address_hash)
     select $1, x.id, x.record::json, x.updated_at, x.field_times::json, x.acts::json, x.deleted, x.deleted_at,
       x.version, x.address_hash
     from json_to_recordset($2::text::json) as x(id text, record text, updated_at timestamptz, field_times text,
       acts text, deleted text, deleted_at timestamptz, version bigint, address_hash text)
     on conflict (tenant, id) do update set record = excluded.record, updated_at = excluded.updated_at,
       field_times = excluded.field_times, acts = excluded.acts, deleted = excluded.deleted,
       deleted_at = excluded.deleted_at, version = excluded.version, address_hash = excluded.address_hash
     where c.version < excluded.version
     returning c.id`,
    [
      tenant,
      rows(
        contacts.map((contact) => ({
          id: contact.id,
          record: json(contact.record),
          updated_at: contact.updatedAt,
          field_times: json(contact.fieldTimes),
          acts: json(contact.acts),
          deleted: contact.deleted === true ? "deleted" : contact.deleted || null,
          deleted_at: contact.deletedAt,
          version: contact.version,
          address_hash: contact.addressHash,
        })),
      ),
    ],
  );
  if (written.length < contacts.length) throw new Overtaken();
}
