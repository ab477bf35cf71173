import { CrmSyncError } from "./errors.js";
import type { Engine, Normalizers, Runtime } from "./types.js";

/** Where the WebAssembly comes from, if not from where the package's loader for this runtime finds it. */
export interface LoadOptions {
  /** A compiled module: what `import` of a .wasm file gives on some runtimes. */
  module?: WebAssembly.Module;
  /** The bytes of the package's `engine.wasm` or `runtime.wasm`, or an answer that holds them. */
  bytes?: BufferSource | Response | PromiseLike<Response>;
  /** Instead of the package's own, or of loading them by `prepare`. */
  normalizers?: Normalizers;
}

export type LoadEngine = (options?: LoadOptions) => Promise<Engine>;
export type LoadRuntime = (options?: LoadOptions) => Promise<Runtime>;

/**
 * `loadEngine` or `loadRuntime` for a runtime: `find` gives the module where the options do not; what it gave is used
 * again.
 */
export function loader<T>(
  Made: new (module: WebAssembly.Module, normalizers?: Normalizers) => T,
  find: () => WebAssembly.Module | Promise<WebAssembly.Module>,
): (options?: LoadOptions) => Promise<T> {
  let found: WebAssembly.Module | undefined;
  return async ({ module, bytes, normalizers } = {}) => {
    if (module !== undefined) return new Made(module, normalizers);
    if (bytes !== undefined) return new Made(await compiled(bytes), normalizers);
    found ??= await find();
    return new Made(found, normalizers);
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
