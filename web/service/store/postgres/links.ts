/** Links as they are kept, and how many of them are written at once. */
import type { IntegrationRef, Link } from "../model.js";
import type { Sql } from "../sql.js";
import { Overtaken } from "./context.js";
import { json, rows, value } from "./values.js";

export interface KeptLink extends Link {
  refused: string | null;
}

export interface LinkRow {
  contact: string;
  crm_id: string | null;
  state: Link["state"];
  revision: string;
  base: string | null;
  synced_version: string;
  braked: string;
  wrote: string;
  not_taken: number;
  refused: string | null;
}

export const linkColumns =
  "l.contact, l.crm_id, l.state, l.revision, l.base, l.synced_version, l.braked, l.wrote, l.not_taken, l.refused";

export const linkOf = (row: LinkRow): Link => ({
  contact: row.contact,
  crmId: row.crm_id,
  state: row.state,
  revision: Number(row.revision),
  base: value(row.base),
  syncedVersion: Number(row.synced_version),
  braked: value(row.braked),
  wrote: value(row.wrote),
  notTaken: row.not_taken,
});

export const keptLinkOf = (row: LinkRow): KeptLink => ({ ...linkOf(row), refused: row.refused });

/** Those of the contacts, and the live ones of the records, by contact; locked, always in one order. */
export async function lockLinks(
  sql: Sql,
  ref: IntegrationRef,
  contacts: readonly string[],
  crmIds: readonly string[],
): Promise<Map<string, KeptLink>> {
  const list = await sql.query<LinkRow>(
    `select ${linkColumns} from crm_sync.link l
     where l.tenant = $1 and l.integration = $2
       and (l.contact = any($3::text[]) or (l.crm_id = any($4::text[]) and l.state = 'linked'))
     order by l.contact for update`,
    [ref.tenant, ref.id, contacts, crmIds],
  );
  return new Map(list.map((row) => [row.contact, keptLinkOf(row)]));
}

/** The contact that holds each record. */
export function holders(links: Iterable<Link>): Map<string, string> {
  const held = new Map<string, string>();
  for (const link of links) {
    if (link.crmId !== null && link.state === "linked") held.set(link.crmId, link.contact);
  }
  return held;
}

/** Writes each with the revision after the one that is kept; `revision` is the new one, 1 for a new link. */
export async function writeLinks(sql: Sql, ref: IntegrationRef, links: readonly KeptLink[]): Promise<void> {
  if (links.length === 0) return;
  const written = await sql.query(
    `insert into crm_sync.link as l (tenant, integration, contact, crm_id, state, revision, base, synced_version,
       braked, wrote, not_taken, refused)
     select $1, $2, x.contact, x.crm_id, x.state, x.revision, x.base::json, x.synced_version, x.braked::json,
       x.wrote::json, x.not_taken, x.refused
     from json_to_recordset($3::text::json) as x(contact text, crm_id text, state text, revision bigint, base text,
       synced_version bigint, braked text, wrote text, not_taken int, refused text)
     on conflict (tenant, integration, contact) do update set crm_id = excluded.crm_id, state = excluded.state,
       revision = excluded.revision, base = excluded.base, synced_version = excluded.synced_version,
       braked = excluded.braked, wrote = excluded.wrote, not_taken = excluded.not_taken, refused = excluded.refused
     where l.revision = excluded.revision - 1
     returning l.contact`,
    [
      ref.tenant,
      ref.id,
      rows(
        links.map((link) => ({
          contact: link.contact,
          crm_id: link.crmId,
          state: link.state,
          revision: link.revision,
          base: json(link.base),
          synced_version: link.syncedVersion,
          braked: json(link.braked),
          wrote: json(link.wrote),
          not_taken: link.notTaken,
          refused: link.refused,
        })),
      ),
    ],
  );
  if (written.length < links.length) throw new Overtaken();
}
