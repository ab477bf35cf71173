/**
 * What `bindings/embind.cpp` offers; the module itself is built into `dist/engine/`. Of it `runtime.cpp` has no
 * compiler: only what loads and runs a mapping is there.
 */
export interface NativeEngine {
  /** The address of words: the output, its size, the input buffer, its size, and the eight of a stream's place. */
  places(): number;
  reserve(bytes: number): void;
  version(): number;
  compile(fileSize: number, nameSize: number, optionsSize: number): number;
  load(compiledSize: number): number;
  toBytes(id: number): number;
  release(id: number): void;
  fields(id: number): number;
  map(id: number, direction: number, recordSize: number, contextSize: number): number;
  mapMany(id: number, direction: number, recordsSize: number, contextSize: number, piece: 0 | 1): number;
  resolve(id: number, inputSize: number, contextSize: number): number;
  resolveMany(id: number, inputsSize: number, contextSize: number, piece: 0 | 1): number;
  acknowledge(id: number, decisionSize: number, readBackSize: number): number;
  test(id: number, contextSize: number): number;
  wanted(id: number): number;
  aggregate(id: number, step: number, entrySize: number, firstSize: number, secondSize: number): number;
  complete(fileSize: number, line: number, column: number): number;
  hover(fileSize: number, line: number, column: number): number;
  evaluate(expressionSize: number, variablesSize: number, optionsSize: number): number;
  catalog(crmSize: number, objectSize: number): number;
  evaluateTyped(expressionSize: number, variablesSize: number, optionsSize: number): number;
}

export interface Glue {
  Engine: new () => NativeEngine;
}

export interface GlueOptions {
  instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
}

/** Built without asynchronous compilation: when it returns, the module runs. */
export default function createModule(options: GlueOptions): Glue;
