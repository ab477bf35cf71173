/** Keys of the ring are changed: what an old one sealed is sealed under the current one, so that the old one can go. */
import { type Keyring, type Owner, seal, unseal } from "../../crm/sealing.js";
import type { Sql } from "../sql.js";
import { rows } from "./values.js";

interface Row {
  tenant: string;
  integration: string;
  holder: string;
  sealed: string;
}

const sealedTables: readonly { table: string; holder: string; owner(row: Row): Owner }[] = [
  {
    table: "link_key",
    holder: "k.holder",
    owner: ({ tenant, integration, holder }) => ["link", tenant, integration, holder],
  },
  // An integration has one.
  { table: "credential", holder: "''", owner: ({ tenant, integration }) => ["credentials", tenant, integration] },
];

/** So many rows of each; gives how many there were. */
export async function reseal(sql: Sql, keyring: Keyring, limit: number): Promise<number> {
  const old = Object.keys(keyring.keys).filter((name) => name !== keyring.current);
  let count = 0;
  for (const { table, holder, owner } of sealedTables) {
    const found = await sql.query<Row>(
      `select tenant, integration, ${holder} as holder, sealed from crm_sync.${table} k
       where split_part(sealed, '.', 1) = any($1::text[])
       order by 1, 2, 3 limit $2 for update skip locked`,
      [old, limit],
    );
    const anew = await Promise.all(
      found.map(async (row) => ({
        ...row,
        before: row.sealed,
        sealed: await seal(keyring, owner(row), await unseal(keyring, owner(row), row.sealed)),
      })),
    );
    await sql.query(
      `update crm_sync.${table} k set sealed = x.sealed
       from json_to_recordset($1::text::json) as x(tenant text, integration text, holder text, sealed text, before text)
       where k.tenant = x.tenant and k.integration = x.integration and ${holder} = x.holder and k.sealed = x.before`,
      [rows(anew)],
    );
    count += found.length;
  }
  return count;
}
