/** Diagnostics at their places in an editor. */
import type { Diagnostic as Marker } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Diagnostic } from "@penguinmails/crm-sync";

/** A diagnostic without a place (line 0) is about the text as a whole and stands at its start. */
export function offsetOf(text: Text, line: number, column: number): number {
  if (line === 0) return 0;
  const { from, to } = text.line(Math.min(line, text.lines));
  return Math.min(from + column - 1, to);
}

export function markerOf(text: Text, diagnostic: Diagnostic): Marker {
  const from = offsetOf(text, diagnostic.line, diagnostic.column);
  const to = offsetOf(text, diagnostic.endLine, diagnostic.endColumn);
  return { from, to: Math.max(from, to), severity: diagnostic.severity, message: sentenceOf(diagnostic) };
}

export function sentenceOf({ code, message, hint, suggestion }: Diagnostic): string {
  const meant = suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
  return `${code}: ${message}${meant}${hint === undefined ? "" : ` (${hint})`}`;
}
