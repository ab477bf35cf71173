/** Decisions of `resolve` for people: one row a field, its reason in words below it, then what is written where. */
import { decode } from "../../bindings/package/decode.js";
import { bytesAt, memberNamed, membersOf, stringAt, wholeText } from "./json-text.js";
import { outcomes } from "./outcomes.js";
import { reasons } from "./reasons.js";
import { list, type TableOptions, table } from "./table.js";
import { printable, wrapped } from "./text.js";
import { flattened, shown } from "./values.js";

interface Field {
  id: string;
  local_field?: string | null;
  crm_field?: string | null;
  status: string;
  winner: "crm" | "local" | "both" | "none";
  rule?: string | null;
  reason: string;
  values?: { local?: unknown; crm?: unknown; base_local?: unknown; base_crm?: unknown; result?: unknown };
  /** Of a field in error: the code, and what more there is to say about it. */
  code?: string;
  detail?: string;
}

export interface Decision {
  outcome: string;
  local: Record<string, unknown>;
  crm: Record<string, unknown>;
  fields: Field[];
  reviews: { field: string; local?: unknown; crm?: unknown; base?: unknown }[];
}

export interface FailedField {
  field: string;
  code: string;
  message: string;
}

/** The fields of a decision that ended in an error; an invalid record has at least one. */
export function failedFields(line: Uint8Array): FailedField[] {
  const whole = membersOf(line, wholeText(line)) ?? [];
  const invalid = stringAt(line, memberNamed(whole, "outcome")) === "invalid";
  const fields = memberNamed(whole, "fields");
  const text = fields === undefined ? Buffer.alloc(0) : Buffer.from(bytesAt(line, fields));
  if (!invalid && !text.includes('"status":"error"')) return [];
  const failed = (JSON.parse(text.length === 0 ? "[]" : text.toString()) as Field[]).filter(
    ({ status }) => status === "error",
  );
  if (invalid && failed.length === 0) return [{ field: "", code: "REC001", message: outcomes.invalid ?? "" }];
  return failed.map((field) => ({ field: field.id, code: field.code ?? "REC006", message: failure(field) }));
}

function failure({ reason, detail }: Field): string {
  const sentence = (reasons[reason] ?? reason).replace(/\.$/, "");
  return detail === undefined ? sentence : `${sentence}: ${detail}`;
}

export function readDecision(line: Uint8Array): Decision {
  return decode(Buffer.from(line).toString()) as Decision;
}

/** All of a decision: what each side holds, and below it what is done and why; then the writes. */
export function renderDecision(decision: Decision, options: TableOptions): string {
  const rows = decision.fields.map((field) => ({ cells: heldBy(field), remark: `${effect(field)} ${why(field)}` }));
  return [
    rows.length === 0 ? "" : `${table(["Field", "PenguinMails", "CRM", "Last agreed"], rows, options)}\n`,
    renderWrites(decision, options),
  ].join("");
}

/** What was last agreed on, and what each side holds now. */
export function renderChange(decision: Decision, options: TableOptions): string {
  const rows = decision.fields.map((field) => {
    const [id = "", local = "", crm = "", base = ""] = heldBy(field);
    return { cells: [id, base, local, crm] };
  });
  return table(["Field", "Last agreed", "PenguinMails now", "CRM now"], rows, options);
}

/** What is done with each field, by which rule, and why. */
export function renderReasons(decision: Decision, options: TableOptions): string {
  const rows = decision.fields.map((field) => ({
    cells: [printable(field.id), effect(field).replace(/\.$/, ""), field.rule ?? "-"],
    remark: why(field),
  }));
  return table(["Field", "Decision", "Rule"], rows, options);
}

export function renderWrites(decision: Decision, options: TableOptions): string {
  const { paint, width } = options;
  return [
    `${paint.bold(`Outcome: ${decision.outcome}`)} (${outcomes[decision.outcome] ?? ""})\n`,
    patch("PenguinMails", decision.local, options),
    patch("the CRM", decision.crm, options),
    ...decision.reviews.map((review) => {
      const question = `Waits for a person: ${printable(review.field)}, ${shown(review.local)} or ${shown(review.crm)}?`;
      return `${paint.yellow(wrapped(question, width).join("\n"))}\n`;
    }),
  ].join("");
}

function heldBy(field: Field): string[] {
  const { local, crm, base_local: baseLocal, base_crm: baseCrm } = field.values ?? {};
  const base = [...new Set([baseLocal, baseCrm].filter((value) => value !== undefined).map(shown))];
  return [printable(field.id), shown(local), shown(crm), base.join(" / ") || "-"];
}

function why(field: Field): string {
  return `${reasons[field.reason] ?? ""} (${[field.rule, field.reason].filter(Boolean).join(", ")})`;
}

/** What becomes of the field, in a few words. */
function effect(field: Field): string {
  const result = shown(field.values?.result);
  switch (field.status) {
    case "propagated":
    case "resolved":
      if (field.winner === "crm") return `PenguinMails gets ${result}.`;
      if (field.winner === "local") return `The CRM gets ${result}.`;
      return field.winner === "both" ? `Both get ${result}.` : "Nothing is written.";
    case "review":
      return "Neither side is written.";
    case "error":
      return `Error${field.code === undefined ? "" : ` ${field.code}`}${field.detail === undefined ? "." : `: ${printable(field.detail)}.`}`;
    default:
      return "Nothing is written.";
  }
}

function patch(side: string, writes: Record<string, unknown>, options: TableOptions): string {
  const pairs = flattened(writes);
  if (pairs.length === 0) return `Write to ${side}: nothing\n`;
  return `Write to ${side}:\n${list(pairs, { ...options, indent: 2 })}`;
}
