/**
 * Runs records through the engine in batches and writes one line for each, in order. A record that fails becomes an
 * error line, `{"error": …, "index": n}`, whatever failed: its envelope, its JSON text, its mapping or the engine.
 */
import { CrmSyncError } from "../../bindings/package/node.js";
import type { Failure } from "./failure.js";
import { framesOf, newlinesIn } from "./frames.js";
import { memberNamed, membersOf, wholeText } from "./json-text.js";
import { Progress } from "./progress.js";
import type { Reporter } from "./report.js";
import { openInputs, write } from "./streams.js";

/** A record's place in the input. */
export interface Place {
  file: string;
  line: number;
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
  /** NDJSON in, NDJSON out, one line a record. */
  call(batch: Uint8Array): Uint8Array;
  /** The line to write for one line of `call`; reports what is wrong in it and says whether anything is. */
  finish(line: Uint8Array, place: Place): { line: Uint8Array; failed: boolean };
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

export async function runRecords(files: readonly string[], treatment: Treatment, reporter: Reporter): Promise<Counts> {
  const counts: Counts = { records: 0, failed: 0 };
  const progress = new Progress();
  let batch: Pending[] = [];
  let size = 0;

  const writeFailed = async (place: Place, failed: Failure) => {
    counts.failed += 1;
    reporter.record(place, failed.code, failed.message);
    if (treatment.forPeople !== true) await write(errorLine(failed, place.index));
  };
  const flush = async () => {
    for (const [index, answer] of answersTo(batch, treatment).entries()) {
      const { place } = batch[index] as Pending;
      if (!(answer instanceof Uint8Array)) {
        await writeFailed(place, answer);
        continue;
      }
      const engineError = errorIn(answer);
      if (engineError !== null) {
        await writeFailed(place, engineError);
        continue;
      }
      const { line, failed } = treatment.finish(answer, place);
      if (failed) counts.failed += 1;
      await write(Buffer.concat([line, Buffer.from("\n")]));
    }
    batch = [];
    size = 0;
  };

  for (const { name, chunks } of await openInputs(files)) {
    for await (const frame of framesOf(chunks)) {
      const opened = "broken" in frame ? [{ offset: 0, record: frame.broken }] : treatment.open(frame.text);
      let { line } = frame;
      let counted = 0;
      for (const { offset, record } of opened) {
        if ("text" in frame) line += newlinesIn(frame.text, counted, offset);
        counted = offset;
        const place = { file: name, line, index: counts.records };
        counts.records += 1;
        if (!(record instanceof Uint8Array)) {
          await flush();
          await writeFailed(place, record);
          continue;
        }
        if (size + record.length > batchBytes) await flush();
        batch.push({ place, text: record });
        size += record.length;
        progress.update(counts.records);
      }
    }
    await flush();
  }
  progress.end();
  return counts;
}

function answersTo(batch: readonly Pending[], treatment: Treatment): (Uint8Array | Failure)[] {
  if (batch.length === 0) return [];
  try {
    const lines = linesOf(treatment.call(joined(batch)));
    if (lines.length === batch.length) return lines;
    if (batch.length === 1) return [errorIn(lines[0]) ?? severalTexts];
  } catch (error) {
    if (!(error instanceof CrmSyncError)) throw error;
    if (batch.length === 1) return [{ code: error.code, message: messageOf(error) }];
  }
  // One text upset the others' order or the call as a whole: each goes alone, so that only it fails.
  return batch.flatMap((pending) => answersTo([pending], treatment));
}

/** An engine error's sentence; its message begins with the code, which is said apart here. */
export function messageOf(error: CrmSyncError): string {
  const prefix = `${error.code}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}

const severalTexts: Failure = { code: "JSN007", message: "text follows after the end of the record" };

function joined(batch: readonly Pending[]): Uint8Array {
  const end = Buffer.from("\n");
  return Buffer.concat(batch.flatMap(({ text }) => [text, end]));
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

/** The Diagnostic of an error line; null for every other line. */
function errorIn(line: Uint8Array | undefined): Failure | null {
  if (line === undefined) return null;
  const start = Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, 10)).toString("latin1");
  if (!start.startsWith('{"error":{')) return null;
  const members = membersOf(line, wholeText(line)) ?? [];
  if (members.length !== 2 || memberNamed(members, "index") === undefined) return null;
  return (JSON.parse(Buffer.from(line).toString()) as { error: Failure }).error;
}

function errorLine(error: Failure, index: number): string {
  return `${JSON.stringify({ error: { severity: "error", ...error }, index })}\n`;
}
