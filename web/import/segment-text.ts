/** Texts with places for values: `@template`, and of `@liquid` what is no more than that. */
import { literal } from "./expression-text.js";
import { Inexpressible } from "./inexpressible.js";
import { keysOf, read, type Scope } from "./segment-path.js";

/** An expression that joins a text, in which null and what is not there is ''. */
function joined(parts: readonly string[], directive: string, scope: Scope, keys: (name: string) => string[]): string {
  // Every second part is the name of a value.
  const operands = parts.flatMap((part, index) => {
    if (index % 2 === 0) return part === "" ? [] : [literal(part)];
    const path = keys(part.trim());
    if (path.length === 0) throw new Inexpressible(directive, "a record has no text");
    return [read(path, scope)];
  });
  // A text in front makes the sum of two numbers a text too.
  if (parts[0] === "" && operands.length > 0) operands.unshift('""');
  return operands.length === 0 ? '""' : operands.join(" + ");
}

/** `{{{path}}}` and `{{path}}`, as the kit finds them. */
export function template(text: string, scope: Scope): string {
  const parts = text.split(/\{\{\{([^}]+)\}\}\}|\{\{([^}]+)\}\}/g);
  // Of the two groups that split gives for each place one is empty.
  const named = parts.filter((_, index) => index % 3 === 0 || parts[index] !== undefined);
  if (named.some((part, index) => part.includes(index % 2 === 0 ? "{{" : "{")))
    throw new Inexpressible("@template", "braces within braces");
  return joined(named, "@template", scope, keysOf);
}

/** Names that Liquid reads as something else than a key. */
const liquidWords = /^(true|false|nil|null|empty|blank|size|first|last|forloop|tablerowloop)$/;

/** Outputs of names only: whatever else Liquid can do is a language of its own. */
export function liquid(text: string, scope: Scope): string {
  const parts = text.split(/\{\{([^}]*)\}\}/g);
  const refused = () =>
    new Inexpressible(
      "@liquid",
      "Liquid's tags and filters are a language of their own",
      "write the formula anew: docs/expressions.md",
    );
  if (parts.some((part, index) => index % 2 === 0 && /\{\{|\{%|\}\}|%\}/.test(part))) throw refused();
  return joined(parts, "@liquid", scope, (name) => {
    const keys = name.split(".");
    if (keys.some((key) => !/^[A-Za-z_]\w*$/.test(key) || liquidWords.test(key))) throw refused();
    return keysOf(name);
  });
}
