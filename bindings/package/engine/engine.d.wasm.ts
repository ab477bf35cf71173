/** What an import of `engine.wasm` gives where .wasm files are modules. */
declare const engine: WebAssembly.Module;
export default engine;
