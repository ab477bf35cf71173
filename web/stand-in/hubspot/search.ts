/** Search, of what the index has seen. */
import { behaves } from "../behaviours.js";
import type { Snapshot } from "./contacts.js";
import { badRequest } from "./errors.js";
import { groupsOf } from "./filters.js";
import { present } from "./presentation.js";
import { type State, urlOf } from "./state.js";

behaves(
  "hubspot",
  "documented",
  "A search's page has 10 contacts unless asked, and 200 at most.",
  "HubSpot, CRM search guide: paging",
);
behaves(
  "hubspot",
  "documented",
  "A search is paged through up to 10,000 results; beyond them it is 400.",
  "HubSpot, CRM search guide: limitations",
);
behaves(
  "hubspot",
  "documented",
  "A search is ordered by one property, and its body has 3,000 characters at most.",
  "HubSpot, CRM search guide: sort; limitations",
);
behaves(
  "hubspot",
  "recorded",
  "A page has the total of all, and where there is more, paging.next.after without a link.",
  "sample hs-search-page1.json",
);
behaves(
  "hubspot",
  "assumed",
  "Without an order of its own a search goes by the ids; what is equal as well.",
  "not documented",
);

const longest = 3_000;

export function search(state: State, text: string, body: unknown) {
  if (text.length > longest) throw badRequest(`The request is too long: the most is ${longest} characters`);
  const { filterGroups, sorts, query, properties, limit = 10, after = "0" } = (body ?? {}) as Record<string, unknown>;
  const cap = state.limits.searchCap ?? 10_000;
  const size = Number(limit);
  if (!(Number.isInteger(size) && size >= 0 && size <= 200)) throw badRequest("limit must be at most 200");
  const from = Number(after);
  if (!Number.isInteger(from) || from < 0) throw badRequest(`${String(after)} is no place to go on from`);
  if (from + size > cap) throw badRequest(`Search results are limited to ${cap}: after and limit go beyond`);
  const names = properties === undefined ? [] : (properties as string[]);
  const { schema, index } = state;
  const groups = groupsOf(schema, filterGroups);
  const words = typeof query === "string" && query !== "" ? query.toLowerCase() : null;
  const since = groups.length === 0 ? 0 : Math.min(...groups.map((group) => group.since));
  const found: Snapshot[] = [];
  for (const contact of index.since(since)) {
    const passes = groups.length === 0 || groups.some(({ test }) => test(contact));
    if (passes && (words === null || mentions(contact, words))) found.push(contact);
  }
  found.sort(orderOf(state, sorts));
  const page = found.slice(from, from + size);
  const next = from + size < found.length ? { paging: { next: { after: String(from + size) } } } : {};
  const results = page.map((contact) =>
    present(schema, contact, null, { properties: names, url: urlOf(state.id, contact.id) }),
  );
  return { total: found.length, results, ...next };
}

type Order = (one: Snapshot, other: Snapshot) => number;
const byId: Order = (one, other) => Number(one.id) - Number(other.id);

function orderOf({ schema }: State, sorts: unknown): Order {
  if (sorts === undefined || (Array.isArray(sorts) && sorts.length === 0)) return byId;
  if (!Array.isArray(sorts)) throw badRequest("sorts is no list");
  if (sorts.length > 1) throw badRequest("only one sort is taken");
  const [sort] = sorts as [unknown];
  const text = typeof sort === "string" ? sort : null;
  const { propertyName = text?.replace(/^-/, ""), direction = text?.startsWith("-") ? "DESCENDING" : "ASCENDING" } = (
    text === null ? sort : {}
  ) as { propertyName?: string; direction?: string };
  const property = schema.property(String(propertyName));
  if (property === null) throw badRequest(`property ${propertyName} does not exist`);
  if (direction !== "ASCENDING" && direction !== "DESCENDING") throw badRequest(`${direction} is no direction`);
  const sign = direction === "ASCENDING" ? 1 : -1;
  const order = directOrder(property.name, property.type === "number");
  return (one, other) => sign * order(one, other) || byId(one, other);
}

function directOrder(name: string, isNumber: boolean): Order {
  if (name === "lastmodifieddate") return (one, other) => one.updatedAt - other.updatedAt;
  if (name === "hs_object_id") return byId;
  const held = ({ values }: Snapshot) => values.get(name) ?? "";
  if (isNumber) return (one, other) => Number(held(one)) - Number(held(other));
  return (one, other) => {
    const [first, second] = [held(one).toLowerCase(), held(other).toLowerCase()];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}

const searchable = ["firstname", "lastname", "email", "hs_additional_emails", "phone", "company"];

function mentions({ values }: Snapshot, words: string): boolean {
  const text = searchable.map((name) => values.get(name) ?? "").join(" ");
  return words.split(/\s+/).every((word) => text.toLowerCase().includes(word));
}
