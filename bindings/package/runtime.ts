import { Boundary } from "./boundary.js";
import createModule from "./engine/runtime.js";
import { loadCompiled } from "./mapping.js";
import { platformNormalizers } from "./platform-normalizers.js";
import { withAsked } from "./tables.js";
import type { Mapping, Normalizers, Runtime } from "./types.js";

export class WasmRuntime implements Runtime {
  readonly version: string;
  readonly #boundary: Boundary;
  #normalizers: Normalizers;

  constructor(module: WebAssembly.Module, normalizers: Normalizers = {}) {
    this.#normalizers = { ...platformNormalizers, ...normalizers };
    this.#boundary = new Boundary(module, createModule);
    this.version = this.#boundary.text([], (engine) => engine.version());
  }

  async prepare(compiled: Uint8Array): Promise<void> {
    this.#normalizers = await withAsked(this.#normalizers, compiled);
  }

  load(compiled: Uint8Array): Mapping {
    return loadCompiled(this.#boundary, compiled, this.#normalizers);
  }
}
