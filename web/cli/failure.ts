/** What went wrong with one piece of input: a code of docs/diagnostics.md and a sentence. */
export interface Failure {
  code: string;
  message: string;
  /** Where it is, as far as that is known. */
  line?: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
}

export function failure(code: string, message: string): Failure {
  return { code, message };
}

/** The command was called wrongly: nothing was done, and the exit code is 2. */
export class Misuse extends Error {
  constructor(
    readonly code: "CLI001" | "CLI003" | "CLI008" | "CLI009",
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = "Misuse";
  }
}
