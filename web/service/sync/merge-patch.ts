/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** The paths that a patch sets or clears, as mappings name them: `address.city`. */
export function patchedPaths(patch: Record<string, unknown>, under = ""): string[] {
  return Object.entries(patch).flatMap(([key, value]) =>
    isObject(value) && Object.keys(value).length > 0 ? patchedPaths(value, `${under}${key}.`) : [under + key],
  );
}

/** What stands at a path; undefined where nothing does. */
export function at(record: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, key) => (isObject(value) ? value[key] : undefined), record);
}

/** The part of a patch that concerns these paths; clears stay clears. */
export function onlyPaths(patch: Record<string, unknown>, paths: readonly string[]): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const path of paths) {
    const value = at(patch, path);
    if (value === undefined) continue;
    const keys = path.split(".");
    const last = keys.pop() as string;
    let holder = part;
    for (const key of keys) {
      holder[key] ??= {};
      holder = holder[key] as Record<string, unknown>;
    }
    holder[last] = value;
  }
  return part;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
