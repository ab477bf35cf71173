/** What the two output streams of the process can show. */

/** Paints text when the stream is a terminal and NO_COLOR (no-color.org) is not set. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

export function paintFor(stream: NodeJS.WriteStream): Paint {
  return paint(stream.isTTY === true && (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb");
}

function paint(enabled: boolean): Paint {
  const style = (open: number, close: number) => (text: string) =>
    enabled && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    yellow: style(33, 39),
    green: style(32, 39),
    cyan: style(36, 39),
  };
}

/** Text as it is. */
export const plain = paint(false);

/** Columns for text: the terminal's, else COLUMNS, else 80; lines beyond 120 are hard to read. */
export function widthOf(stream: NodeJS.WriteStream): number {
  const given = stream.isTTY === true ? stream.columns : Number.parseInt(process.env.COLUMNS ?? "", 10);
  return Math.min(Math.max(given > 0 ? given : 80, 40), 120);
}
