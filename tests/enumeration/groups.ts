/** Which mappings meet which inputs: strategy × direction × first contact × circumstances, and fields of consent. */
import {
  bases,
  type Circumstance,
  evidence,
  inputsOf,
  type Kind,
  kinds,
  partial,
  times,
  withoutBase,
} from "./inputs.js";

export interface Rules {
  /** A strategy's name, "expression", or "suppression", which is none. */
  strategy: string;
  direction: "bidirectional" | "to_crm" | "from_crm";
  first_contact: "strategy" | "crm" | "penguinmails" | "fill_blanks_only";
  /** `on_blank: keep`: a blank is a value of its own. */
  keepsBlanks?: true;
}

/** Mappings that meet inputs. */
export interface Part {
  mapping: string;
  /** The name of a set of inputs. */
  set: string;
  /** Its laws are tried one by one. */
  laws: boolean;
}

export interface Group {
  name: string;
  parts: Part[];
  /** Only where a side has no base. */
  firstContactOnly: boolean;
}

/** Each strategy, and the values that it is for. */
export const strategies: Record<string, Kind> = {
  crm_wins: "text",
  penguinmails_wins: "text",
  newest_wins: "text",
  manual: "text",
  always_crm: "text",
  always_penguinmails: "text",
  prefer_crm_unless_blank: "text",
  prefer_penguinmails_unless_blank: "text",
  union: "list",
  max: "number",
  min: "number",
  add_deltas: "number",
  longest: "text",
  expression: "text",
};
const expression = "local == null ? crm : crm == null || local > crm ? local : crm";
export const directions = ["bidirectional", "to_crm", "from_crm"] as const;
export const firstContacts = ["strategy", "crm", "penguinmails", "fill_blanks_only"] as const;

export const kindOf = (strategy: string): Kind => strategies[strategy] ?? "consent";
export const setOf = (kind: Kind, { name }: Circumstance) => `${kind}: ${name}`;
/** Written one way a field has no strategy, so a few circumstances are enough to see that. */
export function circumstancesOf({ strategy, direction }: Pick<Rules, "strategy" | "direction">): Circumstance[] {
  if (strategy === "suppression") return [...evidence, partial];
  return direction === "bidirectional" || strategy === "newest_wins"
    ? [...times, partial]
    : [...times.slice(0, 2), partial];
}

export function mappingOf(
  { strategy, direction, first_contact, keepsBlanks }: Rules,
  { evidence }: Circumstance,
): string {
  const type = kinds[kindOf(strategy)].type;
  const conflict = strategy === "expression" ? { expression } : strategy in strategies ? strategy : undefined;
  return JSON.stringify({
    conflict_resolution: { first_contact, ...(evidence && { evidence }) },
    catalog: { penguinmails: { value: type }, crm: { value: type } },
    field_mapping: [
      {
        penguinmails_field: "value",
        crm_field: "value",
        direction,
        conflict,
        ...(keepsBlanks && { on_blank: "keep" }),
      },
    ],
  });
}

export function group(rules: Rules): Group {
  const { strategy, direction, first_contact, keepsBlanks } = rules;
  const shown = circumstancesOf(rules);
  // Beside newest_wins no strategy looks at times; that the bytes are what they are says so too.
  const timely =
    direction === "bidirectional" && !keepsBlanks && (strategy === "newest_wins" || strategy === "suppression");
  const oneWay = direction !== "bidirectional" && strategy !== "newest_wins" && strategy !== "suppression";
  const tried = (one: Circumstance) => !oneWay && (timely || one === shown[0] || one === partial);
  return {
    name: `${strategy}, ${direction}, first_contact ${first_contact}${keepsBlanks ? ", blanks kept" : ""}`,
    parts: shown.map((one) => ({
      mapping: mappingOf(rules, one),
      set: setOf(kindOf(strategy), one),
      laws: first_contact === "strategy" && tried(one),
    })),
    firstContactOnly: first_contact !== "strategy",
  };
}

export function groups(): Group[] {
  const all = [...Object.keys(strategies), "suppression"];
  const plain = all.flatMap((strategy) =>
    directions.flatMap((direction) =>
      firstContacts.map((first_contact) => group({ strategy, direction, first_contact })),
    ),
  );
  const kept = directions.map((direction) =>
    group({ strategy: "newest_wins", direction, first_contact: "strategy", keepsBlanks: true }),
  );
  return [...plain, ...kept];
}

/** Inputs under one name: those without a base, and those with one. */
export interface InputSet {
  name: string;
  first: string;
  rest: string;
}

export function sets(): InputSet[] {
  const pairs = [...new Set(Object.values(strategies)), "consent" as const].flatMap((kind) =>
    (kind === "consent" ? [...evidence, partial] : [...times, partial]).map((one) => ({ kind, one })),
  );
  return pairs.map(({ kind, one }) => {
    const blocks = bases.map((base) => inputsOf(kind, one, base));
    return {
      name: setOf(kind, one),
      first: blocks.slice(0, withoutBase).join(""),
      rest: blocks.slice(withoutBase).join(""),
    };
  });
}

/** The whole as NDJSON, first the sets, then the groups: what other runtimes and the engine's own tests read. */
export function written(): string {
  return [...sets().map((set) => ({ set })), ...groups().map((group) => ({ group }))]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}
