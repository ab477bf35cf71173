/** What people do to one contact: drawn beforehand, so that every way to sync meets the same. */
import { type SideName, type Unit, units } from "./fields.js";
import type { Random } from "./random.js";

export type UserEvent = { at: number } & (
  | { kind: "edit"; side: SideName; unit: Unit; how: "new" | "clear" | "copy" | "recase"; serial: number }
  | { kind: "score"; side: SideName; value: number }
  | { kind: "opt"; side: SideName; out: boolean; by: "subject" | "admin"; recorded: boolean }
  | { kind: "delete"; side: SideName; privacy: boolean }
  | { kind: "merge"; keeps: readonly ("old" | "own" | "nothing")[]; serial: number }
  | { kind: "look"; delay: number; choose: "crm" | "local" | "value"; serial: number }
);

const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** The first moment of every simulated contact. */
export const start = Date.UTC(2026, 0, 1);

/** People work in bursts, on both sides at once: that is when conflicts arise. */
export function drawEvents(random: Random): UserEvent[] {
  const events: UserEvent[] = [];
  let serial = 100;
  for (let burst = random.between(1, 4); burst > 0; burst--) {
    const begin = start + hour + random.between(0, 20 * day);
    const length = random.of([10_000, 5 * minute, 3 * hour]);
    for (let left = random.between(1, 6); left > 0; left--) {
      events.push(drawEvent(random, begin + random.between(0, length), ++serial));
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

function drawEvent(random: Random, at: number, serial: number): UserEvent {
  const side = random.of(["local", "crm"] as const);
  const draw = random.next();
  if (draw < 0.72) {
    // Few fields are edited often, so that both sides meet in them.
    const unit = random.chance(0.5) ? random.of(units) : random.of(units.slice(2, 6));
    const how = random.of(["new", "new", "new", "new", "clear", "copy", "recase"] as const);
    return { at, kind: "edit", side, unit, how: how === "clear" && unit.name === "email" ? "new" : how, serial };
  }
  if (draw < 0.76) return { at, kind: "score", side, value: serial };
  if (draw < 0.89) {
    const by = random.of(["subject", "admin"] as const);
    return { at, kind: "opt", side, out: random.chance(0.5), by, recorded: random.chance(0.6) };
  }
  if (draw < 0.91) return { at, kind: "delete", side, privacy: random.chance(0.25) };
  if (draw < 0.94) {
    const keeps = units.map(() => random.of(["old", "old", "own", "nothing"] as const));
    return { at, kind: "merge", keeps, serial };
  }
  const choose = random.of(["crm", "local", "value"] as const);
  return { at, kind: "look", delay: random.of([1000, minute, hour]), choose, serial };
}

/** When a sync is woken after a change: never, once or twice, soon or late, and so in any order. */
export function drawWakeUps(random: Random, at: number): number[] {
  if (random.chance(0.2)) return [];
  const times = random.chance(0.2) ? 2 : 1;
  return Array.from({ length: times }, () => at + random.between(0, random.of([5_000, minute, minute, 5 * hour])));
}
