/** One of many records as the panes of the single record hold it. */
import { indented } from "./indent.js";
import { membersOf } from "./json-parts.js";
import type { Input, RecordMode } from "./protocol.js";

export interface Opened {
  input: Partial<Input>;
  /** What the panes have no place for. */
  leftOut: string[];
}

/** Null where the text is no JSON object, so that there is nothing to take apart. */
export function openedRecord(text: string, each: RecordMode, now: string): Opened | null {
  if (each !== "resolve") return { input: { [each === "to_crm" ? "local" : "crm"]: laidOut(text) }, leftOut: [] };
  const members = membersOf(text);
  if (members.size === 0) return null;
  const [local, crm] = [sideOf(members.get("local")), sideOf(members.get("crm"))];
  const base = members.get("base") ?? "null";
  const ofSides = Object.entries({ local, crm }).flatMap(([name, { rest }]) => rest.map((part) => `${name}.${part}`));
  const others = [...members.keys()].filter((name) => !["local", "crm", "base", "now"].includes(name));
  return {
    input: {
      local: local.record,
      localChangedAt: local.changedAt,
      crm: crm.record,
      crmChangedAt: crm.changedAt,
      base: base === "null" ? "" : laidOut(base),
      now: members.has("now") ? textOf(members.get("now")) : now,
    },
    leftOut: [...ofSides, ...others],
  };
}

function sideOf(text = "null"): { record: string; changedAt: string; rest: string[] } {
  const members = membersOf(text);
  const record = members.get("record");
  return {
    record: record === undefined ? "" : laidOut(record),
    changedAt: textOf(members.get("updated_at")),
    rest: [...members.keys()].filter((name) => name !== "record" && name !== "updated_at"),
  };
}

/** What is no JSON stays as it is, for its mistakes to be marked in it. */
function laidOut(json: string): string {
  try {
    JSON.parse(json);
  } catch {
    return json;
  }
  return indented(json);
}

function textOf(json = '""'): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}
