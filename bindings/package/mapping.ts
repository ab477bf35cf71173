import { type Boundary, type NativeCall, type Text, unfit } from "./boundary.js";
import { decode } from "./decode.js";
import { encode } from "./encode.js";
import type { NativeEngine } from "./engine/engine.js";
import { CrmSyncError, requireBytes, UseAfterDisposeError } from "./errors.js";
import { encodeResolveInput } from "./resolve-input.js";
import { recordStream, type Take } from "./stream.js";
import { lackingNormalizers, type NormalizedTables, normalizedTables, notLoaded } from "./tables.js";
import type {
  Acknowledgement,
  Aggregate,
  AggregateState,
  Context,
  Decision,
  Diagnostic,
  Direction,
  FieldDescription,
  FieldOutcome,
  MappedRecord,
  Mapping,
  Normalizers,
  ReadBack,
  ResolveContext,
  ResolveInput,
  TestReport,
  Wanted,
  ZoneTables,
} from "./types.js";

/** What a mapping was made of, kept so that a fresh instance can make it again. */
type Source = FileSource | { compiled: Uint8Array };

/** A mapping file as it was given. */
export interface FileSource {
  file: Text;
  fileName: string;
  zones: ZoneTables | undefined;
  /** As JSON; "" for none. */
  catalogs: string;
}

/** What the engine's `compile` gives. */
export interface NativeMapping {
  mapping: number;
  name: string;
  crm: string;
  hash: string;
  /** The host's normalisers that it asks for. */
  normalizers: string[];
  diagnostics: Diagnostic[];
}

export function compileNative(
  boundary: Boundary,
  { file, fileName, zones, catalogs }: FileSource,
): NativeMapping | { mapping: null; diagnostics: Diagnostic[] } {
  const given = [
    ...(zones === undefined ? [] : [`"zones":${encode(zones, "the zones")}`]),
    ...(catalogs === "" ? [] : [`"catalogs":${catalogs}`]),
  ];
  const texts = [file, fileName, given.length === 0 ? "" : `{${given.join()}}`];
  const output = boundary.text(texts, (engine, [fileSize = 0, nameSize = 0, optionsSize = 0]) =>
    engine.compile(fileSize, nameSize, optionsSize),
  );
  const native = JSON.parse(output) as NativeMapping | { mapping: null; diagnostics: Diagnostic[] };
  // Here they come among the diagnostics of the file.
  if (native.diagnostics.some(unfit)) boundary.drop();
  return native;
}

function loadNative(boundary: Boundary, compiled: Uint8Array): NativeMapping {
  return JSON.parse(boundary.text([compiled], (engine, [size = 0]) => engine.load(size))) as NativeMapping;
}

/** The mapping of what `toBytes` gave. */
export function loadCompiled(boundary: Boundary, given: unknown, normalizers: Normalizers): Mapping {
  requireBytes(given, "a compiled mapping is bytes");
  // Copied, since the caller may change them before they are needed again.
  const compiled = given.slice();
  const native = loadNative(boundary, compiled);
  const lacks = lackingNormalizers(native.normalizers, normalizers);
  if (lacks.length === 0) return new CompiledMapping(boundary, { compiled }, native, normalizers);
  boundary.release(native.mapping);
  const diagnostic = notLoaded(lacks);
  throw new CrmSyncError(diagnostic.code, diagnostic.message, { diagnostics: [diagnostic] });
}

const steps = { accumulate: 0, merge: 1, finish: 2 };

const directions: Record<Direction, number> = { to_crm: 0, from_crm: 1 };

/** A call of many records, or of a piece of them. */
type BatchCall = (engine: NativeEngine, id: number, size: number, contextSize: number, piece: 0 | 1) => number;

function mapCall(direction: Direction): BatchCall {
  const toward = directionNumber(direction);
  return (engine, id, size, contextSize, piece) => engine.mapMany(id, toward, size, contextSize, piece);
}

const resolveCall: BatchCall = (engine, id, size, contextSize, piece) =>
  engine.resolveMany(id, size, contextSize, piece);

