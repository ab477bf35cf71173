/** What an edited mapping makes of records otherwise than the saved one. */
import type { Decision, Diagnostic, MappedRecord, Mapping } from "@penguinmails/crm-sync";
import { decode } from "../../bindings/package/decode.js";
import { answersOf, type Prepared } from "./many.js";
import type { Became, Comparison, RecordChange, RecordMode } from "./protocol.js";
import { decisionRows, mappedRows, type Row } from "./rows.js";

/** More than a person reads; the count is of all. */
const mostListed = 500;

/** `sets`: the record of the panes, and the many, each as it is looked at. */
export function compare(saved: Mapping, edited: Mapping, sets: readonly Prepared[]): Comparison {
  const comparison: Comparison = { records: 0, differing: 0, changes: [], failure: "" };
  for (const set of sets) {
    const [before, after] = [answersOf(saved, set).answers, answersOf(edited, set).answers];
    for (const [index, { label }] of set.parts.entries()) {
      comparison.records += 1;
      const [old = "", now = ""] = [before[index], after[index]];
      const change = old === now ? null : changeOf(become(saved, old, set.each), become(edited, now, set.each));
      if (change === null) continue;
      comparison.differing += 1;
      if (comparison.changes.length < mostListed)
        comparison.changes.push({ ...change, index, of: set.parts.length, label });
    }
  }
  return comparison;
}

/** A record's outcome, and of each field what becomes of it. */
interface Whole {
  outcome: string;
  fields: Map<string, Became>;
}

function become(mapping: Mapping, answer: string, each: RecordMode): Whole {
  const decoded = decode(answer) as { error: Diagnostic } | Decision | MappedRecord;
  if ("error" in decoded) return { outcome: decoded.error.code, fields: new Map() };
  const none = { local: undefined, crm: undefined };
  const rows =
    "outcome" in decoded
      ? decisionRows(mapping.fields, decoded, none)
      : mappedRows(mapping.fields, decoded.fields, none, each === "to_crm" ? "crm" : "local");
  const outcome = "outcome" in decoded ? decoded.outcome : "mapped";
  return { outcome, fields: new Map(rows.map((row) => [row.id, becameOf(row)])) };
}

function becameOf({ effect, result, problem }: Row): Became {
  if (effect === "error") return { effect, value: problem };
  return { effect, value: effect === "none" || effect === "review" ? null : result };
}

const nothing: Became = { effect: "none", value: null };

function changeOf(before: Whole, after: Whole): Pick<RecordChange, "outcome" | "fields"> | null {
  const fields = [...new Set([...before.fields.keys(), ...after.fields.keys()])].flatMap((id) => {
    const [old, now] = [before.fields.get(id) ?? nothing, after.fields.get(id) ?? nothing];
    return old.effect === now.effect && old.value === now.value ? [] : [{ id, before: old, after: now }];
  });
  const isSame = fields.length === 0 && before.outcome === after.outcome;
  return isSame ? null : { outcome: [before.outcome, after.outcome], fields };
}
