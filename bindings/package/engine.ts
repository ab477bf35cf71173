import { Boundary, type NativeCall, type Text } from "./boundary.js";
import { importCatalog } from "./catalogs/import.js";
import { decode } from "./decode.js";
import { documented, type Language, type Undocumented } from "./documentation.js";
import { encode, wellFormed } from "./encode.js";
import createModule, { type NativeEngine } from "./engine/engine.js";
import { CrmSyncError } from "./errors.js";
import { CompiledMapping, compileNative, loadCompiled } from "./mapping.js";
import { platformNormalizers } from "./platform-normalizers.js";
import { lackingNormalizers, notLoaded, withAsked } from "./tables.js";
import type {
  CatalogField,
  Catalogs,
  Compiled,
  CompileOptions,
  Completion,
  Diagnostic,
  Engine,
  EvaluateOptions,
  Hover,
  Mapping,
  Normalizers,
  TypedValue,
} from "./types.js";
import { lacking } from "./zones.js";

export class WasmEngine implements Engine {
  readonly version: string;
  readonly #boundary: Boundary;
  #normalizers: Normalizers;
  #language: Language | undefined;

  constructor(module: WebAssembly.Module, normalizers: Normalizers = {}) {
    this.#normalizers = { ...platformNormalizers, ...normalizers };
    this.#boundary = new Boundary(module, createModule);
    this.version = this.#boundary.text([], (engine) => engine.version());
  }

  async prepare(file: string | Uint8Array): Promise<void> {
    this.#normalizers = await withAsked(this.#normalizers, file);
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
    const { diagnostics } = native;
    if (native.mapping === null) return { mapping: null, diagnostics };
    const lacks = lackingNormalizers(native.normalizers, this.#normalizers);
    if (lacks.length > 0) {
      this.#boundary.release(native.mapping);
      return { mapping: null, diagnostics: [...diagnostics, notLoaded(lacks)] };
    }
    return { mapping: new CompiledMapping(this.#boundary, source, native, this.#normalizers), diagnostics };
  }

  load(compiled: Uint8Array): Mapping {
    return loadCompiled(this.#boundary, compiled, this.#normalizers);
  }

  catalog(crm: "salesforce" | "hubspot" | "penguinmails", object = ""): Record<string, CatalogField> {
    const output = this.#boundary.text([name(crm, "crm"), name(object, "object")], (engine, [crmSize = 0, size = 0]) =>
      engine.catalog(crmSize, size),
    );
    return JSON.parse(output) as Record<string, CatalogField>;
  }

  complete(file: string, line: number, column: number): Completion[] {
    const answer = this.#atPlace(file, line, column, (engine, size) => engine.complete(size, line, column));
    return (JSON.parse(answer) as Undocumented<Completion>[]).map((each) => documented(each, this.#language));
  }

  hover(file: string, line: number, column: number): Hover | null {
    const answer = this.#atPlace(file, line, column, (engine, size) => engine.hover(size, line, column));
    const found = JSON.parse(answer) as Undocumented<Hover> | null;
    return found === null ? null : documented(found, this.#language);
  }

  async loadDocumentation(): Promise<void> {
    this.#language ??= await import("./language.js");
  }

  #atPlace(
    file: unknown,
    line: unknown,
    column: unknown,
    call: (engine: NativeEngine, size: number) => number,
  ): string {
    if (typeof file !== "string") throw new CrmSyncError("API006", "the mapping file is a string");
    for (const place of [line, column]) {
      if (!Number.isInteger(place) || (place as number) < 0 || (place as number) > 0xffff_ffff)
        throw new CrmSyncError("API004", "line and column are whole numbers");
    }
    return this.#boundary.text([wellFormed(file)], (engine, [size = 0]) => call(engine, size));
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
  return name(options.fileName ?? "", "fileName");
}

function name(text: unknown, what: string): string {
  if (typeof text === "string") return text.toWellFormed();
  throw new CrmSyncError("API004", `${what} is a string`);
}
