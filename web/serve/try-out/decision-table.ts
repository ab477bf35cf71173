/** A decision as a table of the fields that it is about: what each side held, what both hold now, and why. */
import type { Decision, FieldDecision } from "../../../bindings/package/node.js";
import { reasons } from "../../cli/reasons.js";
import type { Row } from "../../cli/table.js";
import { printable } from "../../cli/text.js";
import { shown } from "../../cli/values.js";

export const headings = ["Field", "Last agreed", "PenguinMails", "HubSpot", "Both hold now"];

const told: readonly FieldDecision["status"][] = ["propagated", "resolved", "converged", "review", "error"];

export function rowsOf({ fields }: Decision): Row[] {
  return fields.filter(({ status }) => told.includes(status)).map(rowOf);
}

function rowOf({ id, status, reason, values = {} }: FieldDecision): Row {
  const { local, crm, base_local: base, result } = values;
  const now = status === "converged" ? local : result;
  const cells = [
    printable(id),
    shown(base),
    shown(local),
    shown(crm),
    now === undefined ? "(each its own)" : shown(now),
  ];
  return { cells, remark: `${reasons[reason] ?? ""} (${reason})` };
}
