/** Ids of owners, the only records that contacts refer to by a property. Source: HubSpot, "Retrieve all owners". */
import { CrmUnavailable, type LookupWanted } from "../client.js";
import type { LookupRows } from "../lookup-cache.js";
import type { HubSpotApi } from "./api.js";
import { listOf, objectOf } from "./hubspot-error.js";

/** The newest version of which they are documented. */
const ownersVersion = "2026-03";
const pageSize = 500;

/** All of a portal's: there is no asking for several by address. */
export async function ownerRows(api: HubSpotApi, { object, by }: LookupWanted): Promise<LookupRows> {
  if (object !== "owners" || by !== "email") {
    throw new CrmUnavailable("broken", "HubSpot's contacts refer to owners only, by email");
  }
  const rows: LookupRows = [];
  for (let after: string | null = ""; after !== null; ) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(after !== "" && { after }) });
    const { body } = await api.ask("GET", `/crm/owners/${ownersVersion}?${query}`);
    for (const owner of listOf(body.results).map(objectOf)) {
      if (typeof owner.email === "string") rows.push([owner.email, owner.archived === true ? null : String(owner.id)]);
    }
    const next = objectOf(objectOf(body.paging).next).after;
    after = typeof next === "string" && next !== "" ? next : null;
  }
  return rows;
}
