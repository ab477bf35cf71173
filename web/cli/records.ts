/**
 * Runs records through the engine in batches and writes one line for each, in order. A record that fails becomes an
 * error line, `{"error": …, "index": n}`, whatever failed: its envelope, its JSON text, its mapping or the engine.
 */
import { CrmSyncError } from "../../bindings/package/node.js";
import { type Failure, failure } from "./failure.js";
import { framesOf } from "./frames.js";
import { skipSpace } from "./json-text.js";
import { advanced, byteAfter, type Position } from "./position.js";
import { Progress } from "./progress.js";
import type { Reporter } from "./report.js";
import { openInputs, write } from "./streams.js";

/** A record's place in the input. */
export interface Place extends Position {
  file: string;
  index: number;
}

/** A record, ready for the engine or failed, and the byte of the input's text at which it begins. */
export interface Opened {
  offset: number;
  record: Uint8Array | Failure;
}

/** What a command does with the records. */
export interface Treatment {
  /** The records that one JSON text of the input holds. */
  open(text: Uint8Array): Opened[];
  /** Whether `open` gives records as they stand in the text, so that places in them are places in the input. */
  verbatim: boolean;
  /** NDJSON in, NDJSON out, one line a record. */
  call(batch: Uint8Array): Uint8Array;
  /** The line to write for what `call` made of a record; reports what is wrong in it and says whether anything is. */
  finish(line: Uint8Array, place: Place, record: Uint8Array): { line: Uint8Array; failed: boolean };
  /** Whether stdout is read by people: a record that failed then only has its message on stderr. */
  forPeople?: boolean;
}

export interface Counts {
  records: number;
  failed: number;
}

interface Pending {
  place: Place;
  text: Uint8Array;
}

/** Bytes that go to the engine in one call: enough to make the call itself cheap, little enough to keep a stream moving. */
const batchBytes = 1 << 20;

const newline = 0x0a;
const tab = 0x09;
const lineEnd = Buffer.from("\n");

export async function runRecords(files: readonly string[], treatment: Treatment, reporter: Reporter): Promise<Counts> {
  const counts: Counts = { records: 0, failed: 0 };
  const progress = new Progress();
  let batch: Pending[] = [];
  let size = 0;

  const failedLine = (place: Place, error: Failure): string => {
    counts.failed += 1;
    const located = { ...error, line: error.line ?? place.line, column: error.column ?? place.column };
    reporter.record({ ...place, line: located.line, column: located.column }, error.code, error.message);
    if (treatment.forPeople === true) return "";
    return `${JSON.stringify({ error: { severity: "error", ...located }, index: place.index })}\n`;
  };
  const lineOf = (answer: Uint8Array | Failure, { place, text }: Pending): string | Uint8Array => {
    if (!(answer instanceof Uint8Array)) return failedLine(place, answer);
    const error = errorIn(answer);
    if (error !== null) return failedLine(place, treatment.verbatim ? inInput(error, place, text) : unplaced(error));
    const { line, failed } = treatment.finish(answer, place, text);
    if (failed) counts.failed += 1;
    return Buffer.concat([line, lineEnd]);
  };
  // One write for a batch: to a pipe each write is a call of the system that waits.
  const flush = async () => {
    const answers = answersTo(batch, treatment.call);
    const lines = answers.map((answer, index) => Buffer.from(lineOf(answer, batch[index] as Pending)));
    batch = [];
    size = 0;
    if (lines.length > 0) await write(Buffer.concat(lines));
  };

  for (const { name, chunks } of await openInputs(files)) {
    for await (const frame of framesOf(chunks)) {
      const text = "text" in frame ? frame.text : new Uint8Array(0);
      const opened = "text" in frame ? treatment.open(text) : [{ offset: 0, record: frame.broken }];
      let position = frame.start;
      let counted = 0;
      for (const { offset, record } of opened) {
        position = advanced(position, text, counted, offset);
        counted = offset;
        const place = { file: name, ...position, index: counts.records };
        counts.records += 1;
        const failed = record instanceof Uint8Array ? notOneRecord(record) : record;
        if (failed !== null) {
          await flush();
          await write(failedLine(place, failed));
          continue;
        }
        const bytes = record as Uint8Array;
        if (size + bytes.length > batchBytes) await flush();
        batch.push({ place, text: bytes });
        size += bytes.length;
        progress.update(counts.records);
      }
    }
    await flush();
  }
  progress.end();
  return counts;
}

/** In a batch, a line that begins with a bracket would pass for an array of records. */
function notOneRecord(text: Uint8Array): Failure | null {
  const isArray = text[skipSpace(text, 0)] === 0x5b;
  return isArray ? failure("JSN010", "a record must be a JSON object, and this is an array") : null;
}

function answersTo(batch: readonly Pending[], call: Treatment["call"]): (Uint8Array | Failure)[] {
  if (batch.length === 0) return [];
  try {
    const lines = linesOf(call(Buffer.concat(batch.flatMap(({ text }) => [onOneLine(text), lineEnd]))));
    if (lines.length !== batch.length) throw new Error(`${lines.length} lines came back for ${batch.length} records`);
    return lines;
  } catch (error) {
    if (!(error instanceof CrmSyncError)) throw error;
    if (batch.length === 1) return [failure(error.code, messageOf(error))];
    // The call as a whole failed: each record goes alone, so that only the one that upset it fails.
    return batch.flatMap((pending) => answersTo([pending], call));
  }
}

/** Line ends become tabs: both are white space between values, and neither may stand in a string. */
function onOneLine(text: Uint8Array): Uint8Array {
  return text.includes(newline) ? text.map((byte) => (byte === newline ? tab : byte)) : text;
}

function linesOf(text: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(newline, start);
    const end = found < 0 ? text.length : found;
    lines.push(text.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

const errorStart = Buffer.from('{"error":{');

/** The Diagnostic of an error line; null for a mapped record with its trace, or a decision, which begin otherwise. */
function errorIn(line: Uint8Array): Failure | null {
  if (!Buffer.from(line.subarray(0, errorStart.length)).equals(errorStart)) return null;
  return (JSON.parse(Buffer.from(line).toString()) as { error: Failure }).error;
}

/** The engine's columns count in the record's own line; in the input the record may begin anywhere and span lines. */
function inInput(error: Failure, place: Place, text: Uint8Array): Failure {
  if (!error.line || !error.column) return unplaced(error);
  const at = (column: number) => advanced(place, text, 0, byteAfter(text, column - 1));
  const { line, column } = at(error.column);
  const end = at(error.endColumn ?? error.column);
  return { ...error, line, column, endLine: end.line, endColumn: end.column };
}

function unplaced({ line, column, endLine, endColumn, ...error }: Failure): Failure {
  return error;
}

/** An engine error's sentence; its message begins with the code, which is said apart here. */
export function messageOf(error: CrmSyncError): string {
  const prefix = `${error.code}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}
