import { WasmEngine } from "./engine.js";
import { CrmSyncError } from "./errors.js";
import type { Engine, Normalizers } from "./types.js";

/** Where the engine's WebAssembly comes from, if not from where the package's loader for this runtime finds it. */
export interface LoadOptions {
  /** A compiled module: what `import` of a .wasm file gives on some runtimes. */
  module?: WebAssembly.Module;
  /** The bytes of the package's `engine.wasm`, or an answer that holds them. */
  bytes?: BufferSource | Response | PromiseLike<Response>;
  /** Instead of the package's own, or of loading them by `Engine.prepare`. */
  normalizers?: Normalizers;
}

export type LoadEngine = (options?: LoadOptions) => Promise<Engine>;

/** `loadEngine` for a runtime: `find` gives the module where the options do not; what it gave is used again. */
export function engineLoader(find: () => WebAssembly.Module | Promise<WebAssembly.Module>): LoadEngine {
  let found: WebAssembly.Module | undefined;
  return async ({ module, bytes, normalizers } = {}) => {
    if (module !== undefined) return new WasmEngine(module, normalizers);
    if (bytes !== undefined) return new WasmEngine(await compiled(bytes), normalizers);
    found ??= await find();
    return new WasmEngine(found, normalizers);
  };
}

export async function compiled(bytes: NonNullable<LoadOptions["bytes"]>): Promise<WebAssembly.Module> {
  try {
    const source = await bytes;
    if (!("arrayBuffer" in source)) return await WebAssembly.compile(source);
    if (!source.ok) throw new Error(`${source.url} answered ${source.status}`);
    // Servers that do not know the type are many, and compileStreaming takes no other.
    const streams = source.headers.get("content-type") === "application/wasm";
    return await (streams ? WebAssembly.compileStreaming(source) : WebAssembly.compile(await source.arrayBuffer()));
  } catch (cause) {
    throw new CrmSyncError("API004", "the engine's WebAssembly module could not be loaded", { cause });
  }
}
