/** The same on Vercel's edge functions, in their spelling. */
declare module "*/engine.wasm?module" {
  const engine: WebAssembly.Module;
  export default engine;
}

declare module "*/runtime.wasm?module" {
  const engine: WebAssembly.Module;
  export default engine;
}
