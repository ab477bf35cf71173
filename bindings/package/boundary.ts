/** The way into the WASM instance and out of it: bytes through its memory, integers through its calls. */
import type { Glue, GlueOptions, NativeEngine } from "./engine/engine.js";
import { CrmSyncError } from "./errors.js";
import type { Diagnostic } from "./types.js";

/** UTF-8, as a string or as bytes. */
export type Text = string | Uint8Array;
export type NativeCall = (engine: NativeEngine, sizes: readonly number[]) => number;

export type CreateModule = (options: GlueOptions) => Glue;

interface Instance {
  engine: NativeEngine;
  memory: WebAssembly.Memory;
}

/** Strings up to this length are encoded straight into the memory, at the most bytes that they could need. */
const encodedInPlace = 1 << 20;
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
    return this.#output(texts, call, (output) => decoder.decode(output));
  }

  /** The same as bytes of the caller's own. */
  bytes(texts: readonly Text[], call: NativeCall): Uint8Array {
    return this.#output(texts, call, (output) => output.slice());
  }

  release(id: number): void {
    this.#trapping((instance) => instance.engine.release(id));
  }

  /** Leaves the instance to the garbage collector; the next call gets a fresh one. */
  drop(): void {
    this.#instance = undefined;
    this.generation++;
  }

  /** `read` gets a view of the instance's memory, good until the next call. */
  #output<T>(texts: readonly Text[], call: NativeCall, read: (output: Uint8Array) => T): T {
    return this.#trapping((instance) => {
      const status = call(instance.engine, put(instance, texts));
      const start = instance.engine.output();
      const output = new Uint8Array(instance.memory.buffer, start, instance.engine.outputSize());
      if (status === 0) return read(output);
      const diagnostic = JSON.parse(decoder.decode(output)) as Diagnostic;
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
  return { engine: new glue.Engine(), memory: exports[memory.name] as WebAssembly.Memory };
}

/** Lays the texts one after another in the input buffer; returns their sizes in bytes. */
function put(instance: Instance, texts: readonly Text[]): number[] {
  const parts = texts.map((text) =>
    typeof text === "string" && text.length > encodedInPlace ? encoder.encode(text) : text,
  );
  const bytes = parts.reduce((sum, part) => sum + (typeof part === "string" ? 3 * part.length : part.length), 0);
  const start = bytes > maximumBytes ? 0 : instance.engine.reserve(bytes);
  if (start === 0) throw new CrmSyncError("API002", `the engine has no memory for ${bytes} bytes of input`);
  // A new view for each call: growing the memory detaches the old one.
  const input = new Uint8Array(instance.memory.buffer, start, bytes);
  let offset = 0;
  return parts.map((part) => {
    const size = typeof part === "string" ? encoder.encodeInto(part, input.subarray(offset)).written : part.length;
    if (typeof part !== "string") input.set(part, offset);
    offset += size;
    return size;
  });
}
