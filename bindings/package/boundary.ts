/** The way into the WASM instance and out of it: bytes through its memory, integers through its calls. */
import type { Glue, GlueOptions, NativeEngine } from "./engine/engine.js";
import { CrmSyncError } from "./errors.js";
import type { Diagnostic } from "./types.js";

/** UTF-8, as a string or as bytes. */
export type Text = string | Uint8Array;
export type NativeCall = (engine: NativeEngine, sizes: readonly number[]) => number;

export type CreateModule = (options: GlueOptions) => Glue;

/** Strings up to this length are encoded straight into the memory, at the most bytes that they could need. */
const encodedInPlace = 1 << 20;
/** A larger input buffer is given back before the next call. */
const keptBytes = 1 << 22;
/** More than half the address space cannot be had in one piece. */
const maximumBytes = 0x7fff_ffff;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Boundary {
  /** Counts the instances: what was compiled in one is not there in the next. */
  generation = 0;
  readonly #module: WebAssembly.Module;
  readonly #createModule: CreateModule;
  #instance: Instance | undefined;

  /** `createModule` is the module's own glue. */
  constructor(module: WebAssembly.Module, createModule: CreateModule) {
    this.#module = module;
    this.#createModule = createModule;
  }

  /** Hands over the texts, makes the call, and returns what it gave; throws the engine's diagnostic if it failed. */
  text(texts: readonly Text[], call: NativeCall): string {
    return this.#output(texts, call, (memory, start, end) => decoder.decode(memory.subarray(start, end)));
  }

  /** The same as bytes of the caller's own: in `into` where they fit, else in fresh memory. */
  bytes(texts: readonly Text[], call: NativeCall, into?: Uint8Array): Uint8Array {
    return this.#output(texts, call, (memory, start, end) => {
      if (into === undefined || into.length < end - start) return memory.slice(start, end);
      into.set(memory.subarray(start, end));
      return into.subarray(0, end - start);
    });
  }

  /** The same for a call that takes a piece of a stream; `place` is moved behind it. */
  piece(texts: readonly Text[], call: NativeCall, place: StreamPlace): Uint8Array {
    return this.#output(texts, call, (memory, start, end) => memory.slice(start, end), place);
  }

  release(id: number): void {
    this.#trapping((instance) => instance.engine.release(id));
  }

  /** Leaves the instance to the garbage collector; the next call gets a fresh one. */
  drop(): void {
    this.#instance = undefined;
    this.generation++;
  }

  /** `read` gets the instance's memory and where in it the output lies. */
  #output<T>(
    texts: readonly Text[],
    call: NativeCall,
    read: (memory: Uint8Array, start: number, end: number) => T,
    place?: StreamPlace,
  ): T {
    return this.#trapping((instance) => {
      const sizes = instance.put(texts);
      if (place !== undefined) instance.layPlace(place);
      const status = call(instance.engine, sizes);
      if (place !== undefined) instance.readPlace(place);
      const start = instance.place(Place.output);
      const end = start + instance.place(Place.outputSize);
      if (status === 0) return read(instance.bytes(), start, end);
      const diagnostic = JSON.parse(decoder.decode(instance.bytes().subarray(start, end))) as Diagnostic;
      throw new CrmSyncError(diagnostic.code, diagnostic.message, { diagnostics: [diagnostic] });
    });
  }

  /** Nothing but a CrmSyncError is meant to come out of the instance; whatever else does leaves it unfit for use. */
  #trapping<T>(use: (instance: Instance) => T): T {
    try {
      this.#instance ??= instantiate(this.#module, this.#createModule);
      return use(this.#instance);
    } catch (error) {
      const coded = error instanceof CrmSyncError;
      if (coded && !unfit(error)) throw error;
      this.drop();
      if (coded) throw error;
      throw new CrmSyncError("API001", "an unforeseen error in the engine; it was started anew", { cause: error });
    }
  }
}

/** Behind what the engine did not foresee, memory that ran out included, it does not clean up. */
export function unfit({ code }: { code: string }): boolean {
  return code === "API001" || code === "API002";
}

/** The words at the address that `places` gives. */
const Place = { output: 0, outputSize: 1, input: 2, inputSize: 3, stream: 4 };

/** `BatchPlace` of src/json/batch_place.h, of whose words only two mean anything here. */
export type StreamPlace = Uint32Array;
export const StreamWord = { last: 0, taken: 1 };
const streamStart: StreamPlace = Uint32Array.of(0, 0, 0, 1, 1, 0, 0, 0);

export function newStreamPlace(): StreamPlace {
  return streamStart.slice();
}

class Instance {
  readonly engine: NativeEngine;
  readonly #memory: WebAssembly.Memory;
  readonly #places: number;
  // Views of the whole memory, made anew when it has grown: making one for each call takes as long as a short record.
  #bytes: Uint8Array;
  #words: Uint32Array;

  constructor(engine: NativeEngine, memory: WebAssembly.Memory) {
    this.engine = engine;
    this.#memory = memory;
    this.#places = engine.places() / 4;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }

  bytes(): Uint8Array {
    // Growing detaches a view.
    if (this.#bytes.length === 0) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#words = new Uint32Array(this.#memory.buffer);
    }
    return this.#bytes;
  }

  place(which: number): number {
    this.bytes();
    return this.#words[this.#places + which] as number;
  }

  layPlace(place: StreamPlace): void {
    this.bytes();
    this.#words.set(place, this.#places + Place.stream);
  }

  readPlace(place: StreamPlace): void {
    this.bytes();
    place.set(this.#words.subarray(this.#places + Place.stream, this.#places + Place.stream + place.length));
  }

  /** Lays the texts one after another in the input buffer; returns their sizes in bytes. */
  put(texts: readonly Text[]): number[] {
    const parts = texts.map((text) =>
      typeof text === "string" && text.length > encodedInPlace ? encoder.encode(text) : text,
    );
    let most = 0;
    for (const part of parts) most += typeof part === "string" ? 3 * part.length : part.length;
    let offset = this.#reserve(most);
    const memory = this.bytes();
    return parts.map((part) => {
      const size = part.length === 0 ? 0 : lay(part, memory, offset);
      offset += size;
      return size;
    });
  }

  /** The address of an input buffer of so many bytes. */
  #reserve(bytes: number): number {
    if (bytes <= maximumBytes) {
      const size = this.place(Place.inputSize);
      if (size < bytes || size > keptBytes || size === 0) this.engine.reserve(bytes);
      if (this.place(Place.inputSize) >= bytes) return this.place(Place.input);
    }
    throw new CrmSyncError("API002", `the engine has no memory for ${bytes} bytes of input`);
  }
}

/** Writes a text into the memory; returns its size. */
function lay(text: Text, memory: Uint8Array, offset: number): number {
  if (typeof text === "string") return encoder.encodeInto(text, memory.subarray(offset)).written;
  memory.set(text, offset);
  return text.length;
}

function instantiate(module: WebAssembly.Module, createModule: CreateModule): Instance {
  // Looked for by its kind, since release builds shorten the names of exports.
  const memory = WebAssembly.Module.exports(module).find(({ kind }) => kind === "memory");
  if (memory === undefined) throw new CrmSyncError("API004", "this is not the engine's WebAssembly module");
  let exports: WebAssembly.Exports = {};
  const glue = createModule({
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(module, imports);
      receive(instance);
      exports = instance.exports;
      return exports;
    },
  });
  return new Instance(new glue.Engine(), exports[memory.name] as WebAssembly.Memory);
}
