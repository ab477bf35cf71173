/** What goes into the package and comes out of it. */

/** One mistake or warning. Lines and columns start at 1; columns count UTF-16 units, as editors do. */
export interface Diagnostic {
  /** One of docs/diagnostics.md. */
  code: string;
  severity: "error" | "warning" | "info";
  message: string;
  /** What to do about it. */
  hint?: string;
  /** The name that was probably meant. */
  suggestion?: string;
  /** Time zones whose tables were not handed in. */
  zones?: string[];
  /** JSON pointer (RFC 6901) into the file or record. */
  path: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export type Direction = "to_crm" | "from_crm";

/** The engine has no clock: what depends on the time gets it here. */
export interface Context {
  /** RFC 3339, such as "2026-03-01T10:00:05Z". */
  now?: string;
  /**
   * Whether the record will be created on the other side or is there already: defaults and required fields differ, and
   * some fields are written on a create only. "create" unless said.
   */
  operation?: "create" | "update";
  /** Lets diagnostics of records quote values; without it they name fields and types only. */
  includeValues?: boolean;
  lookups?: Lookups;
}

/**
 * Ids of other records of the CRM, by object, by the field they are looked up by, and by that field's value. Null says
 * that there is no such record, or that it is inactive. Values are compared without case (of ASCII letters).
 * `{ User: { Email: { "ada@example.org": "0055g00000AbCdEAAV" } } }`
 */
export type Lookups = Record<string, Record<string, Record<string, string | null>>>;

/** What a call looked for and did not find, in the shape of what it takes: each table as a list of texts. */
export interface Wanted {
  /** An id of which nothing is known stands under its object's "". */
  lookups?: Record<string, Record<string, string[]>>;
  normalized?: Record<string, Record<string, string[]>>;
}

/** What `Mapping.test` found out. */
export interface TestReport {
  passed: number;
  failed: number;
  tests: { name: string; line: number; column: number; passed: boolean; failures: TestFailure[] }[];
  /** The laws of reversal, tried on the tests' records for every entry whose verdict is lossless. */
  laws: { tried: number; broken: BrokenLaw[] };
}

export interface TestFailure {
  side: "crm" | "local";
  /** "" where the record as a whole could not be mapped. */
  field: string;
  line: number;
  column: number;
  expected?: unknown;
  /** Missing where nothing is written. */
  actual?: unknown;
  /** The entry that writes the field, and why it came out as it did. */
  entry?: string;
  reason?: string;
  diagnostic?: Diagnostic;
}

/** A value that does not come back from the other side. */
export interface BrokenLaw {
  entry: string;
  /** put-get: from PenguinMails to the CRM and back. get-put: from the CRM to PenguinMails and back. */
  law: "put-get" | "get-put";
  test: string;
  line: number;
  column: number;
  from: unknown;
  there: unknown;
  back?: unknown;
  reason: string;
}

/**
 * Normalisations that need tables which the engine does not hold. Null leaves a value as it is. The package brings all
 * three under `@penguinmails/crm-sync/normalizers`.
 */
export interface Normalizers {
  /** Unicode's normalisation form C. */
  unicode_nfc?(text: string): string | null;
  /** A telephone number in E.164. `region`, an ISO 3166 code, is where a number without a country code is from. */
  phone_e164?(text: string, region: string): string | null;
  /** An e-mail address or a domain with the domain in ASCII (UTS 46). */
  domain_ascii?(text: string): string | null;
}

export interface EvaluateOptions {
  /** "cel" is the standard; "crm", the default, has the leniencies of docs/expressions.md. */
  dialect?: "cel" | "crm";
  now?: string;
  /** In which `crm` reads the hour, the day and so on where no zone is named; UTC unless said. */
  timezone?: string;
  zones?: ZoneTables;
  /** The namespace that names are looked up in first: in "a.b", `x` is the variable a.b.x, else a.x, else x. */
  container?: string;
}

/**
 * Time zones by name, each as seconds east of UTC before its first transition, then of each transition its moment
 * (seconds since 1970) and the seconds east of UTC from it on. Those that are not given come from the host's Intl; of a
 * name that does not exist, the names that do.
 */
export type ZoneTables = Record<string, number[] | string[]>;

/** A value with its CEL type. Integers are decimal text, a timestamp is RFC 3339 ending in Z, a duration like "1.5s". */
export type TypedValue =
  | { t: "null" }
  | { t: "bool"; v: boolean }
  | { t: "int" | "uint"; v: string }
  | { t: "double"; v: number | "NaN" | "Infinity" | "-Infinity" | "-0" }
  | { t: "string"; v: string }
  | { t: "bytes"; v: string /* base64 */ }
  | { t: "timestamp" | "duration"; v: string }
  | { t: "type"; v: string }
  | { t: "list"; v: TypedValue[] }
  | { t: "map"; v: [TypedValue, TypedValue][] }
  | { t: "optional"; v: TypedValue | null };

/** One entry of a compiled mapping. */
export interface FieldDescription {
  /** The entry's name. */
  id: string;
  kind: "direct" | "formula" | "conditional" | "aggregation";
  /** Null where the entry has no field on that side. */
  local_field: string | null;
  crm_field: string | null;
  direction: Direction | "bidirectional";
  /** Whether a round trip gives values back, modulo normalisation and spelling. */
  verdict: "lossless" | "lossy" | "one_way";
  /** Of a lossy one: what a round trip loses. */
  loss?: string;
  /** The fields that it reads. */
  reads: string[];
  /** True where the imported catalog lacks the CRM's field, or has it with a type that does not fit: it is left alone. */
  quarantined?: true;
  [more: string]: unknown;
}

/** What can change a value on its way; `type` is another kind of value, or another spelling of it. */
export type Step = "normalize" | "lookup" | "value_map" | "format" | "type" | "truncate";

/** What an entry yielded for a record: a value to set, a field to clear, or nothing. */
export interface FieldOutcome {
  id: string;
  local_field: string | null;
  crm_field: string | null;
  /** The kind of entry that made it. */
  rule: FieldDescription["kind"];
  /** The fields that were read. */
  inputs: string[];
  intent: "set" | "clear" | "skip";
  reason: string;
  /** What changed the value on its way, if anything did. */
  steps?: Step[];
  /** What is set, with `includeValues`. */
  value?: unknown;
  diagnostic?: Diagnostic;
}

export interface MappedRecord {
  record: Record<string, unknown>;
  /** Parsed when it is first read. */
  readonly fields: FieldOutcome[];
}

/** One side of a pair: PenguinMails' contact, or the CRM's record in its wire form. */
export interface Side {
  /** Bytes are one JSON object, handed on as they are. */
  record?: object | Uint8Array;
  /** The fields that were asked for; without it the record is complete. */
  fetched?: string[];
  updated_at?: string;
  field_times?: Record<string, string>;
  /** The evidence behind what the side says about mailing, by the side's own field. */
  acts?: Record<string, Act>;
  /** "privacy": because the person asked to be forgotten. */
  deleted?: boolean | "privacy";
  deleted_at?: string;
  /** The id of the record that this one was merged into, which `record` then is. */
  merged_into?: string;
  [more: string]: unknown;
}

export interface Act {
  /** "subject" is the person; nobody else's act lifts an opt-out. */
  by: string;
  at: string;
  /** "bounce", "hard_bounce" and "complaint" can be lifted by PenguinMails only. */
  source?: string;
}

/** An opt-out that is kept by address. The host gives those of the contact's address. */
export interface Suppression {
  address_hash?: string;
  /** "all", or the entry that it is about. */
  topic: string;
  since: string | null;
  source?: string;
}

/** For all inputs of a call; what an input brings itself comes before. */
export interface ResolveContext {
  lookups?: Lookups;
}

/** docs/conflicts.md says what each part means. */
export interface ResolveInput {
  link?: string;
  local: Side | null;
  crm: Side | null;
  /** What both sides last agreed on; null on first contact. */
  base: object | null;
  reviews?: object[];
  suppressions?: Suppression[];
  lookups?: Lookups;
  now: string;
  [more: string]: unknown;
}

export type Outcome =
  | "in_sync"
  | "merged"
  | "review"
  | "create_local"
  | "create_crm"
  | "delete_local"
  | "delete_crm"
  | "unlink"
  | "filtered"
  | "invalid";

export interface Decision {
  outcome: Outcome;
  /** RFC 7396 merge patch for PenguinMails. */
  local: Record<string, unknown>;
  /** The write for the CRM, in its wire form. */
  crm: Record<string, unknown>;
  /** null: the person asked to be forgotten, so nothing is kept. */
  base: Record<string, unknown> | null;
  expect: { local: string | null; crm: string | null };
  /** Where records were merged: the ids that the link now points to. */
  relink?: { local?: string; crm?: string };
  fields: FieldDecision[];
  reviews: Review[];
  /** The mapping's hash. */
  mapping: string;
  /** Hash of the writes: the intent's idempotency key. */
  fingerprint: string;
}

export interface FieldDecision {
  id: string;
  local_field: string | null;
  crm_field: string | null;
  status: "unchanged" | "propagated" | "converged" | "resolved" | "review" | "skipped" | "error";
  winner: "crm" | "local" | "both" | "none";
  rule: string | null;
  reason: string;
  /** What changed the written value on its way, if anything did. */
  steps?: Step[];
  values?: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Review {
  id: string;
  /** null: the records as a whole, of which one was deleted. */
  field: string | null;
  local: unknown;
  crm: unknown;
  base: unknown;
  reason: string;
  opened_at: string;
}

/** Each side as it was read after the write, or the part of it that is known. */
export interface ReadBack {
  local?: object | null;
  crm?: object | null;
}

export interface Acknowledgement {
  base: Record<string, unknown> | null;
  /** Of each field that was written to a side and read back: what became of it there. */
  fields: { id: string; side: "local" | "crm"; result: "taken" | "respelt" | "not_taken"; held: unknown }[];
}

export interface CompileOptions {
  /** Stands in messages, and names the mapping where the file does not. */
  fileName?: string;
  /** Instead of the host's, for the zones that the file names. */
  zones?: ZoneTables;
  /**
   * What was imported of the fields of each side. What the file's own `catalog` says goes before it, and it goes before
   * what is built in. An entry whose CRM field it lacks, or has with a type that no longer fits, is quarantined (MAP025).
   */
  catalogs?: Catalogs;
}

/** How values of a field are compared and spelled (docs/mapping-file.md). */
export type CatalogType =
  | "string"
  | "number"
  | "integer"
  | "boolean"
  | "date"
  | "datetime"
  | "enum"
  | "multi_enum"
  | "email"
  | "phone"
  | "url"
  | "currency"
  | "reference"
  | "id"
  | "suppression"
  | "list"
  | "map";

/** One field. Values of a field without a type pass as they are. */
export interface CatalogField {
  type?: CatalogType;
  /** All that the field may have; without them any. */
  values?: string[];
  /** In UTF-16 units, as both CRMs count characters. */
  max_length?: number;
  nullable?: boolean;
  createable?: boolean;
  updateable?: boolean;
  unique?: boolean;
  /** Other names that mapping files may use for it. */
  aliases?: string[];
  /** A create without a value for it is refused. */
  required?: boolean;
}

/**
 * The fields of one side by their paths: `address.city`, `engagements[].at` for a list's rows, `hs_email_optout_*` for all
 * names that begin so. One that was handed to `compile` is closed unless it says `closed: false`.
 */
export interface Catalog {
  /** Whether a name that is not in it is an error. */
  closed?: boolean;
  [path: string]: CatalogField | CatalogType | boolean | undefined;
}

export interface Catalogs {
  penguinmails?: Catalog;
  crm?: Catalog;
}

export interface Compiled {
  /** Null when any diagnostic is an error. */
  mapping: Mapping | null;
  diagnostics: Diagnostic[];
}

/** A place in a file; both start at 1, and columns count UTF-16 units. */
export interface Place {
  line: number;
  column: number;
}

/** A key of the language, a value of a closed list, a field, a function or filter of expressions, a name of the file. */
export type LanguageKind = "key" | "value" | "field" | "function" | "filter" | "entry";

export interface Completion {
  label: string;
  kind: LanguageKind;
  /** Of a key what may stand behind it, of a field what the catalog says. */
  detail?: string;
  /** What it does, in a sentence; of a function its signatures before that, each in a line. */
  documentation?: string;
  /** The text that replaces what stands between the two places. */
  insert: string;
  from: Place;
  to: Place;
}

export interface Hover {
  label: string;
  kind: LanguageKind;
  /** Of a value the key that it is of; else as of a completion. */
  detail?: string;
  documentation?: string;
  from: Place;
  to: Place;
}

export interface Engine {
  readonly version: string;
  /**
   * Loads what compiling the file needs and is not there yet: the library for telephone numbers, where the file asks for
   * it. What `loadEngine` was given is used instead.
   */
  prepare(file: string | Uint8Array): Promise<void>;
  /**
   * A mapping from what `Mapping.toBytes` gave, in a tenth of the time that compiling takes or less. Bytes that another version of
   * the package wrote, or that are damaged, are refused (API009): compile the mapping file again. Where the mapping asks
   * for telephone numbers, `prepare` takes the bytes too.
   */
  load(compiled: Uint8Array): Mapping;
  /** Compiles a mapping file in YAML or JSON. All mistakes come back as diagnostics; none is thrown. */
  compile(file: string | Uint8Array, options?: CompileOptions): Compiled;
  /**
   * The fields that are known without being told: docs/catalogs.md. Salesforce tells `object` "Contact" and "Lead"
   * apart; without one all fields of both are given, none of them required.
   */
  catalog(crm: "salesforce" | "hubspot" | "penguinmails", object?: string): Record<string, CatalogField>;
  /**
   * What may stand at a position of a file that is being typed, the most useful first: for editors. Any text and any
   * position has an answer; lines and columns start at 1, columns count UTF-16 units.
   */
  complete(file: string, line: number, column: number): Completion[];
  /** What stands at a position; null where that is nothing that can be said more of. */
  hover(file: string, line: number, column: number): Hover | null;
  /** Loads what completions and hovers say about keys and functions; until then they have no `documentation`. */
  loadDocumentation(): Promise<void>;
  /** Evaluates one expression; throws a CrmSyncError where it fails. */
  evaluate(expression: string, variables?: Record<string, unknown>, options?: EvaluateOptions): unknown;
  /** The same with values that carry their CEL type. */
  evaluateTyped(
    expression: string,
    variables?: Record<string, TypedValue>,
    options?: EvaluateOptions,
  ): { value: TypedValue } | { error: Diagnostic };
  /**
   * The catalog in what the CRM answers about its fields: Salesforce to `GET …/sobjects/Contact/describe`, HubSpot to
   * `GET /crm/v3/properties/contacts`. Takes the answer as bytes or as the object that it is; throws API006 where it is
   * none.
   */
  importCatalog(crm: "salesforce" | "hubspot", answer: object | Uint8Array): Catalogs;
}

/** What `loadRuntime` of the subpath `./runtime` gives: it runs mappings that were compiled elsewhere. */
export interface Runtime {
  readonly version: string;
  /** As `Engine.prepare`, of what `Mapping.toBytes` gave. */
  prepare(compiled: Uint8Array): Promise<void>;
  /** As `Engine.load`. */
  load(compiled: Uint8Array): Mapping;
}

/** What the aggregates of an entry have seen of some rows: plain JSON, to be kept and merged. */
export interface AggregateState {
  aggregates: Record<string, unknown>[];
}

/**
 * An entry's aggregates in parts. In whatever parts rows are taken, in their order, `finish` gives what mapping a record
 * with all of them writes; merging is associative.
 */
export interface Aggregate {
  /** Takes rows of the entry's list; where it has none, records. Bytes are one JSON array. */
  accumulate(entry: string, state: AggregateState | null, rows: readonly object[] | Uint8Array): AggregateState;
  /** The state of `first`'s rows with `second`'s behind them. */
  merge(entry: string, first: AggregateState | null, second: AggregateState | null): AggregateState;
  /** The value that the entry's field gets; null where it gets none. */
  finish(entry: string, state: AggregateState | null): unknown;
}

/**
 * A compiled mapping. In and out, undefined is absent and integers beyond 2^53 are bigint; NaN, infinities, functions,
 * symbols and objects that are not plain data are refused (API006).
 */
export interface Mapping extends Disposable {
  readonly name: string;
  /** The CRM that the file names, such as "hubspot"; null where it names none. */
  readonly crm: string | null;
  /** Changes whenever the mapping decides anything differently. */
  readonly hash: string;
  /** Described when they are first read, which is before `dispose`. */
  readonly fields: FieldDescription[];
  toCrm(local: object, context?: Context): MappedRecord;
  fromCrm(crm: object, context?: Context): MappedRecord;
  /** Decides one pair. */
  resolve(input: ResolveInput | Uint8Array, context?: ResolveContext): Decision;
  /**
   * What both sides agree on once a decision of this mapping was written and the sides were read again; store its base
   * instead of the decision's. A field that a side did not take keeps its old base, so it is written again.
   */
  acknowledge(decision: Decision | Uint8Array, readBack: ReadBack): Acknowledgement;
  /**
   * A JSON array or NDJSON in, NDJSON out, one line a record: the bare record, or with `trace` `{"record", "fields"}`; a
   * bad one `{"error": Diagnostic, "index": n}`. A broken array ends in one such line.
   *
   * The output is in fresh memory, which for megabytes can take as long as the mapping itself. Where `into` has room for
   * it, it is written there instead, and what is returned is the part of `into` that holds it.
   */
  mapMany(
    direction: Direction,
    records: Uint8Array,
    context?: Context & { trace?: boolean },
    into?: Uint8Array,
  ): Uint8Array;
  /** The same for inputs of `resolve`; one decision a line. */
  resolveMany(inputs: Uint8Array, context?: ResolveContext, into?: Uint8Array): Uint8Array;
  /**
   * `mapMany` of a stream, in flat memory: its chunks end anywhere, and together give the bytes that `mapMany` gives of
   * all, with indices and positions in the whole. Each chunk's lines come as soon as their records are whole. A chunk
   * that is no bytes, or a mapping that was disposed, ends the stream with the error. The context is read when the
   * stream is made, and its tables are handed to the engine with each chunk: large ones want large chunks.
   */
  mapStream(direction: Direction, context?: Context & { trace?: boolean }): TransformStream<Uint8Array, Uint8Array>;
  /** The same for `resolveMany`. */
  resolveStream(context?: ResolveContext): TransformStream<Uint8Array, Uint8Array>;
  /**
   * What mapping or resolving these would look up and does not find in the context's tables: for the host to fetch and
   * hand in as `lookups`.
   */
  wantedLookups(work: Direction | "resolve", records: Uint8Array, context?: Context): NonNullable<Wanted["lookups"]>;
  /** Runs the file's own tests. A mapping that was loaded from bytes has none (API010). */
  test(): TestReport;
  /**
   * The compiled mapping as bytes that `load` takes, of this engine or of another of the same version: whatever it needs
   * to run is in them, its time zones included. The same mapping always gives the same bytes.
   */
  toBytes(): Uint8Array;
  readonly aggregate: Aggregate;
  /** Frees the engine's memory for it; whatever is called afterwards throws UseAfterDisposeError. */
  dispose(): void;
}
