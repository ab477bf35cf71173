/** What `serve` says on the terminal: paragraphs, tables and commands, in one column. */
import { write } from "../cli/streams.js";
import { list, type Row, table } from "../cli/table.js";
import { type Paint, paintFor, widthOf } from "../cli/terminal.js";
import { wrapped } from "../cli/text.js";

export class Screen {
  readonly paint: Paint = paintFor(process.stdout);
  readonly #width = widthOf(process.stdout);

  heading(text: string): Promise<void> {
    return write(`\n${this.paint.cyan(text)}\n`);
  }

  say(text: string): Promise<void> {
    return write(`${wrapped(text, this.#width).join("\n")}\n`);
  }

  /** After a table or commands. */
  below(text: string): Promise<void> {
    return this.say(`\n${text}`);
  }

  table(headings: readonly string[], rows: readonly Row[]): Promise<void> {
    return write(`\n${table(headings, rows, this.#options)}`);
  }

  list(pairs: readonly (readonly [string, string])[]): Promise<void> {
    return write(`\n${list(pairs, this.#options)}`);
  }

  /** What they are for, and the lines, which are never broken: they are to be copied. */
  async commands(what: string, lines: readonly string[]): Promise<void> {
    await this.below(what);
    await write(lines.map((line) => `  ${this.paint.bold(line)}\n`).join(""));
  }

  get #options() {
    return { paint: this.paint, width: this.#width, indent: 2 };
  }
}
