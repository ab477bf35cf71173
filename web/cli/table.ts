/** A table in plain columns: a dim heading, no lines. A row may have a remark, which stands below it, indented. */

import type { Paint } from "./terminal.js";
import { padded, stringWidth, truncated, wrapped } from "./text.js";

export interface Row {
  cells: readonly string[];
  remark?: string;
}

export interface TableOptions {
  width: number;
  paint: Paint;
  /** Spaces before each line; 0 when absent. */
  indent?: number;
  /** Paints a cell of the first column, which names the row. */
  paintName?: (text: string) => string;
}

const gap = 2;
const narrowest = 8;

export function table(headings: readonly string[], rows: readonly Row[], options: TableOptions): string {
  const { paint, width } = options;
  const indent = " ".repeat(options.indent ?? 0);
  const paintName = options.paintName ?? paint.bold;
  const columns = columnWidths(headings, rows, width - indent.length);
  const line = (cells: readonly string[], paintCell: (text: string, column: number) => string) =>
    indent +
    cells
      .map((cell, column) => {
        const room = columns[column] ?? 0;
        const text = truncated(cell, room);
        const painted = paintCell(text, column);
        return column === cells.length - 1 ? painted : painted + " ".repeat(room - stringWidth(text) + gap);
      })
      .join("")
      .trimEnd();
  const lines = [line(headings, (text) => paint.dim(text))];
  for (const row of rows) {
    lines.push(line(row.cells, (text, column) => (column === 0 ? paintName(text) : text)));
    if (row.remark !== undefined) {
      for (const part of wrapped(row.remark, width - indent.length - gap)) lines.push(`${indent}  ${part}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Each column as wide as it needs; when that is too much, the widest give way first. */
function columnWidths(headings: readonly string[], rows: readonly Row[], width: number): number[] {
  const columns = headings.map((heading, column) =>
    Math.max(stringWidth(heading), ...rows.map((row) => stringWidth(row.cells[column] ?? ""))),
  );
  const room = width - gap * (columns.length - 1);
  for (let total = columns.reduce((sum, next) => sum + next, 0); total > room; total -= 1) {
    const widest = columns.indexOf(Math.max(...columns));
    if ((columns[widest] ?? 0) <= narrowest) break;
    columns[widest] = (columns[widest] ?? 0) - 1;
  }
  return columns;
}

/** Names and values side by side: `name   value`. */
export function list(pairs: readonly (readonly [string, string])[], options: TableOptions): string {
  const indent = " ".repeat(options.indent ?? 0);
  const names = Math.min(Math.max(0, ...pairs.map(([name]) => stringWidth(name))), Math.floor(options.width / 2));
  const room = Math.max(narrowest, options.width - indent.length - names - gap);
  const lines = pairs.flatMap(([name, value]) =>
    wrapped(value, room).map((part, index) => {
      const label = index === 0 ? padded(truncated(name, names), names) : " ".repeat(names);
      return `${indent}${index === 0 ? options.paint.bold(label) : label}  ${part}`.trimEnd();
    }),
  );
  return lines.map((line) => `${line}\n`).join("");
}
