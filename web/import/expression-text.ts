/** Values as literals of expressions. */
import { Inexpressible } from "./inexpressible.js";

/** JSON's escapes are also those of expressions; what a line of YAML cannot hold is escaped too. */
export function literal(value: string | number | boolean | null): string {
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new Inexpressible("a literal", "half of a surrogate pair is no text");
    // Two braces would make a template of the formula.
    return JSON.stringify(value).replace(
      /\{(?=\{)|[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  // Beyond what an integer holds a number needs a fraction to be one.
  if (typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(String(value))) return `${value}.0`;
  return String(value);
}
