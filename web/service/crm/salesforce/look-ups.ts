/** Ids of users, accounts and whatever else records refer to. */
import { CrmUnavailable, type LookupWanted } from "../client.js";
import type { LookupRows } from "../lookup-cache.js";
import type { Context } from "./context.js";
import { longId } from "./ids.js";
import { select } from "./query.js";
import { isName, literal } from "./soql.js";

/** Who has left the organisation can own nothing. */
const inactive: Record<string, string> = { User: "IsActive" };

export async function lookUpRows({ requests }: Context, wanted: LookupWanted): Promise<LookupRows> {
  const { object, by, values, ids } = wanted;
  if (!isName(object) || !isName(by))
    throw new CrmUnavailable("broken", "a lookup names no object or field of Salesforce's");
  const active = inactive[object];
  const asked = [
    { field: by, literals: values.flatMap((value) => literal(value) ?? []) },
    { field: "Id", literals: ids.flatMap((id) => literal(longId(id) ?? "") ?? []) },
  ];
  const rows: LookupRows = [];
  for (const among of asked.filter(({ literals }) => literals.length > 0)) {
    const always = ["Id", by, ...(active === undefined ? [] : [active])];
    const found = await select(requests, "query", always, [], { object, among, orderBy: "Id" });
    for (const row of found.rows) {
      const value = row[by];
      if (typeof value !== "string") continue;
      rows.push([value, active !== undefined && row[active] === false ? null : String(row.Id)]);
    }
  }
  return rows;
}
