/** Many records through the engine in one call, and what became of each in a word. */
import type { Decision, Diagnostic, MappedRecord, Mapping } from "@penguinmails/crm-sync";
import { membersOf, recordsIn } from "./json-parts.js";
import { linesOf } from "./lines.js";
import { bytesOf, onOneLine } from "./pane.js";
import type { Group, Listed, Many, RecordMode } from "./protocol.js";

const groups: Record<string, Group> = {
  in_sync: "unchanged",
  merged: "update",
  review: "conflict",
  create_local: "create",
  create_crm: "create",
  delete_local: "removed",
  delete_crm: "removed",
  unlink: "removed",
  filtered: "filtered",
};

/** Records as the engine takes them, kept while only the mapping is edited. */
export interface Prepared {
  text: string;
  each: RecordMode;
  now: string;
  parts: { from: number; to: number; label: string }[];
  bytes: Uint8Array;
  /** What one run wrote its answers into, for the next one: fresh memory for them would take as long as the run. */
  output: Uint8Array;
}

/** Null where the text has no end, of which the reader's diagnostic tells. `last`: what these come after. */
export function prepared(text: string, each: RecordMode, now: string, last?: Prepared | null): Prepared | null {
  const parts = recordsIn(text);
  if (parts === null) return null;
  const records = parts.map(({ from, to }) => text.slice(from, to));
  const bytes = bytesOf(records.map((record) => lineOf(record, each, now)).join("\n"));
  const labelled = parts.map((part, at) => ({ ...part, label: labelOf(records[at] ?? "") }));
  return { text, each, now, parts: labelled, bytes, output: last?.output ?? new Uint8Array(0) };
}

export function runMany(mapping: Mapping, input: Prepared): Many {
  const { answers, milliseconds } = answersOf(mapping, input);
  const records = input.parts.map((part, index) => ({ ...part, ...became(answers[index] ?? "", input.each) }));
  return { each: input.each, records, milliseconds };
}

/** The engine's answers, one for each record, as JSON text. */
export function answersOf(mapping: Mapping, input: Prepared): { answers: string[]; milliseconds: number } {
  const { each, now, parts, bytes, output } = input;
  if (parts.length === 0) return { answers: [], milliseconds: 0 };
  const start = performance.now();
  const answer =
    each === "resolve"
      ? mapping.resolveMany(bytes, undefined, output)
      : mapping.mapMany(each, bytes, { trace: true, includeValues: true, now }, output);
  const milliseconds = performance.now() - start;
  // With room for what an edit adds.
  if (answer.length > output.length) input.output = new Uint8Array(Math.ceil(1.25 * answer.length));
  return { answers: [...linesOf(answer)], milliseconds };
}

function lineOf(record: string, each: RecordMode, now: string): string {
  // A list would be taken for many records; a number gets the answer that everything but an object gets.
  if (record.startsWith("[")) return "0";
  const line = onOneLine(record);
  const isTimed = each !== "resolve" || (line.includes('"now"') && membersOf(line).has("now"));
  return isTimed || !/^\{\s*"/.test(line) ? line : `{"now":${JSON.stringify(now)},${line.slice(1)}`;
}

/** Answers are long, and most say all that is wanted in their first word. */
function became(answer: string, each: RecordMode): Pick<Listed, "group" | "outcome" | "remark" | "reason"> {
  if (answer.startsWith('{"error":')) {
    const { error } = JSON.parse(answer) as { error: Diagnostic };
    return failed(error.code, error.message);
  }
  const problem = each === "resolve" ? problemOfDecision(answer) : problemOfRecord(answer);
  if (problem !== null) return problem;
  if (each !== "resolve") {
    return answer.startsWith('{"record":{}')
      ? { group: "unchanged", outcome: "nothing", remark: "", reason: "" }
      : { group: "mapped", outcome: "mapped", remark: "", reason: "" };
  }
  const outcome = /^\{"outcome":"(\w+)"/.exec(answer)?.[1] ?? "";
  return {
    group: groups[outcome] ?? "failed",
    outcome,
    remark: outcome === "review" ? waiting(answer) : "",
    reason: "",
  };
}

function problemOfDecision(answer: string) {
  if (!answer.startsWith('{"outcome":"invalid"') && !answer.includes('"status":"error"')) return null;
  const { outcome, fields } = JSON.parse(answer) as Decision;
  const field = fields.find(({ status }) => status === "error");
  if (field === undefined) return outcome === "invalid" ? failed(outcome, "") : null;
  const { id, code, detail, reason } = field as { id: string; code?: string; detail?: string; reason: string };
  return failed(code ?? outcome, detail === undefined ? id : `${id}: ${detail}`, reason);
}

function waiting(answer: string): string {
  const { reviews } = JSON.parse(answer) as Decision;
  return reviews.map(({ field }) => field ?? "the record as a whole").join(", ");
}

function problemOfRecord(answer: string) {
  if (!answer.includes('"diagnostic":{')) return null;
  const field = (JSON.parse(answer) as MappedRecord).fields.find(({ diagnostic }) => diagnostic !== undefined);
  return field?.diagnostic ? failed(field.diagnostic.code, `${field.id}: ${field.diagnostic.message}`) : null;
}

function failed(outcome: string, remark: string, reason = ""): Pick<Listed, "group" | "outcome" | "remark" | "reason"> {
  return { group: "failed", outcome, remark, reason };
}

function labelOf(record: string): string {
  const [, value = ""] = /"(?:e?mail|id|name)"\s*:\s*("[^"\\]*(?:\\[\s\S][^"\\]*)*"|\d+)/i.exec(record) ?? [];
  return value.replace(/^"|"$/g, "");
}
