/** Judges what a sync writes by who knew what, which no sync can see. */
import { type SideName, spelledByCrm, toWire, type Unit, unitMeaning, type Values } from "./fields.js";
import { contradict, knows, settle, type Version } from "./lineage.js";
import type { Stored } from "./store.js";
import type { World } from "./world.js";

/** What must never happen. */
export type Breach =
  | "edit lost"
  | "edit lost with its record"
  | "opt-out lifted"
  | "sides differ"
  | "edit not delivered"
  | "wrong winner"
  | "value invented"
  | "false review"
  | "missing review"
  | "stale answer used"
  | "written again"
  | "refused"
  | "privacy ignored";

/** What is known to stand on a side. */
export interface Known {
  values: Values;
  versions: Map<string, Version>;
}

/** A value on its way to a side. */
export interface Write {
  unit: Unit;
  to: SideName;
  target: Stored;
  /** What the target held, and what the value stands for. */
  held: Version;
  source: Version;
}

export class Judge {
  readonly breaches = new Map<Breach, number>();
  readonly stories: string[] = [];
  conflicts = 0;
  /** Fields that were given to a person, and those of them in which both sides truly contradicted each other. */
  reported = 0;
  trulyReported = 0;
  writes = 0;
  /** Writes that changed nothing. */
  idleWrites = 0;
  duplicates = 0;
  resurrected = 0;
  heldBack = 0;
  /** Fields that somebody emptied about when their record was merged, so that they count as emptied by nobody. */
  undoneClears = 0;

  constructor(readonly world: World) {}

  breach(breach: Breach, story: string, count = 1): void {
    this.breaches.set(breach, (this.breaches.get(breach) ?? 0) + count);
    const { contact, now } = this.world;
    this.stories.push(`contact ${contact}, ${new Date(now).toISOString()}: ${breach}: ${story}`);
  }

  /** `permits` says whether the source may win over what it does not know; without it anything may. */
  wrote({ unit, to, target, ...versions }: Write, permits: () => boolean = () => true): void {
    const held = this.world.meant(unit.name, versions.held);
    const source = this.world.meant(unit.name, versions.source);
    if (contradict(source, held)) {
      this.conflicts++;
      if (!permits()) this.breach("wrong winner", `${unit.name} of ${to} was overwritten`);
      settle(source, held);
    } else if (!knows(source, held)) {
      this.breach("edit lost", `${unit.name} of ${to}: what had replaced an older value was replaced by it`);
    }
    target.versions.set(unit.name, source);
  }

  /** An empty field of a merged record takes the other side's value, by docs/conflicts.md. */
  refilled(unit: Unit, held: Version, source: Version): void {
    if (knows(this.world.meant(unit.name, source), this.world.meant(unit.name, held))) return;
    this.undoneClears++;
    settle(source, held);
  }

  /** The same of a sync that writes whole records and cannot say what became of a field. */
  overwrote(unit: Unit, to: SideName, target: Stored, before: Values, from: Known): void {
    const held = target.versions.get(unit.name);
    const source = from.versions.get(unit.name);
    if (!held || !source || !isOf(unit, to, target.values, from.values)) return;
    if (unitMeaning(unit, before) !== unitMeaning(unit, target.values)) this.wrote({ unit, to, target, held, source });
    else this.same(held, source);
    const [local, crm] = to === "local" ? [target, from] : [from, target];
    this.agreed(unit, source, local.values, crm.values);
  }

  /** Both sides have been seen to hold the same. */
  same(a: Version, b: Version): void {
    settle(a, b);
    settle(b, a);
  }

  agreed(unit: Unit, version: Version, local: Values, crm: Values): void {
    this.world.agreed.set(unit.name, { local: unitMeaning(unit, local), crm: unitMeaning(unit, crm), version });
  }

  /** A deletion was carried over to a record: what was edited there afterwards is gone. */
  removed(record: Stored, deletedAt: number, other: Stored | undefined): void {
    for (const [unit, held] of record.versions) {
      const version = this.world.meant(unit, held);
      const theirs = other?.versions.get(unit);
      const unknown = theirs === undefined || !knows(theirs, version);
      if (unknown && version.side !== "both" && version.at > deletedAt) {
        this.breach("edit lost with its record", `${unit} was edited after the other record was deleted`);
      }
    }
  }
}

/** Whether people on both sides have truly said different things of a unit. */
export function inConflict(world: World, unit: Unit, sides: Record<SideName, Known>): boolean {
  const [local, crm] = [sides.local.versions.get(unit.name), sides.crm.versions.get(unit.name)];
  const differs = unitMeaning(unit, sides.local.values) !== unitMeaning(unit, sides.crm.values);
  if (!local || !crm || !differs) return false;
  return contradict(world.meant(unit.name, local), world.meant(unit.name, crm));
}

/** Whether what one side holds of a unit is what the other side's values become there. */
export const isOf = (unit: Unit, to: SideName, held: Values, from: Values) => {
  if (unitMeaning(unit, held) === unitMeaning(unit, from)) return true;
  if (to === "local") return false;
  const spelled = Object.fromEntries(
    unit.fields.map((one) => [one.name, spelledByCrm(one, toWire(one, from[one.name]))]),
  );
  return unitMeaning(unit, held) === unitMeaning(unit, spelled);
};
