import { Boundary, type NativeCall, type Text } from "./boundary.js";
import { importCatalog } from "./catalogs/import.js";
import { decode } from "./decode.js";
import { encode, wellFormed } from "./encode.js";
import { CrmSyncError } from "./errors.js";
import { CompiledMapping, compileNative } from "./mapping.js";
import type { Catalogs, Compiled, CompileOptions, Diagnostic, Engine, EvaluateOptions, TypedValue } from "./types.js";
import { lacking } from "./zones.js";

export class WasmEngine implements Engine {
  readonly version: string;
  readonly #boundary: Boundary;

  constructor(module: WebAssembly.Module) {
    this.#boundary = new Boundary(module);
    this.version = this.#boundary.text([], (engine) => engine.version());
  }

  compile(file: string | Uint8Array, options: CompileOptions = {}): Compiled {
    // Bytes are copied, since the caller may change them before they are needed again.
    const text = typeof file === "string" ? wellFormed(file) : copied(file);
    const catalogs = encode(options.catalogs, "the catalogs");
    const source = { file: text, fileName: fileName(options), zones: options.zones, catalogs };
    let native = compileNative(this.#boundary, source);
    const zones = lacking(native.diagnostics);
    if (zones !== undefined) {
      source.zones = { ...zones, ...source.zones };
      native = compileNative(this.#boundary, source);
    }
    const mapping = native.mapping === null ? null : new CompiledMapping(this.#boundary, source, native);
    return { mapping, diagnostics: native.diagnostics };
  }

  evaluate(expression: string, variables?: Record<string, unknown>, options?: EvaluateOptions): unknown {
    return decode(
      this.#evaluated(
        expression,
        variables,
        options,
        (engine, [expressionSize = 0, variablesSize = 0, optionsSize = 0]) =>
          engine.evaluate(expressionSize, variablesSize, optionsSize),
      ),
    );
  }

  evaluateTyped(
    expression: string,
    variables?: Record<string, TypedValue>,
    options?: EvaluateOptions,
  ): { value: TypedValue } | { error: Diagnostic } {
    try {
      const output = this.#evaluated(
        expression,
        variables,
        options,
        (engine, [expressionSize = 0, variablesSize = 0, optionsSize = 0]) =>
          engine.evaluateTyped(expressionSize, variablesSize, optionsSize),
      );
      return JSON.parse(output) as { value: TypedValue };
    } catch (error) {
      const diagnostic = error instanceof CrmSyncError ? error.diagnostics?.[0] : undefined;
      if (diagnostic === undefined) throw error;
      return { error: diagnostic };
    }
  }

  importCatalog(crm: "salesforce" | "hubspot", answer: object | Uint8Array): Catalogs {
    return importCatalog(crm, answer);
  }

  /** Where tables of time zones are lacking, evaluates again with them: of the option, then of the expression. */
  #evaluated(expression: unknown, variables: unknown, options: EvaluateOptions | undefined, call: NativeCall): string {
    let given = options;
    for (let attempts = 3; ; attempts--) {
      try {
        return this.#boundary.text(evaluationTexts(expression, variables, given), call);
      } catch (error) {
        const zones = error instanceof CrmSyncError ? lacking(error.diagnostics ?? []) : undefined;
        if (zones === undefined || attempts === 1) throw error;
        given = { ...given, zones: { ...zones, ...given?.zones } };
      }
    }
  }
}

function evaluationTexts(expression: unknown, variables: unknown, options: unknown): Text[] {
  if (typeof expression !== "string") throw new CrmSyncError("API006", "the expression is a string");
  return [wellFormed(expression), encode(variables, "the variables"), encode(options, "the options")];
}

function copied(file: unknown): Uint8Array {
  if (file instanceof Uint8Array) return file.slice();
  throw new CrmSyncError("API006", "the mapping file is a string or a Uint8Array");
}

function fileName(options: CompileOptions): string {
  const name: unknown = options.fileName ?? "";
  if (typeof name === "string") return name.toWellFormed();
  throw new CrmSyncError("API004", "fileName is a string");
}
