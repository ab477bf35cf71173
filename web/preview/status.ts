/** What a run came to, in a line. */
import { html, nothing } from "lit";
import { outcomes } from "../cli/outcomes.js";
import { panesOf, paneTitles } from "./modes.js";
import type { Answer } from "./protocol.js";
import type { Effect, Row } from "./rows.js";

/** `isEarlier`: what is shown below is the result of an earlier run. */
export function statusOf(answer: Answer | undefined, isEarlier: boolean) {
  if (answer === undefined) return "The engine is starting.";
  const earlier = isEarlier ? " Below is the last result." : "";
  const mistakes = errorsIn(answer);
  if (mistakes > 0) return `The mapping file has ${counted(mistakes, "mistake")}.${earlier}`;
  const wrong = panesOf[answer.mode].filter((pane) => answer.paneDiagnostics[pane].length > 0);
  if (wrong.length > 0) return `Not valid: ${wrong.map((pane) => paneTitles[pane]).join(", ")}.${earlier}`;
  if (answer.failure !== null) return html`<strong>${answer.failure.code}</strong> ${answer.failure.message}`;
  if (answer.many !== null) return statusOfMany(answer.many);
  if (answer.listening !== null) return statusOfListening(answer.listening);
  if (answer.result === null) return "There is no record to map.";
  const { outcome } = answer;
  const name = outcome === null ? nothing : html`<span class="effect ${outcome}">${outcome}</span>`;
  return html`${name} ${outcome === null ? nothing : `${outcomes[outcome] ?? ""}.`} ${writesOf(answer.rows)}`;
}

export function hasMistakes(answer: Answer): boolean {
  return errorsIn(answer) > 0 || panesOf[answer.mode].some((pane) => answer.paneDiagnostics[pane].length > 0);
}

export function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function errorsIn({ diagnostics }: Answer): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

function statusOfMany({ records, milliseconds }: NonNullable<Answer["many"]>) {
  if (records.length === 0) return "There are no records. Type, paste or import some below.";
  const failed = records.filter(({ group }) => group === "failed").length;
  const failures = failed === 0 ? "None failed." : `${failed.toLocaleString("en")} failed.`;
  return `The engine took ${milliseconds.toFixed(1)} ms for ${counted(records.length, "record")}. ${failures}`;
}

function statusOfListening({ topics }: NonNullable<Answer["listening"]>) {
  return `Opt-outs are told by: ${Object.keys(topics).join(", ") || "no field"}.`;
}

/** How many fields each side is given. */
function writesOf(rows: readonly Row[]): string {
  const count = (effect: Effect) => rows.filter((row) => row.effect === effect || row.effect === "both").length;
  return `PenguinMails gets ${counted(count("local"), "field")}, the CRM ${counted(count("crm"), "field")}.`;
}
