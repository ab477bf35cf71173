/** The memories of all instances, in order: what the package itself never hands out. */
export const memories: WebAssembly.Memory[] = [];

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    memories.push(...Object.values(this.exports).filter((item) => item instanceof WebAssembly.Memory));
  }
};
