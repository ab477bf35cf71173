/** Parts of JSON text by their places in it, so that every number keeps the digits that it has. */

/** From the first sign of a part to behind its last. */
export interface Part {
  from: number;
  to: number;
}

const signs = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|[[\]{},]/g;

/** What stands between the commas of the list or object that begins at `at`; null where that never ends. */
export function partsOf(json: string, at = 0): Part[] | null {
  const parts: Part[] = [];
  const sign = new RegExp(signs);
  sign.lastIndex = at;
  let depth = 0;
  let start = at;
  for (let found = sign.exec(json); found !== null; found = sign.exec(json)) {
    const { index } = found;
    switch (found[0]) {
      case "[":
      case "{":
        depth += 1;
        if (depth === 1) start = index + 1;
        break;
      case "]":
      case "}":
        depth -= 1;
        if (depth > 0) break;
        return [...parts, ...trimmed(json, start, index)];
      case ",":
        if (depth !== 1) break;
        parts.push(...trimmed(json, start, index));
        start = index + 1;
    }
  }
  return null;
}

/** The members of an object by their names, each as its text; empty where the text is no object. */
export function membersOf(json: string): Map<string, string> {
  const members = new Map<string, string>();
  const at = json.search(/\S/);
  if (json[at] !== "{") return members;
  for (const { from, to } of partsOf(json, at) ?? []) {
    const [, name = "", value = ""] =
      /^("[^"\\]*(?:\\[\s\S][^"\\]*)*")\s*:\s*([\s\S]*)$/.exec(json.slice(from, to)) ?? [];
    if (name !== "") members.set(JSON.parse(name) as string, value);
  }
  return members;
}

/**
 * The records of a text: the elements of a JSON array, or its lines, or all of it where it is one object on several lines.
 * Null for an array without its end.
 */
export function recordsIn(text: string): Part[] | null {
  const at = text.search(/\S/);
  if (at < 0) return [];
  if (text[at] === "[") return partsOf(text, at);
  const lines: Part[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    lines.push(...trimmed(text, from, to));
    from = to + 1;
  }
  const [first] = lines;
  const isOne = first !== undefined && !isJson(text.slice(first.from, first.to)) && isJson(text);
  return isOne ? trimmed(text, 0, text.length) : lines;
}

/** The part without the white space around it; none where there is nothing else. */
function trimmed(text: string, from: number, to: number): Part[] {
  let start = from;
  let end = to;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return start === end ? [] : [{ from: start, to: end }];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
