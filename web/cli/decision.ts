/** Decisions of `resolve` for people: one row a field, its reason in words below it, then what is written where. */
import { decode } from "../../bindings/package/decode.js";
import { encode } from "../../bindings/package/encode.js";
import type { Decision, FieldDecision } from "../../bindings/package/node.js";
import { bytesAt, memberNamed, membersOf, stringAt, wholeText } from "./json-text.js";
import { outcomes } from "./outcomes.js";
import { reasons } from "./reasons.js";
import { list, type TableOptions, table } from "./table.js";
import { printable, wrapped } from "./text.js";
import { flattened, shown } from "./values.js";

/** A field in error has a code, and maybe more to say about it. */
type Field = FieldDecision & { code?: string; detail?: string };

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

/**
 * All of a decision: what each side holds, and below it what is done and why; then the writes. Fields without any value
 * are named together, and one reason that holds for all fields is left to the outcome.
 */
export function renderDecision(decision: Decision, options: TableOptions): string {
  const { paint, width } = options;
  const empty = decision.fields.filter(
    (field) =>
      !isWritten(field) &&
      heldBy(field)
        .slice(1)
        .every((cell) => cell === "-"),
  );
  const held = decision.fields.filter((field) => !empty.includes(field));
  const common = new Set(decision.fields.map(({ reason }) => reason)).size === 1;
  const rows = held.map((field) => ({
    cells: heldBy(field),
    ...(!common && { remark: `${inWords(field)} (${namesOf(field)})` }),
  }));
  const parts = rows.length === 0 ? [] : [table(["Field", "PenguinMails", "CRM", "Last agreed"], rows, options)];
  for (const reason of common ? [] : new Set(empty.map((field) => field.reason))) {
    const names = empty.filter((field) => field.reason === reason).map(({ id }) => printable(id));
    const text = `${names.join(", ")}: ${sentence(reason)} (${reason})`;
    parts.push(`${wrapped(text, width).map(paint.dim).join("\n")}\n`);
  }
  return `${[...parts, renderWrites(decision, options)].join("\n")}`;
}

/** What was last agreed on, and what each side holds now. */
export function renderChange(decision: Decision, options: TableOptions): string {
  const rows = decision.fields.map((field) => {
    const [id = "", local = "", crm = "", base = ""] = heldBy(field);
    return { cells: [id, base, local, crm] };
  });
  return table(["Field", "Last agreed", "PenguinMails now", "CRM now"], rows, options);
}

/** By which rule each field is decided and why, and what is done with it. */
export function renderReasons(decision: Decision, options: TableOptions): string {
  const rows = decision.fields.map((field) => ({
    cells: [printable(field.id), field.rule ?? "-", field.reason],
    remark: inWords(field),
  }));
  return table(["Field", "Rule", "Reason"], rows, options);
}

export function renderWrites(decision: Decision, options: TableOptions): string {
  const { paint, width } = options;
  return [
    `${paint.bold(`Outcome: ${decision.outcome}`)} (${outcomes[decision.outcome] ?? ""})\n`,
    patch("PenguinMails", decision.local, options),
    patch("the CRM", decision.crm, options),
    ...decision.reviews.map((review) => {
      const [local, crm] = [review.local, review.crm].map((value) => printable(encode(value, "value")));
      const question =
        review.field === null
          ? `Waits for a person: ${sentence(review.reason)} Left is ${review.local === null ? crm : local}.`
          : `Waits for a person: ${printable(review.field)}, ${local} or ${crm}?`;
      return `${paint.yellow(wrapped(question, width).join("\n"))}\n`;
    }),
  ].join("");
}

function heldBy(field: Field): string[] {
  const { local, crm, base_local: baseLocal, base_crm: baseCrm } = field.values ?? {};
  // "true" in HubSpot and true in PenguinMails are one agreement, spelt twice.
  const agreed = [baseLocal, baseCrm].filter((value) => value !== undefined);
  const base = new Set(agreed.map(String)).size === 1 ? agreed.slice(0, 1) : agreed;
  return [printable(field.id), shown(local), shown(crm), base.map(shown).join(" / ") || "-"];
}

function sentence(reason: string): string {
  return reasons[reason] ?? "";
}

function namesOf({ rule, reason, steps = [] }: Field): string {
  return [...(rule === null || rule === reason ? [] : [rule]), reason, ...steps].join(", ");
}

function inWords(field: Field): string {
  const done = effect(field);
  return `${done === "" ? "" : `${done}. `}${sentence(field.reason)}`;
}

/** An opt-out is put back while somebody looks at what tried to lift it; all else that waits for a person is left alone. */
function isWritten({ status, values }: Field): boolean {
  const putBack = status === "review" && values?.result !== undefined;
  return status === "propagated" || status === "resolved" || putBack;
}

/** What becomes of the field, in a few words; "" where nothing does. */
function effect(field: Field): string {
  const result = shown(field.values?.result);
  if (field.status === "review" && !isWritten(field)) return "Neither side is written";
  if (field.status === "error") return `Error ${field.code ?? ""}${field.detail ? `: ${printable(field.detail)}` : ""}`;
  if (!isWritten(field)) return "";
  if (field.winner === "both" || field.winner === "none") return `Both get ${result}`;
  const isClear = field.values?.result === null || field.values?.result === "";
  if (isClear) return `It is cleared in ${field.winner === "crm" ? "PenguinMails" : "the CRM"}`;
  return `${field.winner === "crm" ? "PenguinMails" : "The CRM"} gets ${result}`;
}

function patch(side: string, writes: Record<string, unknown>, options: TableOptions): string {
  const pairs = flattened(writes);
  if (pairs.length === 0) return `Write to ${side}: nothing\n`;
  return `Write to ${side}:\n${list(pairs, { ...options, indent: 2 })}`;
}
