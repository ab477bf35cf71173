/** What an import of `runtime.wasm` gives where .wasm files are modules. */
declare const engine: WebAssembly.Module;
export default engine;
