/** All live records' ids, each page beginning after the last id of the one before. */
import type { ListPage } from "../client.js";
import type { Context } from "./context.js";
import { longId } from "./ids.js";
import { select } from "./query.js";

export async function listRecords(
  { requests, object, listPageSize = 2_000 }: Context,
  after: string | null,
): Promise<ListPage> {
  const last = after === null ? null : longId(after);
  // A lead that was converted lives on as a contact.
  const conditions = [last !== null && `Id > '${last}'`, object === "Lead" && "IsConverted = false"].filter(Boolean);
  const { rows } = await select(requests, "query", ["Id"], [], {
    object,
    ...(conditions.length > 0 && { where: conditions.join(" AND ") }),
    orderBy: "Id",
    limit: listPageSize,
  });
  const ids = rows.flatMap(({ Id }) => longId(Id) ?? []);
  return { ids, next: rows.length < listPageSize ? null : (ids.at(-1) ?? null) };
}
