/** Text on a terminal: its width in columns, cut and wrapped. */
import stringWidth from "string-width";

export { stringWidth };

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Control characters would let a record's value command the terminal; they are shown as `\u001b`. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (sign) => {
    if (sign === "\n") return "\\n";
    if (sign === "\t") return "\\t";
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** The text in at most `width` columns, with … for what was cut off. */
export function truncated(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const columns = stringWidth(segment);
    if (used + columns > width - 1) break;
    kept += segment;
    used += columns;
  }
  return `${kept}…`;
}

/** The text in lines of at most `width` columns, broken between words; a longer word is broken where it must be. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (stringWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const { segment } of graphemes.segment(word)) {
      if (stringWidth(line + segment) > width && line !== "") {
        lines.push(line);
        line = "";
      }
      line += segment;
    }
  }
  return [...lines, line];
}
