/** Whether a CRM is set up for what a mapping does: read at the CRM, and nothing written. */

export const checkCodes = [
  ...["mapping", "token", "scopes", "fields", "writable", "types", "key_field"],
  ...["quota", "duplicates", "webhooks", "subscriptions"],
] as const;

export interface Check {
  code: string;
  /** not_checked: the hint says why. */
  state: "ok" | "warning" | "failed" | "not_checked";
  /** The CRM's names of what is concerned. */
  fields: string[];
  /** What to do about it, or what was found; never a value of a record. */
  hint: string;
}

/** What the integration and its mapping need. */
export interface Wanted {
  account: string;
  scopes: readonly string[];
  reads: readonly string[];
  writes: readonly string[];
  /** The mapping's kind of value, by field. */
  types: Readonly<Record<string, string>>;
}

/** A field as the CRM describes it, for whoever's token it is. */
export interface Described {
  type: string;
  isWritable: boolean;
}

/** The CRM's types that hold a kind of value; a kind that is not here is held by any. */
export type Fitting = Readonly<Record<string, readonly string[]>>;

export const ok = (code: string, hint = ""): Check => ({ code, state: "ok", fields: [], hint });
export const notChecked = (code: string, hint: string): Check => ({ code, state: "not_checked", fields: [], hint });
export const failed = (code: string, hint: string, fields: string[] = []): Check => ({
  code,
  state: "failed",
  fields,
  hint,
});
export const warning = (code: string, hint: string, fields: string[] = []): Check => ({
  code,
  state: "warning",
  fields,
  hint,
});

/** Failed with the fields, where there are any. */
export const unless = (fields: string[], code: string, hint: string): Check =>
  fields.length === 0 ? ok(code) : failed(code, hint, fields);

export interface FieldHints {
  missing: string;
  readOnly: string;
}

/** The mapped fields, by what is known of them. `viaOwnWay` are written by a way of their own. */
export function fieldChecks(
  { reads, writes, types }: Wanted,
  described: (field: string) => Described | null,
  fitting: Fitting,
  hints: FieldHints,
  viaOwnWay: readonly string[] = [],
): Check[] {
  const all = [...new Set([...reads, ...writes])];
  const missing = all.filter((field) => described(field) === null);
  const readOnly = writes.filter((field) => described(field)?.isWritable === false && !viaOwnWay.includes(field));
  const unfit = all.filter((field) => {
    const [found, wanted] = [described(field), fitting[types[field] ?? ""]];
    return found !== null && wanted !== undefined && !wanted.includes(found.type);
  });
  return [
    unless(missing, "fields", hints.missing),
    unless(readOnly, "writable", hints.readOnly),
    unless(
      unfit,
      "types",
      "the CRM's field has another type than the mapping takes it to have: import the CRM's fields as its catalog, or map another field",
    ),
  ];
}

/** A fifth of the day's calls is kept for webhooks and opt-outs. */
export function quotaCheck(left: number, limit: number): Check {
  const told = `${left} of the day's ${limit} calls are left`;
  if (left <= 0) return failed("quota", `${told}; what waits goes on when the day is over`);
  return left * 5 < limit ? warning("quota", `${told}; see what else calls the CRM`) : ok("quota", told);
}
