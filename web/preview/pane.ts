/** Records as they stand in a pane. The engine reads them from their text, and its places become places in the pane. */
import type { Diagnostic, Mapping } from "@penguinmails/crm-sync";
import { wellFormed } from "../../bindings/package/encode.js";
import { recordsIn } from "./json-parts.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function bytesOf(text: string): Uint8Array {
  const formed = wellFormed(text);
  return typeof formed === "string" ? encoder.encode(formed) : formed;
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** One line is one record to the engine. A tab is white space where a line end is, and a mistake where a line end is one. */
export function onOneLine(text: string): string {
  return text.replaceAll("\n", "\t");
}

/** What is wrong with the text of a pane, which is to hold one JSON object or nothing. */
export function checkPane(reader: Mapping, text: string): Diagnostic[] {
  if (isBlank(text)) return [];
  // An array would be taken for many records; a number gets the answer that everything but an object gets.
  const record = text.trimStart().startsWith("[") ? "0" : onOneLine(text);
  const answer = JSON.parse(textOf(reader.mapMany("to_crm", bytesOf(record)))) as { error?: Diagnostic };
  return answer.error === undefined ? [] : [placed(answer.error, text)];
}

/** What keeps the text from being taken apart into records. What is wrong with one of them is said of that one. */
export function checkRecords(reader: Mapping, text: string): Diagnostic[] {
  if (recordsIn(text) !== null) return [];
  const answers = textOf(reader.mapMany("to_crm", bytesOf(onOneLine(text))))
    .trimEnd()
    .split("\n");
  const { error } = JSON.parse(answers.at(-1) ?? "{}") as { error?: Diagnostic };
  return error === undefined ? [] : [placed(error, text)];
}

/** The engine saw one line, so its column counts through the whole text. */
function placed(diagnostic: Diagnostic, text: string): Diagnostic {
  if (diagnostic.line === 0) return diagnostic;
  const [line, column] = positionOf(text, diagnostic.column - 1);
  const [endLine, endColumn] = positionOf(text, diagnostic.endColumn - 1);
  return { ...diagnostic, line, column, endLine, endColumn };
}

function positionOf(text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset);
  return [before.split("\n").length, offset - before.lastIndexOf("\n")];
}
