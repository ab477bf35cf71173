/** The mission's SyncRule, which a mapping file says under `sync`. */
import { parse, parseDocument } from "yaml";

export interface SyncRule {
  direction: "to_crm" | "from_crm" | "bidirectional";
  frequency: "real_time" | "hourly" | "daily";
  /** A strategy, or "field_level" for the file's table. */
  conflictResolution: string;
  /** An expression, or one for each direction. */
  filters?: unknown;
}

type Keys = Record<string, unknown>;

/** Of a file that compiles. Keys may be written in camelCase too. */
export function ruleOf(file: string): SyncRule {
  const sync = ((parse(file) as Keys | null)?.sync ?? {}) as Keys;
  const { direction = "bidirectional", frequency = "real_time", filters } = sync as Partial<SyncRule>;
  const conflictResolution = String(sync.conflict_resolution ?? sync.conflictResolution ?? "field_level");
  return { direction, frequency, conflictResolution, ...(filters !== undefined && { filters }) };
}

/** The file under another rule; everything else in it, comments too, stays as it is. */
export function withRule(file: string, rule: Partial<SyncRule>): string {
  const document = parseDocument(file);
  const { direction, frequency, conflictResolution, filters } = rule;
  const set = (key: string, value: unknown) => {
    if (value !== undefined) document.setIn(["sync", key], value);
  };
  if (conflictResolution !== undefined) document.deleteIn(["sync", "conflictResolution"]);
  set("direction", direction);
  set("frequency", frequency);
  set("conflict_resolution", conflictResolution);
  set("filters", filters);
  return document.toString();
}
