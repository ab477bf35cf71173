/** One run: the mapping file and the records of the panes in, everything that the page shows out. */
import {
  CrmSyncError,
  type Decision,
  type Diagnostic,
  type Direction,
  type Engine,
  type MappedRecord,
  type Mapping,
} from "@penguinmails/crm-sync";
import { decode } from "../../bindings/package/decode.js";
import { compare } from "./compare.js";
import { listeningOf } from "./listening.js";
import { type Prepared, prepared, runMany } from "./many.js";
import { isRecordMode, panesOf } from "./modes.js";
import { bytesOf, checkPane, checkRecords, isBlank, onOneLine, textOf } from "./pane.js";
import type { Answer, Comparison, Input, Pane, RecordMode } from "./protocol.js";
import { decisionRows, mappedRows, type Records } from "./rows.js";

type Failed = { error: Diagnostic };
type Result = Pick<Answer, "failure" | "outcome" | "rows" | "result" | "many" | "comparison" | "listening">;

const noResult: Result = {
  failure: null,
  outcome: null,
  rows: [],
  result: null,
  many: null,
  comparison: null,
  listening: null,
};

export class Answerer {
  readonly #engine: Engine;
  /** Maps nothing: it only reads, so that panes are checked while the person's own mapping does not compile. */
  readonly #reader: Mapping;
  /** Of the last run over many records. */
  #prepared: Prepared | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
    const { mapping } = engine.compile("field_mapping: []");
    if (mapping === null) throw new Error("the engine refuses an empty mapping");
    this.#reader = mapping;
  }

  answer(input: Input): Answer {
    const start = performance.now();
    const { mapping, diagnostics } = this.#engine.compile(input.mapping);
    const paneDiagnostics: Answer["paneDiagnostics"] = {
      payload: [],
      local: checkPane(this.#reader, input.local),
      crm: checkPane(this.#reader, input.crm),
      base: checkPane(this.#reader, input.base),
      records: input.records === this.#prepared?.text ? [] : checkRecords(this.#reader, input.records),
    };
    const mistakes = panesOf[input.mode].flatMap((pane) => paneDiagnostics[pane]);
    const result = mapping === null || mistakes.length > 0 ? noResult : attempt(() => this.#all(mapping, input));
    mapping?.dispose();
    return { mode: input.mode, diagnostics, paneDiagnostics, ...result, milliseconds: performance.now() - start };
  }

  #all(mapping: Mapping, input: Input): Result {
    const now = isBlank(input.now) ? new Date().toISOString() : input.now.trim();
    const result = this.#run(mapping, input, now);
    return input.saved === null ? result : { ...result, comparison: this.#compare(mapping, input.saved, input, now) };
  }

  #compare(edited: Mapping, file: string, input: Input, now: string): Comparison {
    const { mapping: saved } = this.#engine.compile(file);
    if (saved === null) return { records: 0, differing: 0, changes: [], failure: "The saved file has mistakes." };
    const { mode } = input;
    const one = !isRecordMode(mode) ? null : preparedOne(input, mode, now);
    const sets = [one, this.#prepare(input, now)].filter((set) => set !== null);
    const comparison = compare(saved, edited, sets);
    saved.dispose();
    return comparison;
  }

  #run(mapping: Mapping, input: Input, now: string): Result {
    const { mode } = input;
    if (mode === "webhook") return { ...noResult, listening: listeningOf(mapping, input.mapping) };
    if (mode !== "many") return runOne(mapping, input, mode, now);
    const many = this.#prepare(input, now);
    return many === null ? noResult : { ...noResult, many: runMany(mapping, many) };
  }

  #prepare({ records, each }: Input, now: string): Prepared | null {
    const last = this.#prepared;
    if (last === null || last.text !== records || last.each !== each || last.now !== now) {
      this.#prepared = prepared(records, each, now, last);
    }
    return this.#prepared;
  }
}

function attempt(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CrmSyncError)) throw error;
    return { ...noResult, failure: { code: error.code, message: error.message } };
  }
}

/** The record of the panes; null where they are blank. */
function preparedOne(input: Input, mode: RecordMode, now: string): Prepared | null {
  if (panesOf[mode].every((pane) => isBlank(input[pane]))) return null;
  return prepared(mode === "resolve" ? pairText(input, now) : input[panesOf[mode][0] as Pane], mode, now);
}

function runOne(mapping: Mapping, input: Input, mode: RecordMode, now: string): Result {
  if (panesOf[mode].every((pane) => isBlank(input[pane]))) return noResult;
  return mode === "resolve" ? resolve(mapping, input, now) : map(mapping, input, mode, now);
}

function resolve(mapping: Mapping, input: Input, now: string): Result {
  const text = onlyLine(mapping.resolveMany(bytesOf(onOneLine(pairText(input, now)))));
  const decision = decode(text) as Decision | Failed;
  if ("error" in decision) return { ...noResult, failure: decision.error };
  const rows = decisionRows(mapping.fields, decision, recordsOf(input));
  return { ...noResult, outcome: decision.outcome, rows, result: text };
}

function map(mapping: Mapping, input: Input, direction: Direction, now: string): Result {
  const [read, written] = direction === "to_crm" ? (["local", "crm"] as const) : (["crm", "local"] as const);
  const context = { trace: true, includeValues: true, now };
  const text = onlyLine(mapping.mapMany(direction, bytesOf(onOneLine(input[read])), context));
  const mapped = decode(text) as MappedRecord | Failed;
  if ("error" in mapped) return { ...noResult, failure: mapped.error };
  // What the other side holds plays no part in mapping a record.
  const records = { local: undefined, crm: undefined, [read]: decode(input[read]) };
  return { ...noResult, rows: mappedRows(mapping.fields, mapped.fields, records, written), result: text };
}

/** Answers come one a line, and one record was asked for. */
function onlyLine(answer: Uint8Array): string {
  return textOf(answer).trimEnd();
}

/** The input of `resolve`, in which the records stand as they were typed: each is one JSON object, which was checked. */
function pairText({ local, localChangedAt, crm, crmChangedAt, base }: Input, now: string): string {
  const side = (record: string, changedAt: string) => {
    if (isBlank(record)) return "null";
    return `{"record":${record}${isBlank(changedAt) ? "" : `,"updated_at":${JSON.stringify(changedAt.trim())}`}}`;
  };
  const agreed = isBlank(base) ? "null" : base;
  return `{"local":${side(local, localChangedAt)},"crm":${side(crm, crmChangedAt)},"base":${agreed},"now":${JSON.stringify(now)}}`;
}

function recordsOf({ local, crm }: Input): Records {
  const read = (text: string) => (isBlank(text) ? undefined : decode(text));
  return { local: read(local), crm: read(crm) };
}
