/** A part of another tool's mapping that no mapping file says exactly. */
export class Inexpressible extends Error {
  constructor(
    /** What of the other tool it is about, such as "@liquid". */
    readonly directive: string,
    readonly reason: string,
    /** What may be done instead. */
    readonly hint?: string,
  ) {
    super(reason);
    this.name = "Inexpressible";
  }
}
