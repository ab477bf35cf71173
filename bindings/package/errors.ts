import type { Diagnostic } from "./types.js";

/** Whatever the engine refuses or fails at. `code` is one of docs/diagnostics.md. */
export class CrmSyncError extends Error {
  override readonly name: string = "CrmSyncError";
  /** What the engine said, where it said something. */
  readonly diagnostics?: Diagnostic[];

  constructor(
    readonly code: string,
    message: string,
    details: { diagnostics?: Diagnostic[]; cause?: unknown } = {},
  ) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    if (details.diagnostics) this.diagnostics = details.diagnostics;
  }
}

/** A mapping was used after its `dispose()`. */
export class UseAfterDisposeError extends CrmSyncError {
  override readonly name = "UseAfterDisposeError";

  constructor(mapping: string) {
    super("API007", `the mapping "${mapping}" was disposed`);
  }
}

export function requireBytes(value: unknown, what: string): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw new CrmSyncError("API006", `${what}, a Uint8Array`);
}