export class CompiledMapping implements Mapping {
  readonly name: string;
  readonly crm: string | null;
  readonly hash: string;
  // A state's numbers are doubles, however long: JSON.parse reads them exactly, and JSON.stringify can write them.
  readonly aggregate: Aggregate = {
    accumulate: (entry, state, rows) => {
      const text = rows instanceof Uint8Array ? rows : encode(rows, "the rows");
      return JSON.parse(this.#aggregate("accumulate", entry, state, text)) as AggregateState;
    },
    merge: (entry, first, second) =>
      JSON.parse(this.#aggregate("merge", entry, first, encode(second, "the second state"))) as AggregateState,
    finish: (entry, state) => decode(this.#aggregate("finish", entry, state, "")),
  };
  readonly #boundary: Boundary;
  readonly #source: Source;
  readonly #normalizers: Normalizers;
  readonly #asksNormalizers: boolean;
  #id: number;
  /** The instance in which `#id` is the mapping's. */
  #generation: number;
  #disposed = false;
  #fields: FieldDescription[] | undefined;

  constructor(boundary: Boundary, source: Source, native: NativeMapping, normalizers: Normalizers) {
    this.name = native.name;
    this.crm = native.crm || null;
    this.hash = native.hash;
    this.#boundary = boundary;
    this.#source = source;
    this.#normalizers = normalizers;
    this.#asksNormalizers = native.normalizers.length > 0;
    this.#id = native.mapping;
    this.#generation = boundary.generation;
  }

  /** Asked for when they are first read: most mappings are compiled to run, and nobody looks at them. */
  get fields(): FieldDescription[] {
    if (this.#fields === undefined) {
      const id = this.#native();
      this.#fields = JSON.parse(this.#boundary.text([], (engine) => engine.fields(id))) as FieldDescription[];
    }
    return this.#fields;
  }

  toCrm(local: object, context?: Context): MappedRecord {
    return this.#map("to_crm", local, context);
  }

  fromCrm(crm: object, context?: Context): MappedRecord {
    return this.#map("from_crm", crm, context);
  }

  resolve(input: ResolveInput | Uint8Array, context?: ResolveContext): Decision {
    const text = input instanceof Uint8Array ? input : encodeResolveInput(input);
    return decode(
      this.#call(context, (id, tables) =>
        this.#boundary.text([text, tables], (engine, [size = 0, contextSize = 0]) =>
          engine.resolve(id, size, contextSize),
        ),
      ),
    ) as Decision;
  }

  mapMany(
    direction: Direction,
    records: Uint8Array,
    context?: Context & { trace?: boolean },
    into?: Uint8Array,
  ): Uint8Array {
    requireBytes(records, "records are UTF-8 bytes");
    return this.#many(records, context, mapCall(direction), into);
  }

  resolveMany(inputs: Uint8Array, context?: ResolveContext, into?: Uint8Array): Uint8Array {
    requireBytes(inputs, "inputs are UTF-8 bytes");
    return this.#many(inputs, context, resolveCall, into);
  }

  mapStream(direction: Direction, context?: Context & { trace?: boolean }): TransformStream<Uint8Array, Uint8Array> {
    return recordStream(this.#taking(context, mapCall(direction)));
  }

  resolveStream(context?: ResolveContext): TransformStream<Uint8Array, Uint8Array> {
    return recordStream(this.#taking(context, resolveCall));
  }

  wantedLookups(work: Direction | "resolve", records: Uint8Array, context?: Context): NonNullable<Wanted["lookups"]> {
    if (work === "resolve") this.resolveMany(records, context?.lookups && { lookups: context.lookups });
    else this.mapMany(work, records, context);
    return this.#wanted().lookups ?? {};
  }

  acknowledge(decision: Decision | Uint8Array, readBack: ReadBack): Acknowledgement {
    const text = decision instanceof Uint8Array ? decision : encode(decision, "the decision");
    return decode(
      this.#boundary.text([text, encode(readBack, "what was read back")], (engine, [size = 0, readSize = 0]) =>
        engine.acknowledge(this.#native(), size, readSize),
      ),
    ) as Acknowledgement;
  }

  toBytes(): Uint8Array {
    const id = this.#native();
    if ("compiled" in this.#source) return this.#source.compiled.slice();
    return this.#boundary.bytes([], (engine) => engine.toBytes(id));
  }

  test(): TestReport {
    if ("compiled" in this.#source)
      throw new CrmSyncError("API010", "the tests of a mapping stand in its file, not in its compiled bytes");
    return decode(
      this.#call({}, (id, tables) =>
        this.#boundary.text([tables], (engine, [contextSize = 0]) => engine.test(id, contextSize)),
      ),
    ) as TestReport;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#generation === this.#boundary.generation) this.#boundary.release(this.#id);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #map(direction: Direction, record: object, context?: Context): MappedRecord {
    const text = encode(record, "the record");
    return mappedRecord(
      this.#call(context, (id, options) =>
        this.#boundary.text([text, options], (engine, [recordSize = 0, contextSize = 0]) =>
          engine.map(id, directions[direction], recordSize, contextSize),
        ),
      ),
    );
  }

  #many(records: Uint8Array, context: object | undefined, call: BatchCall, into: Uint8Array | undefined): Uint8Array {
    if (into !== undefined) requireBytes(into, "what the output goes into is bytes");
    return this.#call(context, (id, options) =>
      this.#boundary.bytes(
        [records, options],
        (engine, [size = 0, contextSize = 0]) => call(engine, id, size, contextSize, 0),
        into,
      ),
    );
  }

  /** The context is read once: tables that change while a stream flows would give some records of each. */
  #taking(context: object | undefined, call: BatchCall): Take {
    const text = encode(context, "the context");
    const given = this.#asksNormalizers ? (decode(text || "{}") as object) : undefined;
    this.#native();
    return (parts, place) => {
      const start = place.slice();
      const take = (id: number, options: string) => {
        place.set(start);
        const size = parts.reduce((sum, { length }) => sum + length, 0);
        const texts = [...parts, options];
        const piece: NativeCall = (engine, sizes) => call(engine, id, size, sizes.at(-1) as number, 1);
        return this.#boundary.piece(texts, piece, place);
      };
      return given === undefined ? take(this.#native(), text) : this.#normalizing(given, take);
    };
  }

  /** Makes a call with its context as JSON. */
  #call<T>(context: object | undefined, call: (id: number, context: string) => T): T {
    if (this.#asksNormalizers) return this.#normalizing(context, call);
    const text = encode(context, "the context");
    return call(this.#native(), text);
  }

  /** Makes a call again and again, with what the host's normalisers make of the texts that it met. */
  #normalizing<T>(context: object | undefined, call: (id: number, context: string) => T): T {
    for (let tables: NormalizedTables = {}; ; ) {
      const text = encode({ ...context, normalized: tables }, "the context");
      let result: T | undefined;
      let failure: { error: unknown } | undefined;
      try {
        result = call(this.#native(), text);
      } catch (error) {
        failure = { error };
      }
      // One normaliser's answer may be the next one's question.
      const { normalized } = this.#wanted();
      if (normalized !== undefined) {
        tables = normalizedTables(tables, normalized, this.#normalizers);
      } else if (failure !== undefined) {
        throw failure.error;
      } else {
        return result as T;
      }
    }
  }

  #wanted(): Wanted {
    const id = this.#native();
    return JSON.parse(this.#boundary.text([], (engine) => engine.wanted(id))) as Wanted;
  }

  #aggregate(step: keyof typeof steps, entry: string, state: AggregateState | null, second: Text): string {
    if (typeof entry !== "string") throw new CrmSyncError("API006", "the entry is a string, its name");
    const texts = [entry.toWellFormed(), encode(state, "the state"), second];
    const id = this.#native();
    return this.#boundary.text(texts, (engine, [entrySize = 0, firstSize = 0, secondSize = 0]) =>
      engine.aggregate(id, steps[step], entrySize, firstSize, secondSize),
    );
  }

  /** The mapping's id in the instance there is, where it is compiled again if that is a fresh one. */
  #native(): number {
    if (this.#disposed) throw new UseAfterDisposeError(this.name);
    if (this.#generation !== this.#boundary.generation) {
      const native =
        "compiled" in this.#source
          ? loadNative(this.#boundary, this.#source.compiled)
          : compileNative(this.#boundary, this.#source);
      if (native.mapping === null) {
        const { diagnostics } = native;
        throw new CrmSyncError("API001", `the mapping "${this.name}" no longer compiles`, { diagnostics });
      }
      this.#id = native.mapping;
      this.#generation = this.#boundary.generation;
    }
    return this.#id;
  }
}

const fieldsKey = ',"fields":[';

/** `{"record": {…}, "fields": […]}`, of which most callers want the record only. */
function mappedRecord(text: string): MappedRecord {
  const behindRecord = text.indexOf(fieldsKey);
  // Inside a string the quotes would be escaped, so what stands there once is where the record ends.
  if (text.lastIndexOf(fieldsKey) !== behindRecord) return decode(text) as MappedRecord;
  const record = decode(text.slice('{"record":'.length, behindRecord)) as MappedRecord["record"];
  let fields: FieldOutcome[] | undefined;
  return {
    record,
    get fields() {
      fields ??= decode(text.slice(behindRecord + fieldsKey.length - 1, -1)) as FieldOutcome[];
      return fields;
    },
  };
}

function directionNumber(direction: Direction): number {
  if (Object.hasOwn(directions, direction)) return directions[direction];
  throw new CrmSyncError("API004", `the direction is "to_crm" or "from_crm", not ${JSON.stringify(direction)}`);
}
