/** An imported mapping as a mapping file in YAML, with what was not imported as comments. */

import type { SegmentImport } from "./segment.js";
import type { Entry } from "./segment-entry.js";

const longestLine = 120;

/** A text as YAML writes it: plain where nothing can be mistaken, a formula in single quotes, else as JSON does. */
function scalar(value: Entry[string]): string {
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  if (typeof value !== "string") return JSON.stringify(value);
  if (/^[A-Za-z_][\w.-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)) return value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: YAML's single quotes hold none of these
  const isPrintable = !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/.test(value);
  if (value.includes('"') && isPrintable) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function written(field: string, entry: Entry): string {
  const pairs = Object.entries(entry).map(([key, value]) => `${key}: ${scalar(value)}`);
  const line = `  ${scalar(field)}: {${pairs.join(", ")}}`;
  if (line.length <= longestLine && !("formula" in entry)) return `${line}\n`;
  return `  ${scalar(field)}:\n${pairs.map((pair) => `    ${pair}\n`).join("")}`;
}

/** In a comment a field's name and a reason stay on their line. */
const comment = (text: string) =>
  `# ${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, " ")}\n`;

export function mappingText(name: string, { entries, refused, notes, empty }: SegmentImport): string {
  const parts = [
    "# Imported from a mapping of Segment's.\n",
    "# The record is the event, as in traits.email and properties.total. The file names no crm yet: with one, values are\n",
    "# spelled as that CRM wants them.\n",
    `version: 1\nname: ${scalar(name)}\nsync: {direction: to_crm}\n`,
  ];
  if (entries.size > 0) parts.push("field_mapping:\n", ...[...entries].map(([field, entry]) => written(field, entry)));
  if (notes.length > 0) parts.push("\n# Not quite what Segment gives:\n");
  for (const { fields, message } of notes) parts.push(comment(`  ${message}:`), comment(`    ${fields.join(", ")}`));
  if (refused.length > 0) parts.push("\n# Not imported:\n");
  for (const { field, directive, message } of refused) parts.push(comment(`  ${field}: ${directive}: ${message}`));
  if (empty.length > 0) parts.push("\n# Without a default, so nothing is written:\n");
  for (const field of empty) parts.push(comment(`  ${field}`));
  return parts.join("");
}
