/** What the page asks the worker, and what the worker answers. */
import type { Completion, Diagnostic, Hover } from "@penguinmails/crm-sync";
import type { Effect, Row } from "./rows.js";

/** What is done with one record. */
export type RecordMode = "resolve" | "to_crm" | "from_crm";
export type Mode = RecordMode | "many" | "webhook";
export type Pane = "local" | "crm" | "base" | "records" | "payload";

/** Everything that a person can edit, as text: a record's numbers stay as they were typed. */
export interface Input extends Record<Pane, string> {
  mapping: string;
  mode: Mode;
  /** What is done with each of `records`, which are NDJSON or a JSON array. */
  each: RecordMode;
  /** The mapping that the edited one is compared with; null where that is not asked. */
  saved: string | null;
  localChangedAt: string;
  crmChangedAt: string;
  /** RFC 3339; the worker's clock where it is blank. */
  now: string;
}

export interface Answer {
  mode: Mode;
  /** Of the mapping file. */
  diagnostics: Diagnostic[];
  /** Of the records, at their places in each pane. */
  paneDiagnostics: Record<Pane, Diagnostic[]>;
  /** What kept the run from a result, where that has no place in the file or in a pane. */
  failure: { code: string; message: string } | null;
  outcome: string | null;
  rows: Row[];
  /** The engine's own JSON: a decision, or a record with its trace. */
  result: string | null;
  /** In mode many. */
  many: Many | null;
  /** Where it was asked for, and the edited mapping has no mistakes. */
  comparison: Comparison | null;
  /** In mode webhook. */
  listening: Listening | null;
  /** The engine's time, compiling included. */
  milliseconds: number;
}

/** What the totals count, and the list is filtered by. */
export type Group = "create" | "update" | "conflict" | "failed" | "unchanged" | "removed" | "filtered" | "mapped";

export interface Listed {
  /** Where it begins and ends in the text. */
  from: number;
  to: number;
  group: Group;
  /** The engine's word for it, or the code of what went wrong. */
  outcome: string;
  /** What the record is known by: the first of its fields that is an address, an id or a name. */
  label: string;
  /** What went wrong, or what waits for a person. */
  remark: string;
  /** Of a field in error, the engine's reason; else "". */
  reason: string;
}

export interface Many {
  each: RecordMode;
  /** In the order of the text. */
  records: Listed[];
  /** Of the engine's one call for all of them. */
  milliseconds: number;
}

/** What becomes of a field; the value is JSON text, or what went wrong. */
export interface Became {
  effect: Effect;
  value: string | null;
}

/** A record that two mappings treat differently. */
export interface RecordChange {
  /** Which it is of how many. */
  index: number;
  of: number;
  label: string;
  /** Before and after. */
  outcome: [string, string];
  fields: { id: string; before: Became; after: Became }[];
}

export interface Comparison {
  records: number;
  differing: number;
  /** The first of those that differ. */
  changes: RecordChange[];
  /** Why nothing was compared. */
  failure: string;
}

/** What the mapping makes of a webhook's body. */
export interface Listening {
  /** What the CRM's fields opt out of, as PenguinMails calls it. */
  topics: Record<string, string>;
  /** Salesforce's object that persons are. */
  object: string;
}

/** What an editor asks about a place in the mapping file. */
export interface Question {
  about: "completions" | "hover";
  mapping: string;
  line: number;
  column: number;
}

export interface QuestionAnswer {
  completions: Completion[];
  hover: Hover | null;
}

/** `records` is null where they are those of the last run: they can be megabytes, and most runs follow on another edit. */
export type ToWorker =
  | { kind: "run"; id: number; input: Omit<Input, "records">; records: string | null }
  | { kind: "ask"; id: number; question: Question };

export type FromWorker =
  | { kind: "ready"; version: string }
  | { kind: "failed"; message: string }
  | { kind: "answer"; id: number; answer: Answer }
  | { kind: "told"; id: number; told: QuestionAnswer };
