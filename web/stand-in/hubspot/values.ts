/** What is written, as HubSpot takes and keeps it: texts, "" for nothing. */
import { behaves } from "../behaviours.js";
import type { Refusal } from "./errors.js";
import { lifecycleStages, type Property, type Schema } from "./schema.js";

behaves("hubspot", "documented", 'All values are texts, and "" clears.', "HubSpot, CRM object APIs: properties");
behaves(
  "hubspot",
  "documented",
  "Texts have up to 65,536 characters; a number has one decimal point at most; a date is midnight UTC; a time is kept in UTC.",
  "HubSpot, Properties API guide: property values",
);
behaves(
  "hubspot",
  "documented",
  'Options are given by their internal values, several with ";" between them; a leading ";" adds to those that are there.',
  "HubSpot, Properties API guide: add values to checkbox type properties",
);
behaves(
  "hubspot",
  "recorded",
  "A property that does not exist is PROPERTY_DOESNT_EXIST.",
  "sample hs-batch-create-400-invalid-props.json",
);
behaves(
  "hubspot",
  "recorded",
  "An option that there is not is INVALID_OPTION, and the message lists those that there are.",
  "github.com/gregorspan/csc-frodx/issues/21",
);
behaves(
  "hubspot",
  "assumed",
  "An address that is none is INVALID_EMAIL, a read-only property READ_ONLY_VALUE.",
  "quoted in HubSpot's developer community",
);
behaves(
  "hubspot",
  "assumed",
  "Numbers, booleans and dates that are none are INVALID_NUMBER, INVALID_BOOLEAN and INVALID_DATE; too long a text INVALID_LENGTH.",
  "the codes are not documented",
);
behaves(
  "hubspot",
  "assumed",
  "JSON's null is refused as a value; numbers and booleans are taken as texts.",
  "models of the SDK say texts",
);
behaves("hubspot", "assumed", "E-mail addresses are kept in lower case.", "integrators report it of batch creates");
behaves(
  "hubspot",
  "documented",
  "A lifecycle stage moves forward only, unless it is cleared first.",
  "HubSpot, Contacts API guide: lifecycle stages",
);
behaves("hubspot", "assumed", "A stage further back is passed over without an error.", "seen in forums only");

export interface Checking {
  schema: Schema;
  /** What the record holds now. */
  now: ReadonlyMap<string, string>;
  /** Of owners who are there. */
  isOwner: (id: string) => boolean;
  /** People may go back. */
  byHand: boolean;
}

/** As they are kept; what is wrong goes to `refusals`. */
export function checked(given: Record<string, unknown>, checking: Checking, refusals: Refusal[]): Map<string, string> {
  const taken = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const property = checking.schema.property(name);
    const result = property === null ? missing(name) : keptAs(property, value, checking);
    if (typeof result !== "string") refusals.push({ property: name, ...result });
    else if (checking.byHand || name !== "lifecyclestage" || isForward(result, checking.now.get(name))) {
      taken.set(name, result);
    }
  }
  return taken;
}

const missing = (name: string): Refusal => ({
  code: "PROPERTY_DOESNT_EXIST",
  message: `Property "${name}" does not exist`,
});

function isForward(stage: string, now = ""): boolean {
  return stage === "" || lifecycleStages.indexOf(stage) >= lifecycleStages.indexOf(now);
}

const longest = 65_536;

function keptAs(property: Property, given: unknown, checking: Checking): string | Refusal {
  const { name, type } = property;
  if (property.readOnly === true) {
    return { code: "READ_ONLY_VALUE", message: `"${name}" is a read only property; its value cannot be set.` };
  }
  if (!["string", "number", "boolean"].includes(typeof given)) {
    return { code: "INVALID_VALUE", message: `The value of "${name}" is no text` };
  }
  const value = String(given);
  if (value.length > longest) return { code: "INVALID_LENGTH", message: `The value of "${name}" is too long` };
  if (name === "email") return email(value);
  if (name === "hs_additional_emails") return additional(value, checking.now.get(name));
  if (name === "hubspot_owner_id" && value !== "" && !checking.isOwner(value)) {
    return { code: "INVALID_OWNER_ID", message: `Owner ${value} does not exist` };
  }
  if (value === "") return value;
  switch (type) {
    case "number":
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value.trim())
        ? value.trim()
        : { code: "INVALID_NUMBER", message: `${value} was not a valid number.` };
    case "bool":
      return /^(true|false)$/i.test(value)
        ? value.toLowerCase()
        : { code: "INVALID_BOOLEAN", message: `${value} was not a valid boolean.` };
    case "date":
    case "datetime":
      return time(value, type);
    case "enumeration":
      return options(property, value, checking.now.get(name));
    default:
      return value;
  }
}

export const isEmail = (text: string) => /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@.,;<>()"]{2,}$/.test(text);

function email(given: string): string | Refusal {
  const value = given.trim().toLowerCase();
  if (value === "" || isEmail(value)) return value;
  return { code: "INVALID_EMAIL", message: `Email address ${given} is invalid` };
}

function additional(given: string, now = ""): string | Refusal {
  const added = given.startsWith(";") ? `${now};${given}` : given;
  const list = [...new Set(listed(added).map((each) => each.toLowerCase()))];
  const wrong = list.find((each) => !isEmail(each));
  return wrong === undefined ? list.join(";") : { code: "INVALID_EMAIL", message: `Email address ${wrong} is invalid` };
}

export const listed = (text: string | undefined) =>
  (text ?? "").split(";").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));

function options({ options: allowed, multiple }: Property, value: string, now = ""): string | Refusal {
  if (multiple !== true) return isAmong(value, allowed) ? value : notAmong(value, allowed);
  const list = [...new Set(listed(value.startsWith(";") ? `${now};${value}` : value))];
  const wrong = list.find((each) => !isAmong(each, allowed));
  return wrong === undefined ? list.join(";") : notAmong(wrong, allowed);
}

const isAmong = (value: string, allowed: readonly string[] | undefined) =>
  allowed === undefined || allowed.includes(value);

const notAmong = (value: string, allowed: readonly string[] = []): Refusal => ({
  code: "INVALID_OPTION",
  message: `${value} was not one of the allowed options: [${allowed.join(", ")}]`,
});

/** ISO 8601 or milliseconds since 1970; NaN where it is neither. */
export function timeOf(value: string): number {
  return /^-?\d+$/.test(value) ? Number(value) : /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
}

function time(value: string, type: "date" | "datetime"): string | Refusal {
  const at = timeOf(value);
  const wrong: Refusal = { code: "INVALID_DATE", message: `${value} was not a valid ${type}.` };
  if (Number.isNaN(at) || Math.abs(at) > 8.64e15) return wrong;
  if (type === "datetime") return new Date(at).toISOString();
  return at % 86_400_000 === 0 ? new Date(at).toISOString().slice(0, 10) : wrong;
}
