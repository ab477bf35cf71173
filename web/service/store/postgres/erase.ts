/** A person asked to be forgotten: all that holds a value of theirs goes. That no mail may be sent to them stays. */
import type { IntegrationRef } from "../model.js";
import type { Sql } from "../sql.js";

/** In the transaction that says so: whoever died between the two would leave it undone, with nobody to notice. */
export async function erase(sql: Sql, ref: IntegrationRef, contacts: readonly string[], now: Date): Promise<void> {
  if (contacts.length === 0) return;
  const tenantWide = [ref.tenant, contacts];
  await sql.query(
    `delete from crm_sync.forgotten f using crm_sync.link l
     where l.tenant = $1 and l.contact = any($2::text[])
       and f.tenant = $1 and f.integration = l.integration and f.crm_id = l.crm_id`,
    tenantWide,
  );
  // What a dry run showed of a record that was nobody's here yet.
  await sql.query(
    `delete from crm_sync.run_item i using crm_sync.link l
     where l.tenant = $1 and l.contact = any($2::text[])
       and i.tenant = $1 and i.integration = l.integration and i.crm_id = l.crm_id`,
    tenantWide,
  );
  await sql.query(
    `update crm_sync.contact set record = '{}', field_times = '{}', acts = '{}', address_hash = null, deleted = 'privacy',
       deleted_at = coalesce(deleted_at, $3), version = version + 1
     where tenant = $1 and id = any($2::text[])`,
    [...tenantWide, now],
  );
  // Another CRM's record of the person is still to be deleted by what was decided there: its link and intents stay.
  await sql.query(
    `update crm_sync.link set base = null, wrote = '{}', refused = null, revision = revision + 1,
       state = case when integration = $3 then 'ended' else state end
     where tenant = $1 and contact = any($2::text[])`,
    [...tenantWide, ref.id],
  );
  await sql.query(
    `delete from crm_sync.intent where tenant = $1 and contact = any($2::text[])
       and (integration = $3 or state in ('acknowledged', 'dropped', 'dead'))`,
    [...tenantWide, ref.id],
  );
  await sql.query(
    `delete from crm_sync.audit a where tenant = $1 and contact = any($2::text[])
       and not exists (select from crm_sync.intent i where i.tenant = $1 and i.audit = a.id)`,
    tenantWide,
  );
  for (const table of ["review", "engagement", "run_item"]) {
    await sql.query(`delete from crm_sync.${table} where tenant = $1 and contact = any($2::text[])`, tenantWide);
  }
}
