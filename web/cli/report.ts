/** What a command says on stderr while its results go to stdout: in words, or one JSON object a line with `--json`. */
import type { Diagnostic } from "../../bindings/package/node.js";
import { renderDiagnostic } from "./diagnostics.js";
import type { Counts, Place } from "./records.js";
import { paintFor } from "./terminal.js";
import { printable } from "./text.js";

const mostShown = 20;
const colors = { error: "red", warning: "yellow", info: "cyan" } as const;

export class Reporter {
  private shown = 0;
  private hidden = 0;

  constructor(readonly json: boolean) {}

  /** Mistakes in the mapping file. */
  diagnostics(diagnostics: readonly Diagnostic[], file: string, source: string): void {
    const paint = paintFor(process.stderr);
    for (const diagnostic of diagnostics) {
      process.stderr.write(
        this.json ? `${JSON.stringify({ file, ...diagnostic })}\n` : renderDiagnostic(diagnostic, file, source, paint),
      );
    }
  }

  /** A record, or a field of one, that failed. Of many only the first are shown in words; with `--json` all. */
  record(place: Place & { field?: string }, code: string, message: string): void {
    if (this.json) {
      process.stderr.write(`${JSON.stringify({ ...place, code, message })}\n`);
      return;
    }
    this.shown += 1;
    if (this.shown > mostShown) {
      this.hidden += 1;
      return;
    }
    const paint = paintFor(process.stderr);
    const field = place.field === undefined ? "" : `, field ${printable(place.field)}`;
    process.stderr.write(
      `${place.file}:${place.line}:${place.column}: ${paint.red(`error ${code}`)}: ${printable(message)} (record ${place.index + 1}${field})\n`,
    );
  }

  /** The last word. */
  summary(text: string): void {
    if (this.json) return;
    if (this.hidden > 0) process.stderr.write(`… and ${this.hidden} more of these\n`);
    process.stderr.write(`${text}\n`);
  }

  counts({ records, failed }: Counts, noun: string): void {
    this.summary(`${records} ${noun}${records === 1 ? "" : "s"}, ${failed} with errors`);
  }

  /** An error of the command as a whole. */
  error(code: string, message: string, hint?: string): void {
    this.say("error", code, message, hint);
  }

  /** What a part of the input made necessary to say; `path` points into it. */
  warning(code: string, message: string, hint: string | undefined, path: string): void {
    this.say("warning", code, message, hint, path);
  }

  note(code: string, message: string): void {
    this.say("info", code, message);
  }

  private say(severity: keyof typeof colors, code: string, message: string, hint?: string, path?: string): void {
    if (this.json) {
      process.stderr.write(`${JSON.stringify({ code, severity, message, hint, path })}\n`);
      return;
    }
    const paint = paintFor(process.stderr);
    process.stderr.write(`crm-sync: ${paint[colors[severity]](`${severity} ${code}`)}: ${printable(message)}\n`);
    if (hint !== undefined) process.stderr.write(`  hint: ${printable(hint)}\n`);
  }
}
