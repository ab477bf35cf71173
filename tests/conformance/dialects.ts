/** What each case must give in each dialect. In `crm` some tests flip: these, and no others. */
import type { TypedValue } from "@penguinmails/crm-sync";
import type { Case } from "./suite.js";

export const dialects = ["cel", "crm"] as const;
export type Dialect = (typeof dialects)[number];

/** What a flipped test gives: a value, or null for an error. */
type Flips = Readonly<Record<string, TypedValue | null>>;

/** By the leniency, or the strictness, of docs/expressions.md that makes them flip. */
export const flipsByRule: Readonly<Record<string, Flips>> = {
  "an ordering with null is null": allGive({ t: "null" }, [
    "comparisons/lt_literal/lt_null_unsupported",
    "comparisons/gt_literal/gt_null_unsupported",
    "comparisons/lte_literal/lte_null_unsupported",
    "comparisons/gte_literal/gte_null_unsupported",
    "comparisons/bound/null_lt_right_no_such_overload",
  ]),
  "a select of a key that is missing, or on null, is null": {
    ...allGive({ t: "null" }, [
      "fields/map_fields/map_field_select_no_such_key",
      // null || false and null && true are unknown.
      "fields/map_fields/map_field_select_no_such_key_or_false",
      "fields/map_fields/map_field_select_no_such_key_and_true",
    ]),
    // An optional whose field is missing is empty.
    "optionals/optionals/map_null_entry_no_such_key": { t: "bool", v: false },
    "optionals/optionals/optional_chaining_10": { t: "string", v: "goodbye" },
  },
  "a path of names is null where what it leads through is no map": allGive({ t: "null" }, [
    "fields/qualified_identifier_resolution/int64_field_select_unsupported",
    "fields/qualified_identifier_resolution/list_field_select_unsupported",
  ]),
  "an unknown name or function is a mistake in the text, though || could absorb its error": allGive(null, [
    "basic/variables/unbound_is_runtime_error",
    "basic/functions/unbound_is_runtime_error",
    ...words("as break const continue else for function if import let loop package namespace return var void while"),
  ]),
};

function words(names: string): string[] {
  return names.split(" ").map((name) => `parse/receiver_function_names/${name}`);
}

function allGive(value: TypedValue | null, ids: string[]): Flips {
  return Object.fromEntries(ids.map((id) => [id, value]));
}

const flips: Flips = Object.assign({}, ...Object.values(flipsByRule));

export function expectedIn(dialect: Dialect, { id, expected }: Case): TypedValue | null {
  const flipped = dialect === "crm" ? flips[id] : undefined;
  return flipped === undefined ? expected : flipped;
}

/** What the call is made with. */
export function optionsIn(dialect: Dialect, { container }: Case): { dialect: Dialect; container?: string } {
  return { dialect, ...(container && { container }) };
}
