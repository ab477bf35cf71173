/** What the engine finds in a mapping file for an editor, with what the language's own documentation says of it. */
import type { Completion, Hover } from "./types.js";

export type Language = typeof import("./language.js");
/** As the engine gives it: `section` is the number of the kind of map that a key is of. */
export type Undocumented<T extends Completion | Hover> = T & { section?: number };

export function documented<T extends Completion | Hover>(
  { section, ...found }: Undocumented<T>,
  language: Language | undefined,
): T {
  const documentation = language && textOf(found as unknown as T, section, language);
  return (documentation === undefined ? found : { ...found, documentation }) as unknown as T;
}

function textOf({ kind, label, detail }: Completion | Hover, section: number | undefined, language: Language) {
  switch (kind) {
    case "key":
      return language.keys[section ?? -1]?.[label];
    case "value":
      // A value is explained by the key that it is of.
      return language.keys[section ?? -1]?.[detail ?? ""];
    case "function":
      return language.functions[label];
    case "filter":
      return language.functions[`|${label}`];
    default:
      return undefined;
  }
}
