/** Where a request is not as documented. */
import type { z } from "@hono/zod-openapi";

export interface Mistake {
  /** "body" or "query", and the way into it as a JSON pointer. */
  at: string;
  /** What was expected there; never what stood there. */
  mistake: string;
}

/** More than these help nobody. */
const maximum = 20;

/** zod's own messages name unknown keys; these say only what zod expected. */
export function mistakes(part: "body" | "query", error: z.ZodError): Mistake[] {
  return error.issues.slice(0, maximum).map((issue) => ({ at: part + pointer(issue.path), mistake: expected(issue) }));
}

/** Keys of a record are names unless somebody put a value there: what does not look like a name is not repeated. */
const pointer = (path: readonly PropertyKey[]) =>
  path
    .map((key) => `/${typeof key === "number" || /^[a-z_][\w.]{0,99}$/i.test(String(key)) ? String(key) : "*"}`)
    .join("");

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}`;
    case "too_big":
      return `more than ${issue.maximum}`;
    case "too_small":
      return `less than ${issue.minimum}`;
    case "invalid_format":
      return `expected ${issue.format}`;
    case "unrecognized_keys":
      return "an unknown member";
    case "invalid_union":
      return "none of the documented forms";
    default:
      return "not as documented";
  }
}
