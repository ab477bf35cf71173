/** Diagnostics for people: place, message, the line with a caret under the mistake, and what to do about it. */
import type { Diagnostic } from "../../bindings/package/node.js";
import type { Paint } from "./terminal.js";
import { printable, stringWidth } from "./text.js";

export function renderDiagnostic(diagnostic: Diagnostic, file: string, source: string, paint: Paint): string {
  const { code, severity, line, column } = diagnostic;
  const color = severity === "error" ? paint.red : severity === "warning" ? paint.yellow : paint.cyan;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const lines = [`${place}: ${color(`${severity} ${code}`)}: ${paint.bold(printable(diagnostic.message))}`];
  const text = line > 0 ? source.split(/\r\n|\n|\r/)[line - 1] : undefined;
  if (text !== undefined) lines.push(...excerpt(diagnostic, text, color, paint));
  if (diagnostic.suggestion) lines.push(`  did you mean ${paint.green(printable(diagnostic.suggestion))}?`);
  if (diagnostic.hint) lines.push(`  hint: ${printable(diagnostic.hint)}`);
  return `${lines.join("\n")}\n`;
}

/** Of a line that is longer than both together, this much is shown before and after the caret. */
const before = 60;
const after = 50;

/** The line of source and the caret line. Columns are UTF-16 units, as JavaScript counts. */
function excerpt(diagnostic: Diagnostic, text: string, color: (text: string) => string, paint: Paint): string[] {
  const isLong = text.length > before + after;
  const start = Math.min(Math.max(0, diagnostic.column - 1), text.length);
  const from = isLong ? Math.max(0, start - before) : 0;
  const to = isLong ? Math.min(text.length, start + after) : text.length;
  const markedEnd = diagnostic.endLine === diagnostic.line ? diagnostic.endColumn - 1 : text.length;
  const end = Math.min(Math.max(start + 1, markedEnd), to);
  const shown = (a: number, b: number) => printable(text.slice(a, b).replaceAll("\t", " "));
  const head = (from > 0 ? "…" : "") + shown(from, start);
  const marked = shown(start, end);
  const tail = shown(end, to) + (to < text.length ? "…" : "");
  const label = String(diagnostic.line).padStart(5);
  const caret = `^${"~".repeat(Math.max(0, stringWidth(marked) - 1))}`;
  return [
    paint.dim(`${label} | `) + head + marked + tail,
    `${paint.dim(`${" ".repeat(label.length)} | `)}${" ".repeat(stringWidth(head))}${color(caret)}`,
  ];
}

/** "2 errors, 1 warning"; "no mistakes" when there is nothing. */
export function countInWords(diagnostics: readonly Diagnostic[]): string {
  const counts = (["error", "warning", "info"] as const).flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    if (count === 0) return [];
    const noun = severity === "info" ? "note" : severity;
    return [`${count} ${noun}${count === 1 ? "" : "s"}`];
  });
  return counts.length === 0 ? "no mistakes" : counts.join(", ");
}
