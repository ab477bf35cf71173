/** Fields of records by the paths of a mapping file: `address.city`, with backticks around a name that is no identifier. */

export function valueAt(record: unknown, path: string): unknown {
  let value = record;
  for (const [, quoted, plain] of path.matchAll(/`([^`]*)`|([^.`]+)/g)) {
    const name = quoted ?? plain ?? "";
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
