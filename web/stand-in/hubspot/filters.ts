/** What a filter of a search lets through. */
import { behaves } from "../behaviours.js";
import type { Snapshot } from "./contacts.js";
import { badRequest } from "./errors.js";
import type { Property, Schema } from "./schema.js";
import { timeOf } from "./values.js";

behaves(
  "hubspot",
  "documented",
  "Filters of a group are all to hold, and of groups one; texts are compared without regard to case, options with it.",
  "HubSpot, CRM search guide: filter search results",
);
behaves(
  "hubspot",
  "documented",
  "Values of IN and NOT_IN are in lower case where the property is a text.",
  "HubSpot, CRM search guide: operators",
);
behaves(
  "hubspot",
  "documented",
  "Times are given as milliseconds or in ISO 8601.",
  "HubSpot, CRM search guide: filters on dates",
);
behaves(
  "hubspot",
  "assumed",
  "NEQ, NOT_IN and NOT_CONTAINS_TOKEN pass over contacts that have no value; texts are ordered by their characters.",
  "said of NOT_IN only",
);
behaves(
  "hubspot",
  "documented",
  "A search has five groups of six filters at most, and 18 filters in all.",
  "HubSpot, CRM search guide: limitations",
);

export interface Filter {
  propertyName: string;
  operator: string;
  value?: unknown;
  highValue?: unknown;
  values?: unknown;
}

export type Test = (contact: Snapshot) => boolean;
export interface Group {
  test: Test;
  /** Only contacts that changed then or later can pass. */
  since: number;
}

export function groupsOf(schema: Schema, given: unknown): Group[] {
  const groups = given === undefined ? [] : given;
  if (!Array.isArray(groups)) throw badRequest("filterGroups is no list");
  if (groups.length > 5) throw badRequest("there are too many filterGroups: the most is 5");
  const filters = groups.map((group) => (group as { filters?: Filter[] } | null)?.filters ?? []);
  if (filters.some((list) => list.length > 6)) throw badRequest("a group has too many filters: the most is 6");
  if (filters.flat().length > 18) throw badRequest("there are too many filters: the most is 18");
  return filters.map((list) => {
    const tests = list.map((filter) => testOf(schema, filter));
    const since = list.map((filter) => (filter.propertyName === "lastmodifieddate" ? firstTime(filter) : 0));
    return { test: (contact) => tests.every((test) => test(contact)), since: Math.max(0, ...since) };
  });
}

function firstTime({ operator, value }: Filter): number {
  const bounds = ["EQ", "GT", "GTE", "BETWEEN"].includes(operator);
  return bounds ? timeOf(String(value)) : 0;
}

type Comparable = string | number;

/** Both sides of a comparison: numbers where the property is one, or a time. */
function comparable(property: Property, text: string): Comparable {
  if (property.type === "number") return Number(text);
  if (property.type === "date" || property.type === "datetime") return timeOf(text);
  return property.type === "enumeration" ? text : text.toLowerCase();
}

function testOf(schema: Schema, { propertyName, operator, value, highValue, values }: Filter): Test {
  const property = schema.property(String(propertyName));
  if (property === null) {
    throw badRequest(`There was a problem with the request: property ${propertyName} does not exist`, {
      propertyName: [String(propertyName)],
    });
  }
  const held = ({ values: all }: Snapshot) => all.get(property.name);
  if (operator === "HAS_PROPERTY") return (contact) => held(contact) !== undefined;
  if (operator === "NOT_HAS_PROPERTY") return (contact) => held(contact) === undefined;
  const given = (one: unknown): Comparable => {
    if (typeof one !== "string" && typeof one !== "number" && typeof one !== "boolean") {
      throw badRequest(`operator ${operator} needs a value`);
    }
    const compared = comparable(property, String(one));
    if (Number.isNaN(compared)) throw badRequest(`${String(one)} is no value of ${property.name}`);
    return compared;
  };
  const passing = (test: (value: Comparable) => boolean): Test => {
    // By what is known already: whoever polls asks for one of these of everybody.
    if (property.name === "lastmodifieddate") return ({ updatedAt }) => test(updatedAt);
    if (property.name === "hs_object_id") return ({ id }) => test(Number(id));
    return (contact) => {
      const text = held(contact);
      return text !== undefined && test(comparable(property, text));
    };
  };
  if (operator === "IN" || operator === "NOT_IN") {
    if (!Array.isArray(values)) throw badRequest(`operator ${operator} needs values`);
    const isText = property.type === "string" || property.type === "phone_number";
    if (isText && values.some((one) => String(one) !== String(one).toLowerCase())) {
      throw badRequest(`values of ${operator} must be in lower case`);
    }
    const list = new Set(values.map(given));
    return passing((one) => list.has(one) === (operator === "IN"));
  }
  if (operator === "CONTAINS_TOKEN" || operator === "NOT_CONTAINS_TOKEN") {
    const token = tokenOf(String(given(value)));
    return passing((one) => token.test(String(one)) === (operator === "CONTAINS_TOKEN"));
  }
  const low = given(value);
  switch (operator) {
    case "EQ":
      return passing((one) => one === low);
    case "NEQ":
      return passing((one) => one !== low);
    case "LT":
      return passing((one) => one < low);
    case "LTE":
      return passing((one) => one <= low);
    case "GT":
      return passing((one) => one > low);
    case "GTE":
      return passing((one) => one >= low);
    case "BETWEEN": {
      const high = given(highValue);
      return passing((one) => one >= low && one <= high);
    }
    default:
      throw badRequest(`${operator} is no operator`);
  }
}

/** A whole word, in which "*" stands for anything. */
function tokenOf(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^\\s@.]*");
  return new RegExp(`(^|[\\s@.,;-])${escaped}($|[\\s@.,;-])`, "i");
}
